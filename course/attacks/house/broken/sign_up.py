# BROKEN ON PURPOSE: lesson 13 breaks into this server, and repairs it. Never run it where others can reach it.
import jwt
from flask import Flask, request


def sign_up(flag, key):
    app = Flask("sign_up", static_folder=None)

    def claims():
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return jwt.decode(token, key, algorithms=["HS256"])

    @app.post("/users")
    def create_user():
        user = {"role": "reader"} | request.get_json()
        return {"token": jwt.encode({"sub": user["username"], "role": user["role"]}, key)}, 201

    def read_flag():
        return {"flag": flag} if claims()["role"] == "admin" else ({"msg": "For admins."}, 403)

    app.get("/me", endpoint="me")(claims)
    app.get("/flag", endpoint="flag")(read_flag)
    app.register_error_handler(jwt.PyJWTError, lambda error: ({"msg": str(error)}, 401))
    return app
