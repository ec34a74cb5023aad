# BROKEN ON PURPOSE: lesson 13 breaks into this server, and repairs it. Never run it where others can reach it.
import jwt
from flask import send_from_directory

from course.attacks.house.vault import vault


def cabinet(flag, folder):
    def sign(claims):
        key = (folder / "keys" / "1.key").read_bytes()
        return jwt.encode(claims, key, algorithm="HS256", headers={"kid": "1.key"})

    def verify(token):
        kid = jwt.get_unverified_header(token)["kid"]
        return jwt.decode(token, (folder / "keys" / kid).read_bytes(), algorithms=["HS256"])

    app = vault(flag, sign, verify)

    @app.get("/page/<name>")
    def page(name):
        return send_from_directory(folder / "page", name)

    return app
