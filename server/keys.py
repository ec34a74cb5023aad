"""Stage `keys`: a private key signs tokens, and whoever has the public one can verify them."""

from pathlib import Path

from flask import Flask
from flask_jwt_extended.exceptions import JWTDecodeError
from jwt import PyJWK
from jwt.utils import base64url_encode

from server.errors import verify_with
from server.key_folder import Key, read_keys, signing_key
from server.setup import setting

# How many seconds others may remember the published keys.
CACHE = 300


def sign_with(app: Flask, key: Key) -> None:
    """Sign every new token with this key, and name it in the token's header."""
    jwt_manager = app.extensions["flask-jwt-extended"]
    app.config["JWT_ALGORITHM"] = "ES256"
    app.config["JWT_DECODE_ALGORITHMS"] = ["ES256", "HS256"]

    @jwt_manager.encode_key_loader
    def private_key(identity):
        return key.private

    @jwt_manager.additional_headers_loader
    def name_of_the_key(identity):
        return {"kid": key.kid}


def verify_with_ring(app: Flask, keys: list[Key]) -> None:
    """Verify each token with the key that it names, and one that names none with the secret key, as before."""
    secret = base64url_encode(app.config["JWT_SECRET_KEY"].encode()).decode()
    # A PyJWK pins its algorithm: what names the key of another algorithm is refused.
    ring = {key.kid: PyJWK(key.jwk) for key in keys}
    without_name = PyJWK({"kty": "oct", "k": secret, "alg": "HS256"})

    def find_key(jwt_header):
        key = ring.get(jwt_header["kid"]) if "kid" in jwt_header else without_name
        if key is None:
            raise JWTDecodeError("No key of this server has this kid.")
        return key

    verify_with(app, find_key)


def publish(app: Flask, keys: list[Key]) -> None:
    """Add `GET /.well-known/jwks.json`: the public keys (RFC 7517 section 5)."""

    @app.get("/.well-known/jwks.json")
    def json_web_key_set():
        return {"keys": [key.jwk for key in keys]}, {"Cache-Control": f"public, max-age={CACHE}"}


def add_to(app: Flask) -> None:
    """Sign with the first key of the folder SIGNING_KEYS, and publish all. Without it tokens stay as they were."""
    folder = setting(app, "SIGNING_KEYS")
    if folder:
        keys = read_keys(Path(folder))
        sign_with(app, signing_key(keys, Path(folder)))
        verify_with_ring(app, keys)
        publish(app, keys)
