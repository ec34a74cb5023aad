"""Stage `login`: sign up with `POST /users`, log in with `POST /token`."""

import re
import secrets

from flask import Flask, abort, request
from flask_jwt_extended import create_access_token
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest
from werkzeug.security import check_password_hash, generate_password_hash

from server.database import connect
from server.models import User, db

# Checked when there is no password hash to check, so that the answer takes as long.
NOBODY = generate_password_hash(secrets.token_urlsafe())

# JSON can carry these characters, databases and UTF-8 cannot.
NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def text_field(name: str, shortest: int = 0, longest: int | None = None) -> str:
    """Return one field of the request's JSON body.

    Args:
        name: the name of the field.
        shortest, longest: how many characters it may have; None is no limit.

    Raises:
        HTTPException: 400 and the name of the field, 413 or 415 if the body cannot be read.
    """
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        abort(400, "The body is not valid JSON.")
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or NOT_TEXT.search(value):
        abort(400, f"The field {name} must be a text.")
    if len(value) < shortest or (longest and len(value) > longest):
        abort(400, f"The field {name} must have {shortest} to {longest} characters.")
    return value


def user_with_password(username: str, password: str) -> User | None:
    """Return the user of this name if the password is right. Each call checks exactly one password hash."""
    user = db.session.scalar(select(User).filter_by(username=username))
    password_hash = (user and user.password_hash) or NOBODY
    return user if check_password_hash(password_hash, password) else None


def add_to(app: Flask) -> None:
    """Add the database, `POST /users` and `POST /token`."""
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    connect(app, db)

    @app.post("/users")
    def create_user():
        user = User(username=text_field("username", 1, 80))
        user.password_hash = generate_password_hash(text_field("password", 8, 128))
        db.session.add(user)
        try:
            db.session.commit()
        except IntegrityError:
            abort(409, "The username is taken.")
        return {"id": user.id, "username": user.username}, 201

    @app.post("/token")
    def create_token():
        user = user_with_password(text_field("username"), text_field("password"))
        if user is None:
            return {"msg": "Bad username or password"}, 401
        token = create_access_token(identity=str(user.id))
        return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}
