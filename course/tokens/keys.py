"""Keys as people write them: shared ones as text, hexadecimal or base64url, the others as PEM or JWK (RFC 7517)."""

import base64
import re
from collections.abc import Callable
from typing import Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from course.tokens.base64url import BadToken, decode_section
from course.tokens.json_text import parse_object

FORMATS = ["text", "hex", "base64url"]
RSA_BITS = 2048  # RFC 7518 section 3.3
CURVES: dict[str, tuple[str, type[ec.EllipticCurve], int]] = {
    "ES256": ("P-256", ec.SECP256R1, 32),
    "ES384": ("P-384", ec.SECP384R1, 48),
    "ES512": ("P-521", ec.SECP521R1, 66),
}
BLANKS = " \t\r\n"
PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----")
PUBLIC_LABELS = ["PUBLIC KEY", "RSA PUBLIC KEY"]
PRIVATE_LABELS = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Key = TypeVar("Key")


def shared_key(key: str, key_format: str) -> bytes:
    """Return the bytes of a key that is written as "text", "hex" or "base64url".

    Raises:
        BadToken: the key is empty, or not written in this way.
    """
    try:
        if key_format == "hex":
            digits = _without_blanks(key)
            if not re.fullmatch("[0-9a-fA-F]*", digits):
                raise ValueError("fromhex takes more kinds of blanks than are meant here.")
            data = bytes.fromhex(digits)
        else:
            data = decode_section(key) if key_format == "base64url" else key.encode()
    except ValueError:
        raise BadToken(f"The key is not {key_format}.") from None
    if not data:
        raise BadToken("The key is empty.")
    return data


def public_key(key: str, algorithm: str) -> PublicKey:
    """Return the public key for an algorithm. Of a private key this is its public half.

    Args:
        key: PEM or JWK.

    Raises:
        BadToken: the key is not for this algorithm. The sentence says what it is, if that can be told.
    """
    label, der, jwk = _written(key)
    if jwk is not None:
        _check_purpose(jwk, algorithm)
        return _checked(lambda: _public_of_jwk(jwk, algorithm), algorithm)

    def load() -> Any:
        if label in PUBLIC_LABELS:
            return serialization.load_der_public_key(der)
        return serialization.load_der_private_key(der, None).public_key()

    return _checked(load, algorithm)


def private_key(key: str, algorithm: str) -> PrivateKey:
    """Return the private key for an algorithm.

    Raises:
        BadToken: the key is a public key, or not for this algorithm.
    """
    public = public_key(key, algorithm)
    label, der, jwk = _written(key)
    if label in PUBLIC_LABELS or (jwk is not None and "d" not in jwk):
        raise BadToken("This is a public key: signing needs the private key.")

    def load() -> Any:
        if jwk is not None:
            return _private_of_jwk(jwk, public)
        return serialization.load_der_private_key(der, None)

    return _checked(load, algorithm)


def _written(key: str) -> tuple[str, bytes, dict | None]:
    """The label and the bytes of a PEM, or a JWK."""
    key = key.strip(BLANKS)
    if not key:
        raise BadToken("The key is empty.")
    if key.startswith("{"):
        try:
            jwk = parse_object(key)
        except BadToken as error:
            raise BadToken(f"The key is not a JWK: {error}") from None
        if "keys" in jwk:
            raise BadToken("The key is a set of keys (JWKS): choose one of them.")
        return "", b"", jwk
    pem = PEM.fullmatch(key)
    if not pem:
        raise BadToken("The key is neither PEM nor JWK.")
    label, body = pem.groups()
    if label == "ENCRYPTED PRIVATE KEY" or "ENCRYPTED" in body:
        raise BadToken("The private key is encrypted with a password.")
    if label == "CERTIFICATE":
        raise BadToken("The key is a certificate: take the public key out of it.")
    if label not in PUBLIC_LABELS + PRIVATE_LABELS:
        raise BadToken("The key is neither PEM nor JWK.")
    digits = _without_blanks(body)
    if len(digits) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", digits):
        raise BadToken("The key is neither PEM nor JWK.")
    return label, base64.b64decode(digits), None


def _without_blanks(text: str) -> str:
    return text.translate({ord(blank): None for blank in BLANKS})


def _check_purpose(jwk: dict, algorithm: str) -> None:
    if jwk.get("use", "sig") != "sig":
        raise BadToken("The JWK is not for signatures (use).")
    if jwk.get("alg", algorithm) != algorithm:
        raise BadToken("The JWK is for another algorithm (alg).")


def _checked(load: Callable[[], Key], algorithm: str) -> Key:
    """What `load` returns, if it is a key for this algorithm."""
    no_key = BadToken(f"The key is not a key for {algorithm}.")
    try:
        key: Any = load()
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        raise no_key from None
    if algorithm in CURVES:
        curve = CURVES[algorithm][1]
        fits = isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey)
        fits = fits and isinstance(key.curve, curve)
    elif algorithm == "EdDSA":
        fits = isinstance(key, ed25519.Ed25519PublicKey | ed25519.Ed25519PrivateKey)
    else:
        fits = isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey)
        if fits and key.key_size < RSA_BITS:
            raise BadToken(f"The RSA key has {key.key_size} bits: fewer than {RSA_BITS}.")
    if not fits:
        raise no_key
    return key


def _public_of_jwk(jwk: dict, algorithm: str) -> PublicKey:
    if algorithm in CURVES:
        name, curve, size = CURVES[algorithm]
        _expect(jwk, kty="EC", crv=name)
        x, y = (int.from_bytes(_member(jwk, name, size)) for name in "xy")
        return ec.EllipticCurvePublicNumbers(x, y, curve()).public_key()
    if algorithm == "EdDSA":
        _expect(jwk, kty="OKP", crv="Ed25519")
        return ed25519.Ed25519PublicKey.from_public_bytes(_member(jwk, "x", 32))
    _expect(jwk, kty="RSA")
    return rsa.RSAPublicNumbers(_number(jwk, "e"), _number(jwk, "n")).public_key()


def _private_of_jwk(jwk: dict, public: PublicKey) -> PrivateKey:
    if isinstance(public, rsa.RSAPublicKey):
        p, q, d, dp, dq, qi = (_number(jwk, name) for name in ("p", "q", "d", "dp", "dq", "qi"))
        return rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, public.public_numbers()).private_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        private = ed25519.Ed25519PrivateKey.from_private_bytes(_member(jwk, "d", 32))
        if private.public_key() != public:
            raise ValueError("The two halves do not belong together.")
        return private
    size = (public.key_size + 7) // 8
    d = int.from_bytes(_member(jwk, "d", size))
    return ec.EllipticCurvePrivateNumbers(d, public.public_numbers()).private_key()


def _expect(jwk: dict, **members: str) -> None:
    if any(jwk.get(name) != value for name, value in members.items()):
        raise ValueError("The JWK is for something else.")


def _member(jwk: dict, name: str, size: int) -> bytes:
    data = decode_section(jwk[name])
    if len(data) != size:
        raise ValueError(f"{name} has the wrong length.")
    return data


def _number(jwk: dict, name: str) -> int:
    data = decode_section(jwk[name])
    if not data or data[0] == 0:  # RFC 7518 section 2: the fewest bytes that hold it
        raise ValueError(f"{name} does not start with its first byte.")
    return int.from_bytes(data)
