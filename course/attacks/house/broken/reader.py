# BROKEN ON PURPOSE: lesson 13 breaks into this server, and repairs it. Never run it where others can reach it.
import jwt

from course.attacks.house.vault import vault


def reader(flag, key):
    def sign(claims):
        return jwt.encode(claims, key, algorithm="HS256")

    def verify(token):
        return jwt.decode(token, options={"verify_signature": False})

    return vault(flag, sign, verify)
