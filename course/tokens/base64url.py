"""base64url without padding (RFC 7515 section 2), read strictly: there is one way to write each sequence of bytes."""

import base64
import json
import re


class BadToken(ValueError):
    """The token, or the key, is not valid. The message says why, for a person."""


def encode(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_section(section: str) -> bytes:
    """Return the bytes of one section.

    Raises:
        BadToken: it is not base64url without padding, or its last character has unused bits that are not zero.
    """
    strange = re.search(r"[^A-Za-z0-9_-]", section)
    if strange:
        named = f"{json.dumps(strange[0], ensure_ascii=False)} (U+{ord(strange[0]):04X})"
        raise BadToken(f"The character {named} is not in the base64url alphabet.")
    if len(section) % 4 == 1:
        raise BadToken(f"{len(section)} characters are an impossible length in base64url.")
    data = base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))
    if encode(data) != section:
        raise BadToken("The last character is another way to write the same bytes.")
    return data
