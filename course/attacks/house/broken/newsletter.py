# BROKEN ON PURPOSE: lesson 13 breaks into this server, and repairs it. Never run it where others can reach it.
import jwt
from flask import Flask, request
from flask_jwt_extended import JWTManager, create_access_token, get_jwt_identity, jwt_required


def newsletter(flag, key):
    app = Flask("newsletter", static_folder=None)
    app.config["JWT_SECRET_KEY"] = key
    JWTManager(app)

    def unsubscribe():
        link = jwt.decode(request.args["token"], key, algorithms=["HS256"])
        return {"unsubscribed": link["sub"]}

    def read_flag():
        return {"flag": flag} if get_jwt_identity() == "1" else ({"msg": "For user 1."}, 403)

    app.post("/token", endpoint="token")(lambda: {"token": create_access_token("7")})
    app.get("/me", endpoint="me")(jwt_required()(lambda: {"user": get_jwt_identity()}))
    app.get("/flag", endpoint="flag")(jwt_required()(read_flag))
    app.get("/newsletter/<user>", endpoint="mail")(
        lambda user: {"link": jwt.encode({"sub": user}, key)}
    )
    app.get("/unsubscribe", endpoint="unsubscribe")(unsubscribe)
    return app
