# %% thumbprint -> in which order
# In the order of the key.
def thumbprint(jwk):
    names = [name for name in jwk if name in ("crv", "kty", "x", "y", "e", "n")]
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# %% thumbprint -> without which characters
# With the spaces that json writes.
def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("e", "kty", "n")
    text = json.dumps({name: jwk[name] for name in names})
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# %% thumbprint -> which members
# All members.
def thumbprint(jwk):
    text = json.dumps(jwk, separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# %% thumbprint -> without which characters
# With padding.
def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("e", "kty", "n")
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()


# %% thumbprint -> another thumbprint
# The hexadecimal digest.
def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("e", "kty", "n")
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# %% thumbprint -> a key for elliptic curves
# Only RSA.
def thumbprint(jwk):
    text = json.dumps({name: jwk.get(name) for name in ("e", "kty", "n")}, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# %% thumbprint -> another thumbprint
# The other alphabet of base64.
def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("e", "kty", "n")
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b64encode(digest).rstrip(b"=").decode().replace("/", "_")


# %% thumbprint -> must return a text
# Bytes.
def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("e", "kty", "n")
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")


# %% key_set -> the member d
# The JWK of the private key.
def key_set(private_keys):
    keys = []
    for key in private_keys:
        jwk = ECAlgorithm.to_jwk(key, as_dict=True)
        keys.append(jwk | {"kid": thumbprint(jwk), "use": "sig", "alg": "ES256"})
    return {"keys": keys}


# %% key_set -> the kid must be the thumbprint
# A counter that starts at 1 with each start of the server.
def key_set(private_keys):
    keys = []
    for number, key in enumerate(private_keys, 1):
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        keys.append(jwk | {"kid": str(number), "use": "sig", "alg": "ES256"})
    return {"keys": keys}


# %% key_set -> the members of a key must be
# Without alg: the token chooses.
def key_set(private_keys):
    keys = []
    for key in private_keys:
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        keys.append(jwk | {"kid": thumbprint(jwk), "use": "sig"})
    return {"keys": keys}


# %% key_set -> a list of as many
# Only the first key.
def key_set(private_keys):
    for key in private_keys:
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {"keys": [jwk | {"kid": thumbprint(jwk), "use": "sig", "alg": "ES256"}]}
    return {"keys": []}


# %% key_set -> must return a dictionary
# The list alone.
def key_set(private_keys):
    keys = []
    for key in private_keys:
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        keys.append(jwk | {"kid": thumbprint(jwk), "use": "sig", "alg": "ES256"})
    return keys


# %% key_set -> the members of a key must be
# Each key is a text.
def key_set(private_keys):
    return {"keys": [ECAlgorithm.to_jwk(key.public_key()) for key in private_keys]}


# %% key_set -> the same in every key
# Another algorithm.
def key_set(private_keys):
    keys = []
    for key in private_keys:
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        keys.append(jwk | {"kid": thumbprint(jwk), "use": "sig", "alg": "RS256"})
    return {"keys": keys}


# %% verify -> a kid that no key has
# A dictionary of keys, asked without a question.
def verify(token, keys):
    ring = {key["kid"]: jwt.PyJWK(key) for key in keys["keys"]}
    kid = jwt.get_unverified_header(token)["kid"]
    require = {"require": ["exp", "sub"]}
    key = ring.get(kid, ring["one"])
    return jwt.decode(token, key, algorithms=["ES256"], audience="reports", options=require)


# %% verify -> KeyError
# An unknown kid is another error.
def verify(token, keys):
    ring = {key["kid"]: jwt.PyJWK(key) for key in keys["keys"]}
    key = ring[jwt.get_unverified_header(token)["kid"]]
    require = {"require": ["exp", "sub"]}
    return jwt.decode(token, key, algorithms=["ES256"], audience="reports", options=require)


# %% verify -> a kid that no key has
# All keys are tried, whatever the kid says.
def verify(token, keys):
    for key in keys["keys"]:
        try:
            return jwt.decode(
                token,
                jwt.PyJWK(key),
                algorithms=["ES256"],
                audience="reports",
                options={"require": ["exp", "sub"]},
            )
        except jwt.InvalidTokenError:
            pass
    raise jwt.InvalidTokenError("No key fits.")


# %% verify -> RS256
# The algorithm of the header.
def verify(token, keys):
    header = jwt.get_unverified_header(token)
    for key in keys["keys"]:
        if key["kid"] == header.get("kid"):
            return jwt.decode(
                token,
                jwt.PyJWK(key),
                algorithms=[header["alg"]],
                audience="reports",
                options={"require": ["exp", "sub"]},
            )
    raise jwt.InvalidTokenError("No key.")


# %% verify -> RS256
# The algorithm of the key.
def verify(token, keys):
    header = jwt.get_unverified_header(token)
    for key in keys["keys"]:
        if key["kid"] == header.get("kid"):
            return jwt.decode(
                token,
                jwt.PyJWK(key),
                algorithms=[key["alg"]],
                audience="reports",
                options={"require": ["exp", "sub"]},
            )
    raise jwt.InvalidTokenError("No key.")


# %% verify -> audience
# No audience is given, so PyJWT refuses every token that has one.
def verify(token, keys):
    kid = jwt.get_unverified_header(token).get("kid")
    for key in keys["keys"]:
        if key["kid"] == kid:
            require = {"require": ["exp", "sub"]}
            return jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], options=require)
    raise jwt.InvalidTokenError("No key.")


# %% verify -> without aud
# The audience is not looked at.
def verify(token, keys):
    kid = jwt.get_unverified_header(token).get("kid")
    for key in keys["keys"]:
        if key["kid"] == kid:
            options = {"require": ["exp", "sub"], "verify_aud": False}
            return jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], options=options)
    raise jwt.InvalidTokenError("No key.")


# %% verify -> without exp
# A token without an end is taken.
def verify(token, keys):
    kid = jwt.get_unverified_header(token).get("kid")
    for key in keys["keys"]:
        if key["kid"] == kid:
            return jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], audience="reports")
    raise jwt.InvalidTokenError("No key.")


# %% verify -> with a kid that no key has
# The signature is not verified.
def verify(token, keys):
    options = {"verify_signature": False, "verify_aud": True, "verify_exp": True}
    return jwt.decode(token, audience="reports", options=options | {"require": ["exp", "sub"]})


# %% verify -> it must raise InvalidTokenError here
# An error of Python's own.
def verify(token, keys):
    kid = jwt.get_unverified_header(token).get("kid")
    for key in keys["keys"]:
        if key["kid"] == kid:
            require = {"require": ["exp", "sub"]}
            return jwt.decode(
                token, jwt.PyJWK(key), algorithms=["ES256"], audience="reports", options=require
            )
    raise ValueError("No key.")


# %% verify -> verify took it
# None for a kid that is not there.
def verify(token, keys):
    kid = jwt.get_unverified_header(token).get("kid")
    for key in keys["keys"]:
        if key["kid"] == kid:
            require = {"require": ["exp", "sub"]}
            return jwt.decode(
                token, jwt.PyJWK(key), algorithms=["ES256"], audience="reports", options=require
            )
    return None


# %% plan -> must sign, and not new
# It signs at once.
def plan(minute, start, cache_life, token_life):
    if minute < start:
        return {"old"}, "old"
    if minute < start + cache_life + token_life:
        return {"old", "new"}, "new"
    return {"new"}, "new"


# %% plan -> must be published
# The old key goes when the new one signs.
def plan(minute, start, cache_life, token_life):
    if minute < start:
        return {"old"}, "old"
    if minute < start + cache_life:
        return {"old", "new"}, "old"
    return {"new"}, "new"


# %% plan -> must be published
# The last token is forgotten: the time counts from the start.
def plan(minute, start, cache_life, token_life):
    signs = "old" if minute < start + cache_life else "new"
    if minute < start:
        return {"old"}, signs
    return ({"old", "new"} if minute < start + token_life else {"new"}), signs


# %% plan -> must sign, and not new
# A swap.
def plan(minute, start, cache_life, token_life):
    return ({"old"}, "old") if minute < start else ({"new"}, "new")


# %% plan -> must return a set
# A list in place of a set.
def plan(minute, start, cache_life, token_life):
    if minute < start:
        return ["old"], "old"
    if minute < start + cache_life:
        return ["old", "new"], "old"
    if minute < start + cache_life + token_life:
        return ["old", "new"], "new"
    return ["new"], "new"


# %% plan -> must sign
# One minute late.
def plan(minute, start, cache_life, token_life):
    if minute < start:
        return {"old"}, "old"
    if minute <= start + cache_life:
        return {"old", "new"}, "old"
    if minute < start + cache_life + token_life:
        return {"old", "new"}, "new"
    return {"new"}, "new"
