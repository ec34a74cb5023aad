"""Stage `errors`: one JSON shape for every error, and the status that the standards want."""

from collections.abc import Callable

from flask import Flask, current_app, request
from flask_jwt_extended.exceptions import InvalidHeaderError, JWTDecodeError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException

CHALLENGE = 'Bearer realm="server"'


def refusal(msg: str, error: str, status: int = 401) -> tuple[dict, int, dict]:
    """Return the answer to a bad token, with the challenge of RFC 6750 section 3.

    Args:
        msg: what is wrong, for a person.
        error: "invalid_token" or "invalid_request", for a program.
        status: 401, or 400 for "invalid_request".
    """
    return {"msg": msg}, status, {"WWW-Authenticate": f'{CHALLENGE}, error="{error}"'}


def complete(claims: dict) -> None:
    """Refuse a token without the claims that every token of this API has.

    Raises:
        JWTDecodeError: exp, jti or type is missing, the type is unknown, or fresh is neither a bool nor a time.
    """
    # Flask-JWT-Extended fills in jti and type while it decodes: no later check can see that they were missing.
    if not {"exp", "jti"} <= claims.keys() or claims.get("type") not in ("access", "refresh"):
        raise JWTDecodeError("A token needs the claims exp, jti and type.")
    if not isinstance(claims.get("fresh", False), bool | int | float):
        raise JWTDecodeError("The claim fresh must be a boolean or a time.")


def secret_key(jwt_header: dict) -> str:
    """Return the key that verifies a token with this header: this API has one for all."""
    return current_app.config["JWT_SECRET_KEY"]


def verify_with(app: Flask, find_key: Callable) -> None:
    """Verify complete tokens with the key that `find_key` returns for their header, and refuse all others."""

    @app.extensions["flask-jwt-extended"].decode_key_loader
    def key_for_complete_tokens(jwt_header, claims):
        complete(claims)
        return find_key(jwt_header)

    app.extensions["find_key"] = find_key


def read_authorization(app: Flask) -> None:
    """Take the scheme `Bearer` in any case, and answer 400 to a malformed header `Authorization`."""

    @app.before_request
    def accept_any_case_of_the_scheme():
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    @app.errorhandler(InvalidHeaderError)
    def malformed_header(error):
        return refusal(str(error), "invalid_request", 400)


def refuse_bad_tokens(app: Flask) -> None:
    """Answer 401 and "invalid_token" to every token that is not accepted."""
    jwt_manager = app.extensions["flask-jwt-extended"]

    @jwt_manager.invalid_token_loader
    def invalid_token(reason):
        return refusal(reason, "invalid_token")

    @jwt_manager.expired_token_loader
    def expired_token(jwt_header, jwt_payload):
        return refusal("The token has expired.", "invalid_token")

    @jwt_manager.user_lookup_error_loader
    def user_is_gone(jwt_header, jwt_payload):
        return refusal("The user of this token does not exist.", "invalid_token")


def answer_all_errors(app: Flask) -> None:
    """Answer every other error in JSON too, and give every 401 a challenge."""

    @app.errorhandler(HTTPException)
    def answer_in_json(error):
        headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
        return {"msg": error.description}, error.code, headers

    @app.after_request
    def every_401_has_a_challenge(response):
        if response.status_code == 401:
            response.headers.setdefault("WWW-Authenticate", CHALLENGE)
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(NoFreeConnection)
    def database_cannot_answer(error):
        app.logger.error("The database cannot answer: %s", error)
        return {"msg": "The database cannot answer now."}, 503, {"Retry-After": "5"}


def add_to(app: Flask) -> None:
    """Answer every error in JSON, and refuse tokens as RFC 6750 says."""
    read_authorization(app)
    refuse_bad_tokens(app)
    verify_with(app, secret_key)
    answer_all_errors(app)
