"""`vault(flag, sign, verify)`: the part that most servers of the house share, and that is not broken."""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, abort, make_response, request

Claims = dict[str, Any]


def vault(flag: str, sign: Callable[[Claims], str], verify: Callable[[str], Claims]) -> Flask:
    """Make an app that has a flag for user 1, and gives everybody else tokens of user 7.

    `POST /token` answers `{"token"}`, a token of user 7 that is good for an hour. `GET /me` answers `{"user"}`,
    the one of the token. `GET /flag` answers `{"flag"}` to user 1 and 403 to everybody else.

    Args:
        flag: what only user 1 may read.
        sign: makes a token from claims.
        verify: returns the claims of a token. If it raises anything, the answer is 401 with what it raised.

    Returns:
        Flask: the app.

    Example:
        >>> def sign(claims): return jwt.encode(claims, key)
        >>> def verify(token): return jwt.decode(token, key, algorithms=["HS256"])
        >>> client = vault("a flag", sign, verify).test_client()
        >>> client.get("/flag").status_code
        401
    """
    app = Flask("vault", static_folder=None)

    def caller() -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            return verify(token)["sub"]
        except Exception as error:  # whatever goes wrong, nobody comes in
            answer = make_response({"msg": f"{type(error).__name__}: {error}"}, 401)
            answer.headers["WWW-Authenticate"] = "Bearer"
            abort(answer)

    @app.post("/token")
    def create_token():
        return {"token": sign({"sub": "7", "exp": int(time.time()) + 3600})}

    @app.get("/me")
    def me():
        return {"user": caller()}

    @app.get("/flag")
    def read_flag():
        if caller() != "1":
            return {"msg": "This is for user 1."}, 403
        return {"flag": flag}

    return app
