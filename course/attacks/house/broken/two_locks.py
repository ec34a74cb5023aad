# BROKEN ON PURPOSE: lesson 13 breaks into this server, and repairs it. Never run it where others can reach it.
import hmac

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from course.attacks.house.vault import vault


def two_locks(flag, key):
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verify(token):
        signing_input, _, signature = token.encode().rpartition(b".")
        algorithm = jwt.get_unverified_header(token)["alg"]
        if algorithm.startswith("HS"):
            expected = hmac.digest(pem, signing_input, f"sha{algorithm[2:]}")
            if hmac.compare_digest(base64url_encode(expected), signature):
                return jwt.decode(token, options={"verify_signature": False, "verify_exp": True})
        return jwt.decode(token, pem, algorithms=["RS256"])

    app = vault(flag, lambda claims: jwt.encode(claims, key, algorithm="RS256"), verify)
    app.get("/public.pem", endpoint="public_pem")(lambda: (pem, {"Content-Type": "text/plain"}))
    return app
