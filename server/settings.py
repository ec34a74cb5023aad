"""Stage `setup`: the key, Flask-JWT-Extended, and a route that tells that the server runs."""

import os

from flask import Flask
from flask_jwt_extended import JWTManager


class SettingsError(Exception):
    """A setting is missing or unsafe. The message names the setting and the mend."""


def load_secret(environ) -> str:
    """Return the key that signs tokens, or refuse to start without a good one.

    Args:
        environ: the settings by name, such as `os.environ`.

    Returns:
        str: at least 32 bytes, as RFC 7518 section 3.2 demands for HS256.

    Raises:
        SettingsError: JWT_SECRET_KEY is missing, too short, or has hidden characters.
    """
    mend = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
    secret = environ.get("JWT_SECRET_KEY", "")
    if not secret:
        raise SettingsError(f"The setting JWT_SECRET_KEY is missing. {mend}")
    if not secret.isprintable():
        raise SettingsError(f"JWT_SECRET_KEY has a line break or another hidden character. {mend}")
    size = len(secret.encode())
    if size < 32:
        raise SettingsError(f"JWT_SECRET_KEY has {size} bytes. HS256 needs 32 or more. {mend}")
    return secret


def add_to(app: Flask) -> None:
    """Add Flask-JWT-Extended and `GET /health`."""
    app.config["JWT_SECRET_KEY"] = load_secret({**os.environ, **app.config})
    JWTManager(app)

    @app.get("/health")
    def health():
        return {"status": "ok"}
