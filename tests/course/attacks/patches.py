"""Patches of the broken servers, as students write them: what they replace in the source, and by what.

A wrong patch also names words of the sentence that it must get.
"""

READS = 'jwt.decode(token, options={"verify_signature": False})'
MERGES = '{"role": "reader"} | request.get_json()'
TAKES_JWK = 'jwt.decode(token, jwt.PyJWK(header["jwk"], "RS256"), algorithms=["RS256"])'
READS_FILE = '(folder / "keys" / kid).read_bytes()'
KID = 'kid = jwt.get_unverified_header(token)["kid"]'
CONFIG = 'app.config["JWT_SECRET_KEY"] = key'
MANAGER = "JWTManager(app)"
HMAC = 'if algorithm.startswith("HS"):'
RSA = 'algorithms=["RS256"]'
READ_AFTER_HMAC = 'options={"verify_signature": False, "verify_exp": True}'
PEM_ROUTE = 'lambda: (pem, {"Content-Type": "text/plain"})'
REFRESH = 'request.json["refresh_token"] in owner_of'
FETCH = "jwt.PyJWKClient(address).get_signing_key_from_jwt(token)"
LOOPBACK = 'if urlsplit(address).hostname != "127.0.0.1":'


def by_type(condition: str) -> str:
    """Lines that make Flask-JWT-Extended ask a function of ours before it verifies a token."""
    return f"""manager = JWTManager(app)

    @manager.decode_key_loader
    def key_for(header, claims):
        if {condition}:
            raise jwt.DecodeError("This is no access token.")
        return key
"""


RIGHT = [
    # server, what it shows, old, new
    ("reader", "one algorithm", READS, 'jwt.decode(token, key, algorithms=["HS256"])'),
    (
        "reader",
        "by keyword",
        READS,
        'jwt.decode(jwt=token, key=key, algorithms=("HS256",), options={"require": ["exp"]})',
    ),
    ("reader", "complete", READS, 'jwt.decode_complete(token, key, ["HS256"])["payload"]'),
    (
        "sign_up",
        "role from the server",
        MERGES,
        '{"username": request.json["username"], "role": "reader"}',
    ),
    ("sign_up", "the server wins", MERGES, 'request.get_json() | {"role": "reader"}'),
    ("sign_up", "the field is dropped", 'user["role"]', '"reader"'),
    (
        "sign_up",
        "a body with a role is refused",
        f"user = {MERGES}",
        "user = request.json\n        if set(user) != {'username'}:\n            return {'msg': 'Send a username only.'}, 400\n"
        "        user = user | {'role': 'reader'}",
    ),
    (
        "newsletter",
        "an audience",
        CONFIG,
        f'{CONFIG}\n    app.config["JWT_ENCODE_AUDIENCE"] = app.config["JWT_DECODE_AUDIENCE"] = "api"',
    ),
    (
        "newsletter",
        "the type before it is filled in",
        MANAGER,
        by_type('claims.get("type") != "access"'),
    ),
    (
        "newsletter",
        "typ in the header (RFC 9068)",
        MANAGER,
        by_type('header.get("typ") != "at+jwt"')
        + "\n    @manager.additional_headers_loader\n    def headers(identity):\n        return {'typ': 'at+jwt'}\n",
    ),
    (
        "newsletter",
        "another key for links",
        CONFIG,
        f'{CONFIG}\n    app.config["JWT_SECRET_KEY"] = key + " of the API"',
    ),
    ("wallet", "the key of the server", 'header["jwk"]', "public"),
    (
        "wallet",
        "jwk is compared",
        "header = jwt.get_unverified_header(token)",
        'header = jwt.get_unverified_header(token)\n        if header["jwk"] != public:\n'
        '            raise jwt.InvalidTokenError("This is not our key.")',
    ),
    (
        "wallet",
        "the key object",
        TAKES_JWK,
        'jwt.decode(token, key.public_key(), algorithms=["RS256"])',
    ),
    (
        "cabinet",
        "one of the names in the folder",
        KID,
        KID
        + '\n        if kid not in [path.name for path in (folder / "keys").iterdir()]:\n            raise jwt.InvalidTokenError',
    ),
    (
        "cabinet",
        "the parent of the whole path",
        KID,
        KID
        + '\n        if (folder / "keys" / kid).resolve().parent != (folder / "keys").resolve():\n            raise jwt.InvalidTokenError',
    ),
    (
        "cabinet",
        "the last part",
        KID,
        'kid = jwt.get_unverified_header(token)["kid"].replace("\\\\", "/").split("/")[-1]',
    ),
    (
        "cabinet",
        "a dict of keys",
        READS_FILE,
        '{"1.key": (folder / "keys" / "1.key").read_bytes()}[kid]',
    ),
    ("two_locks", "no HMAC", HMAC, "if False:"),
    (
        "two_locks",
        "one algorithm",
        HMAC,
        'if algorithm != "RS256":\n            raise jwt.InvalidAlgorithmError\n        if False:',
    ),
    (
        "two_locks",
        "HMAC has a key of its own",
        "hmac.digest(pem,",
        "hmac.digest(b'a shared key that nobody else has, of 32 bytes',",
    ),
    (
        "second_token",
        "whose it is",
        REFRESH,
        'owner_of.get(request.json["refresh_token"]) == claims["sub"]',
    ),
    (
        "second_token",
        "the owner of the second token",
        'claims["sub"]',
        'owner_of[request.json["refresh_token"]]',
    ),
    ("second_token", "from its row", '{"sub": claims["sub"]}', '{"sub": "7"}'),
    ("key_set", "its own key", FETCH, "key.public_key()"),
    (
        "key_set",
        "its own key set",
        FETCH,
        'jwt.PyJWK(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "RS256")',
    ),
]

BY_LUCK = [
    (
        "reader",
        "the algorithm of the header",
        READS,
        'jwt.decode(token, key, algorithms=[jwt.get_unverified_header(token)["alg"]])',
    ),
    (
        "two_locks",
        "both algorithms",
        HMAC,
        'if algorithm == "HS256":\n            return jwt.decode(token, pem, algorithms=["RS256", "HS256"])\n        if False:',
    ),
]

WRONG = [
    # server, what is wrong, old, new, words of the sentence
    (
        "reader",
        "reads when it cannot verify",
        f"return {READS}",
        f'try:\n            return jwt.decode(token, key, algorithms=["HS256"])\n        except jwt.PyJWTError:\n            return {READS}',
        "with the signature of user 7. GET /flag gave the flag",
    ),
    (
        "reader",
        "looks at alg only",
        f"return {READS}",
        f'if jwt.get_unverified_header(token)["alg"] != "HS256":\n            raise jwt.InvalidAlgorithmError\n        return {READS}',
        "an empty signature",
    ),
    (
        "reader",
        "no expiry",
        READS,
        'jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": False})',
        "expired an hour ago",
    ),
    (
        "reader",
        "refuses all",
        f"return {READS}",
        "raise jwt.InvalidSignatureError",
        "An honest user was refused: GET /me",
    ),
    (
        "reader",
        "another algorithm",
        READS,
        'jwt.decode(token, key, algorithms=["HS512"])',
        "An honest user was refused: GET /me",
    ),
    (
        "sign_up",
        "the old order",
        MERGES,
        '{"role": "reader", **request.get_json()}',
        '"role": "admin". GET /flag',
    ),
    (
        "sign_up",
        "pop without a default",
        f"user = {MERGES}",
        'user = request.get_json()\n        user.pop("role")\n        user["role"] = "reader"',
        "An honest user was refused: POST /users",
    ),
    (
        "sign_up",
        "refuses admin only",
        f"user = {MERGES}",
        f'user = {MERGES}\n        if user["role"] == "admin":\n            return {{"msg": "No."}}, 403',
        '"role": "editor". GET /me says role editor',
    ),
    (
        "newsletter",
        "the type after it is filled in",
        MANAGER,
        'manager = JWTManager(app)\n\n    @manager.token_verification_loader\n    def is_access(header, claims):\n        return claims["type"] == "access"\n',
        "the link of user 1 as a token for the API. GET /flag",
    ),
    (
        "newsletter",
        "only the side that decodes",
        CONFIG,
        f'{CONFIG}\n    app.config["JWT_DECODE_ISSUER"] = "api"',
        "An honest user was refused: GET /me",
    ),
    (
        "newsletter",
        "no link for user 1",
        'lambda user: {"link": jwt.encode({"sub": user}, key)}',
        'lambda user: {"link": jwt.encode({"sub": "7"}, key)}',
        "the link of user 1 as a token for the API. GET /me",
    ),
    (
        "newsletter",
        "links that expire",
        '{"sub": user}, key)',
        '{"sub": user, "exp": 4102444800}, key)',
        "GET /flag",
    ),
    (
        "newsletter",
        "links that nobody can use",
        '{"sub": user}, key)',
        '{"sub": user}, key[::-1])',
        "the link in the newsletter of user 7",
    ),
    (
        "wallet",
        "kty must be RSA",
        "header = jwt.get_unverified_header(token)",
        'header = jwt.get_unverified_header(token)\n        assert header["jwk"]["kty"] == "RSA"',
        "a key of the thief in jwk. GET /flag",
    ),
    (
        "wallet",
        "e must be equal",
        "header = jwt.get_unverified_header(token)",
        'header = jwt.get_unverified_header(token)\n        assert header["jwk"]["e"] == public["e"]',
        "a key of the thief in jwk. GET /flag",
    ),
    (
        "wallet",
        "no jwk any more",
        TAKES_JWK,
        'jwt.decode(token, "", algorithms=["RS256"])',
        "An honest user was refused",
    ),
    (
        "cabinet",
        "../ is removed",
        KID,
        'kid = jwt.get_unverified_header(token)["kid"].replace("../", "")',
        "kid ....//page/style.css",
    ),
    (
        "cabinet",
        ".. is refused",
        KID,
        KID + '\n        assert ".." not in kid',
        "kid the whole path of a file",
    ),
    (
        "cabinet",
        "a prefix without resolve",
        KID,
        KID + '\n        assert str(folder / "keys" / kid).startswith(str(folder / "keys"))',
        "kid ../page/style.css",
    ),
    (
        "cabinet",
        "a prefix of the name",
        KID,
        KID
        + '\n        assert str((folder / "keys" / kid).resolve()).startswith(str((folder / "keys").resolve()))',
        "kid ../keys-old/a-new-file",
    ),
    (
        "cabinet",
        "no .css",
        KID,
        KID + '\n        assert not kid.endswith(".css")',
        "kid ../page/a-new-file",
    ),
    (
        "cabinet",
        "the page is gone",
        'return send_from_directory(folder / "page", name)',
        'return {"msg": "No."}, 404',
        "GET /page/style.css answered 404",
    ),
    (
        "two_locks",
        "refuses HS256 only",
        HMAC,
        'if algorithm == "HS256":\n            raise jwt.InvalidAlgorithmError\n        if algorithm.startswith("HS"):',
        "alg HS384",
    ),
    (
        "two_locks",
        "no expiry",
        RSA,
        'algorithms=["RS256"], options={"verify_exp": False}',
        "expired an hour ago",
    ),
    (
        "two_locks",
        "hides the key",
        PEM_ROUTE,
        'lambda: ({"msg": "No."}, 404)',
        "GET /public.pem answered 404",
    ),
    (
        "second_token",
        "any refresh token that is long",
        REFRESH,
        'len(request.json["refresh_token"]) > 20',
        "with the refresh token of user 7. GET /flag",
    ),
    (
        "second_token",
        "an expired token is refused",
        ', {"verify_exp": False}',
        "",
        "POST /token/refresh with an expired token",
    ),
    (
        "second_token",
        "nobody may refresh",
        REFRESH,
        "False",
        "POST /token/refresh with an expired token",
    ),
    (
        "key_set",
        "the address begins right",
        LOOPBACK,
        'if not address.startswith("http://127.0.0.1:"):',
        "a server of the thief",
    ),
    (
        "key_set",
        "the address ends right",
        LOOPBACK,
        'if not address.endswith(request.url_root + "keys.json"):',
        "stands behind it",
    ),
    (
        "key_set",
        "the address by the header Host",
        LOOPBACK,
        'if address != request.url_root + "keys.json":',
        "the header Host",
    ),
]
