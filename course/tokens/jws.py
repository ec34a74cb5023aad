"""Strict verification of compact tokens (RFC 7515): one spelling, one pinned algorithm."""

import base64
import hmac
import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

import jwt

HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
ALGORITHMS = [*HASHES, "RS256", "PS256", "ES256", "EdDSA"]
FORMATS = ["text", "hex", "base64url"]


class BadToken(ValueError):
    """The token is not valid. The message says why, for a person."""


def encode(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_section(section: str) -> bytes:
    """Return the bytes of one section.

    Raises:
        BadToken: it is not base64url without padding, or a second spelling of its bytes.
    """
    strange = re.search(r"[^A-Za-z0-9_-]", section)
    if strange:
        raise BadToken(f"The character {strange[0]!r} is not in the base64url alphabet.")
    if len(section) % 4 == 1:
        raise BadToken(f"{len(section)} characters are an impossible length in base64url.")
    data = base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))
    if encode(data) != section:
        raise BadToken("The last character is a second spelling of the same bytes.")
    return data


def decode_object(section: str) -> dict:
    """Return the JSON object in one section.

    Raises:
        BadToken: it is not base64url, not UTF-8, not JSON, not an object, or has a member twice.
    """
    try:
        text = decode_section(section).decode()
    except UnicodeDecodeError:
        raise BadToken("The bytes are not UTF-8.") from None
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_not_json)
    except BadToken:
        raise
    except RecursionError:
        raise BadToken("The JSON is nested too deeply.") from None
    except ValueError:
        raise BadToken("The text is not JSON.") from None
    if not isinstance(value, dict):
        raise BadToken("The JSON is not an object.")
    return value


def key_bytes(key: str, key_format: str) -> bytes:
    """Return the bytes of a key that is written as "text", "hex" or "base64url".

    Raises:
        BadToken: the key is not written in this way.
    """
    try:
        if key_format == "hex":
            return bytes.fromhex(key)
        return decode_section(key) if key_format == "base64url" else key.encode()
    except ValueError:
        raise BadToken(f"The key is not {key_format}.") from None


def verify(token: str, key: str, key_format: str, algorithm: str) -> dict:
    """Return the payload of a token that is signed with exactly this key and algorithm.

    Args:
        token: the compact token.
        key: for HS256, HS384 and HS512 the shared key; for the others a public key as PEM or JWK.
        key_format: "text", "hex" or "base64url", for shared keys.
        algorithm: a name of `ALGORITHMS` (RFC 7518 section 3.1, RFC 8037).

    Raises:
        BadToken: the token is not valid; the sentence names the section at fault.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken(f"A token has three sections, and this has {len(parts)}.")
    header = _in_section("header", decode_object, parts[0])
    payload = _in_section("payload", decode_object, parts[1])
    signature = _in_section("signature", decode_section, parts[2])
    if header.get("alg") != algorithm:
        named = json.dumps(header.get("alg"), ensure_ascii=False)
        raise BadToken(f"header: It names the algorithm {named}, and only {algorithm} is accepted.")
    if "crit" in header:
        raise BadToken("header: It has critical extensions (crit), and none is known here.")
    signing_input = ".".join(parts[:2]).encode()
    if algorithm in HASHES:
        shared = key_bytes(key, key_format)
        if not shared:
            raise BadToken("The key is empty.")
        expected = hmac.digest(shared, signing_input, HASHES[algorithm])
        fits = hmac.compare_digest(expected, signature)
    else:
        fits = _fits_public_key(signing_input, key, algorithm, signature)
    if not fits:
        raise BadToken("signature: It does not fit header, payload and key.")
    return payload


def sign(signing_input: str, key: str, key_format: str, algorithm: str) -> str:
    """Return the signature section for a shared key and HS256, HS384 or HS512.

    Raises:
        BadToken: the key cannot sign with this algorithm.
    """
    if algorithm not in HASHES:
        raise BadToken(f"A public key cannot sign: choose one of {', '.join(HASHES)}.")
    shared = key_bytes(key, key_format)
    return encode(hmac.digest(shared, signing_input.encode(), HASHES[algorithm]))


def fools(token: str, key: str, key_format: str, algorithm: str) -> bool:
    """Return whether a verifier that believes the header's alg would accept what `verify` refuses for its algorithm."""
    first, _, rest = token.partition(".")
    second, _, third = rest.partition(".")
    try:
        named = decode_object(first).get("alg")
        decode_object(second)
        if not isinstance(named, str) or named == algorithm:
            return False
        if named.lower() == "none":
            return True
        key_format = key_format if algorithm in HASHES else "text"
        return named in HASHES and sign(f"{first}.{second}", key, key_format, named) == third
    except BadToken:
        return False


def _fits_public_key(signing_input: bytes, key: str, name: str, signature: bytes) -> bool:
    algorithm = jwt.get_algorithm_by_name(name)
    try:
        if key.lstrip().startswith("{"):
            public = algorithm.from_jwk(key)
        else:
            public = algorithm.prepare_key(key)
    except (ValueError, TypeError, jwt.PyJWTError):
        raise BadToken(f"The key is not a public key for {name}, as PEM or JWK.") from None
    if hasattr(public, "public_key"):  # a private key was given
        public = public.public_key()
    return algorithm.verify(signing_input, public, signature)


def _in_section(name: str, decode: Callable[[str], Any], section: str) -> Any:
    try:
        return decode(section)
    except BadToken as error:
        raise BadToken(f"{name}: {error}") from None


def _unique(members: list[tuple]) -> dict:
    if len(dict(members)) < len(members):
        raise BadToken("A member appears twice.")
    return dict(members)


def _not_json(constant: str) -> NoReturn:
    raise BadToken(f"{constant} is not JSON.")
