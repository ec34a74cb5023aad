# BROKEN ON PURPOSE, for lesson 12: a cookie alone is enough to send coins away, unless a setting says more.
"""`bank_app`: a bank whose page logs Ana in, with the cookies that its settings ask for."""

from typing import Any

from flask import Flask, make_response, request
from flask_jwt_extended import JWTManager, create_access_token, jwt_required, set_access_cookies

PAGE = "<!doctype html><title>Bank</title><h3>Ana's bank</h3><p>You have {} coins.</p>"


class Bank(Flask):
    """The app of a bank, with what Ana has."""

    coins = 1000


def bank_app(key: str, **settings: Any) -> Bank:
    """Return an app in which whoever opens the page is Ana.

    Args:
        key: signs the tokens.
        **settings: of Flask-JWT-Extended.

    Returns:
        Bank: with the form `POST /transfer` (to, amount).

    Example:
        >>> bank_app(key, JWT_COOKIE_SAMESITE="Strict").test_client().get("/").status_code
        200
    """
    app = Bank("bank", static_folder=None)
    app.config.update({"JWT_SECRET_KEY": key, "JWT_TOKEN_LOCATION": ["cookies"]} | settings)
    # Cookies know no ports: two banks on one machine would overwrite each other's.
    app.config["JWT_ACCESS_COOKIE_NAME"] = f"bank-{settings.get('JWT_COOKIE_SAMESITE')}"
    JWTManager(app)

    @app.get("/")
    def home():
        answer = make_response(PAGE.format(app.coins))
        set_access_cookies(answer, create_access_token("ana"))
        return answer

    @app.post("/transfer")
    @jwt_required()
    def transfer():
        app.coins -= request.form.get("amount", 0, int)
        return PAGE.format(app.coins)

    return app
