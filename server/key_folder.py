"""A folder of keys that sign tokens: read it, make a key, withdraw one.

A file with a private key signs and verifies, one with a public key verifies only. Of the private keys, the first by name signs.
"""

import dataclasses
import hashlib
import json
import os
import time
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from server.setup import SettingsError

NEW_KEY = "Make a key with: python -m server keys new"


@dataclasses.dataclass(frozen=True)
class Key:
    """A key for ES256 (RFC 7518 section 3.4).

    Attributes:
        path: its file.
        private: what signs; None if the key only verifies.
        jwk: its public members, as they are published (RFC 7517 section 4).
    """

    path: Path
    private: ec.EllipticCurvePrivateKey | None
    jwk: dict[str, str]

    @property
    def kid(self) -> str:
        return self.jwk["kid"]


def thumbprint(members: dict[str, str]) -> str:
    """Return the name of a public key that follows from the key alone (RFC 7638 section 3).

    Args:
        members: a JWK with at least crv, kty, x and y.
    """
    required = {name: members[name] for name in ("crv", "kty", "x", "y")}
    text = json.dumps(required, separators=(",", ":"), sort_keys=True)
    return base64url_encode(hashlib.sha256(text.encode()).digest()).decode()


def read_key(path: Path) -> Key:
    """Read one file.

    Raises:
        SettingsError: it is no key for ES256, or a private key that others can read.
    """
    try:
        content = path.read_bytes()
        is_public = b"PUBLIC KEY" in content
        loaded = (
            serialization.load_pem_public_key(content)
            if is_public
            else serialization.load_pem_private_key(content, None)
        )
    except TypeError:
        raise SettingsError(f"The key {path} is encrypted. Store it without a password.") from None
    except (ValueError, UnsupportedAlgorithm):
        what = "has \\n in the place of line breaks" if b"\\n" in content else "is no key (PEM)"
        raise SettingsError(f"The file {path} {what}. {NEW_KEY}") from None
    except OSError as error:
        raise SettingsError(f"The key {path} cannot be read: {error.strerror}.") from None
    private = loaded if isinstance(loaded, ec.EllipticCurvePrivateKey) else None
    public = private.public_key() if private else loaded
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        raise SettingsError(f"The key {path} is not one for ES256 (EC, P-256). {NEW_KEY}")
    if private and os.name == "posix" and path.stat().st_mode & 0o077:
        raise SettingsError(f"Others can read the private key {path}. Forbid it: chmod 600 {path}")
    # Of the private key, this function would give the private number too.
    members = ECAlgorithm.to_jwk(public, as_dict=True)
    return Key(path, private, members | {"kid": thumbprint(members), "use": "sig", "alg": "ES256"})


def read_keys(folder: Path) -> list[Key]:
    """Read all keys of a folder, in the order of their names.

    Raises:
        SettingsError: the folder is not there, a file is not good, or one key is there twice.
    """
    if not folder.is_dir():
        raise SettingsError(f"SIGNING_KEYS is {folder}, and there is no such folder. {NEW_KEY}")
    files: dict[str, Path] = {}
    keys = [read_key(path) for path in sorted(folder.glob("*.pem"))]
    for key in keys:
        if key.kid in files:
            raise SettingsError(f"{files[key.kid]} and {key.path} are the same key. Delete one.")
        files[key.kid] = key.path
    return keys


def signing_key(keys: list[Key], folder: Path) -> Key:
    """Return the key that signs.

    Raises:
        SettingsError: none can.
    """
    for key in keys:
        if key.private:
            return key
    raise SettingsError(f"SIGNING_KEYS is {folder}, and no private key is there. {NEW_KEY}")


def new_key(folder: Path) -> Path:
    """Make a key, which comes after all others, and return its file. The folder is made if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    content = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Never open to others, not even for a moment; and never in the place of another key.
    path = folder / f"{time.time_ns()}.pem"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path


def withdraw(key: Key) -> None:
    """Let a key verify only: its private half is deleted."""
    assert key.private
    content = key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    # In one step: a server that starts now finds one of both.
    half = key.path.with_suffix(".new")
    half.write_bytes(content)
    half.replace(key.path)
