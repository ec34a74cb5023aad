"""Stage `errors`: one JSON shape for every error, and the status that the standards want."""

from flask import Flask, request
from flask_jwt_extended.exceptions import InvalidHeaderError, JWTDecodeError
from werkzeug.exceptions import HTTPException

CHALLENGE = 'Bearer realm="server"'


def refusal(msg: str, error: str, status: int = 401):
    """Return the answer to a bad token, with the challenge of RFC 6750 section 3.

    Args:
        msg: what is wrong, for a person.
        error: "invalid_token" or "invalid_request", for a program.
        status: 401, or 400 for "invalid_request".
    """
    return {"msg": msg}, status, {"WWW-Authenticate": f'{CHALLENGE}, error="{error}"'}


def add_to(app: Flask) -> None:
    """Answer every error in JSON, and refuse tokens as RFC 6750 says."""
    jwt_manager = app.extensions["flask-jwt-extended"]

    @app.errorhandler(HTTPException)
    def answer_in_json(error):
        headers = [header for header in error.get_headers() if header[0] != "Content-Type"]
        return {"msg": error.description}, error.code, headers

    @app.after_request
    def every_401_has_a_challenge(response):
        if response.status_code == 401:
            response.headers.setdefault("WWW-Authenticate", CHALLENGE)
        return response

    @jwt_manager.invalid_token_loader
    def invalid_token(reason):
        return refusal(reason, "invalid_token")

    @jwt_manager.expired_token_loader
    def expired_token(header, payload):
        return refusal("The token has expired.", "invalid_token")

    @jwt_manager.user_lookup_error_loader
    def user_is_gone(header, payload):
        return refusal("The user of this token does not exist.", "invalid_token")

    @app.errorhandler(InvalidHeaderError)
    def malformed_header(error):
        return refusal(str(error), "invalid_request", 400)

    @jwt_manager.decode_key_loader
    def key_for_complete_tokens(header, claims):
        if not {"exp", "jti"} <= claims.keys() or claims.get("type") not in ("access", "refresh"):
            raise JWTDecodeError("A token needs the claims exp, jti and type.")
        return app.config["JWT_SECRET_KEY"]

    @app.before_request
    def accept_any_case_of_the_scheme():
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
