"""Stage `revocation`: log-ins that end, and refresh tokens that work once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask, current_app, request
from flask_jwt_extended import create_refresh_token, current_user, get_jwt, jwt_required
from sqlalchemy import bindparam, delete, select, update
from werkzeug.security import generate_password_hash

from server.clock import now
from server.errors import refusal
from server.login import NOT_TEXT, text_field, user_with_password
from server.models import Login, User, db
from server.refresh import NO_STORE, access

# So many seconds a refresh token that was used is answered again: two tabs ask at once, or an answer gets lost.
GRACE = 10
# Built once, since every request asks it.
END_OF_LOGIN = select(Login.expires_at).where(Login.id == bindparam("sid"))
OVER = "The log-in of this token is over. Log in again."


def is_over(claims: dict) -> bool:
    """Whether the log-in of a token is over: no row, no access."""
    # From here on the request holds a connection to the database, so no slow body may still be on its way.
    request.get_data()
    sid = claims.get("sid")
    if not isinstance(sid, str) or NOT_TEXT.search(sid + claims["jti"]):
        return True
    end = db.session.connection().scalar(END_OF_LOGIN, {"sid": sid})
    return end is None or end <= now()


def login_with_password() -> Login | None:
    """Return a new log-in of who sent the right name and password, or None."""
    user = user_with_password(text_field("username"), text_field("password"))
    return user and start_login(user, current_app.config["JWT_REFRESH_TOKEN_EXPIRES"])


def start_login(user: User, lifetime: timedelta) -> Login | None:
    """Return a new log-in of a user, or None if the password that was right has been changed meanwhile."""
    # This locks the user until the commit: a new password ends all log-ins, and none may slip in beside it.
    unchanged = update(User).filter_by(id=user.id, password_hash=user.password_hash)
    if not db.session.execute(unchanged.values(password_hash=user.password_hash)).rowcount:
        return None
    db.session.execute(delete(Login).where(Login.expires_at <= now()))
    end = now() + int(lifetime.total_seconds())
    login = Login(id=str(uuid4()), user_id=user.id, refresh_jti=str(uuid4()), expires_at=end)
    db.session.add(login)
    return login


def rotate(sid: str, jti: str) -> Login | None:
    """Return the log-in of a refresh token with its next id, or None if the token was used before: a copy exists."""
    # One statement asks and changes, so of two requests at once one comes first.
    unused = update(Login).filter_by(id=sid, refresh_jti=jti)
    step = unused.values(refresh_jti=str(uuid4()), used_jti=jti, used_at=now())
    is_first = db.session.execute(step).rowcount == 1
    login = db.session.get(Login, sid, populate_existing=True)
    if is_first or (login and login.used_jti == jti and now() - login.used_at <= GRACE):
        return login
    end_login(sid)
    return None


def end_login(sid: str) -> bool:
    """End a log-in, and return whether it was still there."""
    return db.session.execute(delete(Login).filter_by(id=sid)).rowcount == 1


def tokens(login: Login, is_fresh: bool = False, **claims: Any) -> tuple[dict, dict]:
    """Return the answer with both tokens of a log-in. The refresh token ends when the log-in does."""
    claims["sid"] = login.id
    own = claims | {"jti": login.refresh_jti, "exp": login.expires_at}
    refresh_token = create_refresh_token(str(login.user_id), additional_claims=own)
    answer = access(login.user_id, is_fresh, **claims) | {"refresh_token": refresh_token}
    return answer, NO_STORE


def add_log_ins(app: Flask) -> None:
    """Let `POST /token` begin a log-in, and refuse the tokens of log-ins that are over."""
    jwt_manager = app.extensions["flask-jwt-extended"]

    @jwt_manager.token_in_blocklist_loader
    def is_revoked(jwt_header, jwt_payload):
        return is_over(jwt_payload)

    @jwt_manager.revoked_token_loader
    def log_in_is_over(jwt_header, jwt_payload):
        return refusal(OVER, "invalid_token")

    @app.endpoint("create_token")
    def create_token():
        login = login_with_password()
        if login is None:
            return {"msg": "Bad username or password"}, 401
        answer = tokens(login, is_fresh=True)
        db.session.commit()
        return answer


def add_rotation(app: Flask) -> None:
    """Let `POST /token/refresh` take each refresh token once."""

    @app.endpoint("refresh")
    @jwt_required(refresh=True)
    def refresh():
        login = rotate(get_jwt()["sid"], get_jwt()["jti"])
        answer = tokens(login) if login else refusal(OVER, "invalid_token")
        db.session.commit()
        return answer


def add_log_out(app: Flask) -> None:
    """Add `DELETE /token`, which ends a log-in, and let `PUT /password` end all of the user."""

    @app.delete("/token")
    @jwt_required(refresh=True)
    def log_out():
        end_login(get_jwt()["sid"])
        db.session.commit()
        return "", 204

    @app.endpoint("change_password")
    @jwt_required(fresh=True)
    def change_password():
        current_user.password_hash = generate_password_hash(text_field("password", 8, 128))
        db.session.flush()
        # Of two at once, the second one waited until the first had ended both log-ins.
        if not end_login(get_jwt()["sid"]):
            return refusal(OVER, "invalid_token")
        db.session.execute(delete(Login).filter_by(user_id=current_user.id))
        db.session.commit()
        return "", 204


def add_to(app: Flask) -> None:
    """Add one row for each log-in: no row, no access."""
    add_log_ins(app)
    add_rotation(app)
    add_log_out(app)
