# BROKEN ON PURPOSE: for the exercise of lesson 13. Never run it where others can reach it.
from urllib.parse import urlsplit

import jwt
from flask import request
from jwt.algorithms import RSAAlgorithm

from course.attacks.house.vault import vault


def key_set(flag, key):
    def sign(claims):
        names = {"kid": "1", "jku": request.url_root + "keys.json"}
        return jwt.encode(claims, key, algorithm="RS256", headers=names)

    def verify(token):
        address = jwt.get_unverified_header(token)["jku"]
        if urlsplit(address).hostname != "127.0.0.1":  # it calls nobody outside of this machine
            raise jwt.InvalidTokenError("jku must be on this machine.")
        return jwt.decode(
            token, jwt.PyJWKClient(address).get_signing_key_from_jwt(token), ["RS256"]
        )

    app, public = vault(flag, sign, verify), RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    app.get("/keys.json", endpoint="keys")(lambda: {"keys": [public | {"kid": "1"}]})
    return app
