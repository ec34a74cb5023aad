# BROKEN ON PURPOSE: for the exercise of lesson 13. Never run it where others can reach it.
import secrets

import jwt
from flask import request

from course.attacks.house.vault import vault


def second_token(flag, key):
    owner_of = {secrets.token_hex(16): "7"}
    lost = jwt.encode({"sub": "1", "exp": 1700000000}, key)

    def verify(token, options=None):
        return jwt.decode(token, key, algorithms=["HS256"], options=options)

    def refresh():
        claims = verify(request.json["token"], {"verify_exp": False})
        known = request.json["refresh_token"] in owner_of
        return {"token": jwt.encode({"sub": claims["sub"]}, key)} if known else ({}, 401)

    app = vault(flag, lambda claims: jwt.encode(claims, key), verify)
    app.get("/refresh_token", endpoint="second")(lambda: {"refresh_token": [*owner_of][0]})
    app.post("/token/refresh", endpoint="refresh")(refresh)
    app.get("/log", endpoint="log")(lambda: {"lines": [f"GET /me 401 {lost}"]})
    return app
