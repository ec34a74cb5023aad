"""Stage `setup`: the key, Flask-JWT-Extended, and a route that tells that the server runs."""

import os

from flask import Flask
from flask_jwt_extended import JWTManager


class SettingsError(Exception):
    """A setting is missing or unsafe. The message names the setting and the repair."""


def setting(app: Flask, name: str) -> str | None:
    """Return a setting of `create_app`, or else of the environment. An empty one counts as missing.

    Raises:
        SettingsError: the setting is not a text.
    """
    value = app.config.get(name) or os.environ.get(name) or None
    if not isinstance(value, str | None):
        raise SettingsError(f"The setting {name} must be a text, not {type(value).__name__}.")
    return value


def check_secret(secret: str | None) -> str:
    """Return the key that signs tokens, or refuse to start without a good one.

    Returns:
        str: at least 32 bytes, as RFC 7518 section 3.2 demands for HS256.

    Raises:
        SettingsError: the key is missing, too short, or has hidden characters.
    """
    repair = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
    if not secret:
        raise SettingsError(f"The setting JWT_SECRET_KEY is missing. {repair}")
    if not secret.isprintable():
        raise SettingsError(
            f"JWT_SECRET_KEY has a line break or another hidden character. {repair}"
        )
    size = len(secret.encode())
    if size < 32:
        raise SettingsError(f"JWT_SECRET_KEY has {size} bytes. HS256 needs 32 or more. {repair}")
    return secret


def add_to(app: Flask) -> None:
    """Add Flask-JWT-Extended and `GET /health`."""
    app.config["JWT_SECRET_KEY"] = check_secret(setting(app, "JWT_SECRET_KEY"))
    JWTManager(app)

    @app.get("/health")
    def health():
        return {"status": "ok"}
