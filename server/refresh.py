"""Stage `refresh`: short access tokens, refresh tokens, and what wants a fresh password."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    current_user,
    jwt_required,
)
from werkzeug.security import generate_password_hash

from server.clock import now
from server.errors import CHALLENGE
from server.login import text_field, user_with_password
from server.models import db
from server.setup import SettingsError

FRESH = timedelta(minutes=5)
NO_STORE = {"Cache-Control": "no-store"}


def check_lifetime(app: Flask, name: str) -> None:
    """Refuse a lifetime with which tokens never end, or end in another time than meant.

    Raises:
        SettingsError: the setting is not a timedelta of a second or more.
    """
    lifetime = app.config[name]
    if not isinstance(lifetime, timedelta) or lifetime < timedelta(seconds=1):
        raise SettingsError(f"{name} is {lifetime!r}. Write a time, such as timedelta(minutes=15).")


def access(user_id: int, is_fresh: bool = False, **claims: Any) -> dict:
    """Return a new access token, how many seconds it lives (RFC 6749 section 5.1), and whose it is.

    Args:
        user_id: the id of the user.
        is_fresh: whether the user has just typed the password. The token proves it for 5 minutes.
        **claims: what else stands in the token.
    """
    # A whole second, like exp and iat: the library would write a fraction of one.
    claims["fresh"] = is_fresh and now() + FRESH.seconds
    token = create_access_token(str(user_id), additional_claims=claims)
    lifetime = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
    return {"token": token, "expires_in": int(lifetime.total_seconds()), "user_id": user_id}


def add_refreshing(app: Flask) -> None:
    """Let `POST /token` give a refresh token too, and `POST /token/refresh` take it for a new access token."""

    @app.endpoint("create_token")
    def create_token():
        user = user_with_password(text_field("username"), text_field("password"))
        if user is None:
            return {"msg": "Bad username or password"}, 401
        refresh_token = create_refresh_token(str(user.id))
        return access(user.id, is_fresh=True) | {"refresh_token": refresh_token}, NO_STORE

    @app.post("/token/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return access(current_user.id), NO_STORE


def add_password(app: Flask) -> None:
    """Add `PUT /password`, for who typed the password a moment ago."""

    @app.extensions["flask-jwt-extended"].needs_fresh_token_loader
    def password_is_wanted(jwt_header, jwt_payload):
        # The challenge of RFC 9470 section 3: log in again, at most so many seconds ago.
        error = f'error="insufficient_user_authentication", max_age="{FRESH.seconds}"'
        msg = "Log in with your password again."
        return {"msg": msg}, 401, {"WWW-Authenticate": f"{CHALLENGE}, {error}"}

    @app.put("/password")
    @jwt_required(fresh=True)
    def change_password():
        current_user.password_hash = generate_password_hash(text_field("password", 8, 128))
        db.session.commit()
        return "", 204


def add_to(app: Flask) -> None:
    """Add refresh tokens, and a new password for who just typed the old one."""
    check_lifetime(app, "JWT_ACCESS_TOKEN_EXPIRES")
    check_lifetime(app, "JWT_REFRESH_TOKEN_EXPIRES")
    add_refreshing(app)
    add_password(app)
