# BROKEN ON PURPOSE: lesson 13 breaks into this server, and repairs it. Never run it where others can reach it.
import jwt
from jwt.algorithms import RSAAlgorithm

from course.attacks.house.vault import vault


def wallet(flag, key):
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)

    def sign(claims):
        return jwt.encode(claims, key, algorithm="RS256", headers={"jwk": public})

    def verify(token):
        header = jwt.get_unverified_header(token)
        return jwt.decode(token, jwt.PyJWK(header["jwk"], "RS256"), algorithms=["RS256"])

    return vault(flag, sign, verify)
