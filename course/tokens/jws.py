"""Strict verification of compact tokens (RFC 7515): one way to write a token, one algorithm."""

import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt

from course.tokens.base64url import BadToken, decode_section, encode
from course.tokens.json_text import parse_object
from course.tokens.keys import private_key, public_key, shared_key

HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
ALGORITHMS = [
    *HASHES,
    *["RS256", "RS384", "RS512"],
    *["PS256", "PS384", "PS512"],
    *["ES256", "ES384", "ES512"],
    "EdDSA",
]


def decode_object(section: str) -> dict:
    """Return the JSON object in one section.

    Raises:
        BadToken: it is not base64url, not UTF-8, not JSON, not an object, or has a member twice.
    """
    return parse_object(decode_text(section))


def decode_text(section: str) -> str:
    """Return the text in one section.

    Raises:
        BadToken: it is not base64url, or not UTF-8.
    """
    try:
        return decode_section(section).decode()
    except UnicodeDecodeError:
        raise BadToken("The bytes are not UTF-8.") from None


def read(token: str) -> tuple[dict, dict, bytes]:
    """Return header, payload and signature of a token in compact form (RFC 7515 section 7.1). Nothing is verified.

    Raises:
        BadToken: it is not in compact form; the sentence names the section at fault.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken(f"A token has three sections, and this has {len(parts)}.")
    header = _in_section("header", decode_object, parts[0])
    payload = _in_section("payload", decode_object, parts[1])
    return header, payload, _in_section("signature", decode_section, parts[2])


def verify(token: str, key: str, key_format: str, algorithm: str) -> dict:
    """Return the payload of a token that is signed with exactly this key and algorithm. Its times are not looked at.

    Args:
        token: the compact token.
        key: for HS256, HS384 and HS512 the shared key; for the others a key as PEM or JWK.
        key_format: "text", "hex" or "base64url", for shared keys.
        algorithm: a name of `ALGORITHMS` (RFC 7518 section 3.1, RFC 8037).

    Raises:
        BadToken: the token is not valid; the sentence names the section at fault.
    """
    header, payload, signature = read(token)
    named = header.get("alg")
    if not isinstance(named, str):
        raise BadToken("header: It names no algorithm (alg).")
    if named != algorithm:
        named = json.dumps(_short(named), ensure_ascii=False)
        raise BadToken(f"header: It names the algorithm {named}, and only {algorithm} is accepted.")
    if "crit" in header:
        raise BadToken("header: It has critical extensions (crit), and none is known here.")
    if not _fits(_signing_input(token), key, key_format, algorithm, signature):
        raise BadToken("signature: It does not fit header, payload and key.")
    return payload


def sign(signing_input: str, key: str, key_format: str, algorithm: str) -> str:
    """Return the signature section.

    Args:
        signing_input: header and payload, as they stand in the token.
        key: the shared key, or a private key as PEM or JWK.

    Raises:
        BadToken: the key cannot sign with this algorithm.
    """
    data = signing_input.encode()
    if algorithm in HASHES:
        return encode(hmac.digest(shared_key(key, key_format), data, HASHES[algorithm]))
    private = private_key(key, algorithm)
    return encode(jwt.get_algorithm_by_name(algorithm).sign(data, private))


def fools(token: str, key: str, key_format: str, algorithm: str) -> bool:
    """Return whether a verifier that believes the header's alg would accept what `verify` refuses for its algorithm."""
    try:
        header, _, signature = read(token)
        named = header.get("alg")
        if not isinstance(named, str) or named == algorithm:
            return False
        if named.lower() == "none":
            return True
        # A public key is a text, whatever the key field said about shared keys.
        key_format = key_format if algorithm in HASHES else "text"
        return named in ALGORITHMS and _fits(
            _signing_input(token), key, key_format, named, signature
        )
    except BadToken:
        return False


def _fits(data: bytes, key: str, key_format: str, algorithm: str, signature: bytes) -> bool:
    if algorithm in HASHES:
        expected = hmac.digest(shared_key(key, key_format), data, HASHES[algorithm])
        return hmac.compare_digest(expected, signature)
    public = public_key(key, algorithm)
    return jwt.get_algorithm_by_name(algorithm).verify(data, public, signature)


def _signing_input(token: str) -> bytes:
    return token.rpartition(".")[0].encode()


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"


def _in_section(name: str, decode: Callable[[str], Any], section: str) -> Any:
    try:
        return decode(section)
    except BadToken as error:
        raise BadToken(f"{name}: {error}") from None
