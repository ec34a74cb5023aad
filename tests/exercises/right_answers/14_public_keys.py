# %% thumbprint -> sorted keys
def thumbprint(jwk):
    needed = {"EC": {"crv", "kty", "x", "y"}, "RSA": {"e", "kty", "n"}}[jwk["kty"]]
    text = json.dumps({name: jwk[name] for name in needed}, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode("ascii"))
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


# %% thumbprint -> a text written by hand
def thumbprint(jwk):
    if jwk["kty"] == "RSA":
        text = '{"e":"' + jwk["e"] + '","kty":"RSA","n":"' + jwk["n"] + '"}'
    else:
        text = (
            '{"crv":"' + jwk["crv"] + '","kty":"EC","x":"' + jwk["x"] + '","y":"' + jwk["y"] + '"}'
        )
    return (
        base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().replace("=", "")
    )


# %% thumbprint -> PyJWT's base64url
def thumbprint(jwk):
    from jwt.utils import base64url_encode

    members = {name: value for name, value in jwk.items() if name in "crv kty x y e n".split()}
    text = json.dumps(members, sort_keys=True).replace(" ", "")
    return base64url_encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


# %% key_set -> a comprehension
def key_set(private_keys):
    def published(key):
        jwk = json.loads(ECAlgorithm.to_jwk(key.public_key()))
        return {**jwk, "alg": "ES256", "use": "sig", "kid": thumbprint(jwk)}

    return dict(keys=[published(key) for key in private_keys])


# %% key_set -> the members one by one
def key_set(private_keys):
    keys = []
    for private in private_keys:
        numbers = private.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256"}
        for name in ("x", "y"):
            content = getattr(numbers, name).to_bytes(32, "big")
            jwk[name] = base64.urlsafe_b64encode(content).decode().rstrip("=")
        jwk["kid"] = thumbprint(jwk)
        jwk.update(use="sig", alg="ES256")
        keys.append(jwk)
    return {"keys": keys}


# %% key_set -> the private member is taken away
def key_set(private_keys):
    keys = []
    for private in private_keys:
        jwk = ECAlgorithm.to_jwk(private, as_dict=True)
        del jwk["d"]
        keys.append({"kid": thumbprint(jwk), "use": "sig", "alg": "ES256"} | jwk)
    return {"keys": keys}


# %% verify -> a dictionary
def verify(token, keys):
    ring = {key["kid"]: key for key in keys["keys"] if key["alg"] == "ES256"}
    key = ring.get(jwt.get_unverified_header(token).get("kid"))
    if key is None:
        raise jwt.DecodeError("unknown kid")
    return jwt.decode(
        token,
        ECAlgorithm.from_jwk(key),
        algorithms=["ES256"],
        audience=["reports"],
        options={"require": ["exp", "sub", "aud"]},
    )


# %% verify -> PyJWKSet
def verify(token, keys):
    ring = jwt.PyJWKSet.from_dict(keys)
    header = jwt.get_unverified_header(token)
    try:
        key = ring[header["kid"]]
    except KeyError:
        raise jwt.InvalidTokenError("There is no such key.") from None
    if header["alg"] != "ES256":
        raise jwt.InvalidAlgorithmError("ES256 only")
    require = ["exp", "sub"]
    return jwt.decode(token, key, ["ES256"], audience="reports", options={"require": require})


# %% verify -> next
def verify(token, keys):
    kid = jwt.get_unverified_header(token).get("kid")
    found = next((key for key in keys["keys"] if key["kid"] == kid), None)
    if not found or found["kty"] != "EC":
        raise jwt.InvalidTokenError
    options = {"require": ["exp", "sub"], "verify_aud": True}
    key = jwt.PyJWK.from_dict(found)
    return jwt.decode(token, key=key, algorithms=("ES256",), audience={"reports"}, options=options)


# %% plan -> two expressions
def plan(minute, start, cache_life, token_life):
    signs = start + cache_life
    published = {"old"} if minute < signs + token_life else set()
    if minute >= start:
        published.add("new")
    return published, "new" if minute >= signs else "old"


# %% plan -> set operations
def plan(minute, start, cache_life, token_life):
    since = minute - start
    published = {"old", "new"}
    if since < 0:
        published -= {"new"}
    if since >= cache_life + token_life:
        published -= {"old"}
    return (published, ["old", "new"][since >= cache_life])


# %% plan -> a table of times
def plan(minute, start, cache_life, token_life):
    table = [
        (start, {"old"}, "old"),
        (start + cache_life, {"old", "new"}, "old"),
        (start + cache_life + token_life, {"new", "old"}, "new"),
    ]
    for end, published, signing in table:
        if minute < end:
            return published, signing
    return {"new"}, "new"
