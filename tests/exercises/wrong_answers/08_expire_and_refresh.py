# %% is_over -> at the second exp it is over
# The second of the end still counts.
def is_over(claims, now, leeway=0):
    return "exp" not in claims or now > claims["exp"] + leeway


# %% is_over -> a leeway only adds time
# The leeway is on the wrong side.
def is_over(claims, now, leeway=0):
    return "exp" not in claims or now >= claims["exp"] - leeway


# %% is_over -> without exp the token would never end
# No end is for ever.
def is_over(claims, now, leeway=0):
    return "exp" in claims and now >= claims["exp"] + leeway


# %% is_over -> keyerror
# A token without exp stops the check.
def is_over(claims, now, leeway=0):
    return now >= claims["exp"] + leeway


# %% is_over -> the server accepts it for 10 seconds longer
# The leeway is forgotten.
def is_over(claims, now, leeway=0):
    return "exp" not in claims or now >= claims["exp"]


# %% is_over -> add the leeway that you get
# Always the leeway of the example.
def is_over(claims, now, leeway=0):
    return "exp" not in claims or now >= claims["exp"] + (leeway and 10)


# %% is_over -> an exp of 0 is an end like any other
# An end at 0 counts as no end.
def is_over(claims, now, leeway=0):
    return not claims.get("exp") or now >= claims["exp"] + leeway


# %% is_over -> use the time that you get
# The clock of the computer is asked.
def is_over(claims, now, leeway=0):
    import time

    if "exp" not in claims:
        return True
    return (now if now < 2000 else time.time()) >= claims["exp"] + leeway


# %% is_over -> it ends one second later
# The clock of the computer is asked, always.
def is_over(claims, now, leeway=0):
    import time

    return "exp" not in claims or time.time() >= claims["exp"] + leeway


# %% is_over -> it ends a tenth of a second later
# The time is rounded.
def is_over(claims, now, leeway=0):
    return "exp" not in claims or round(now) >= claims["exp"] + leeway


# %% is_over -> write return, not print
# It prints.
def is_over(claims, now, leeway=0):
    print("exp" not in claims or now >= claims["exp"] + leeway)


# %% add_refresh -> must refuse a refresh token with another key
# Anybody who writes a token with the type comes in.
def add_refresh(app):
    import time

    @app.post("/refresh")
    def refresh():
        token = request.headers.get("Authorization", "")[7:]
        if not token:
            abort(401)
        read = jwt.decode(token, options={"verify_signature": False})
        if read["type"] != "refresh" or read["exp"] < time.time():
            abort(401)
        return {"token": create_access_token(read["sub"])}


# %% add_refresh -> must refuse an access token
# The lock of every other route.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required()
    def refresh():
        return {"token": create_access_token(get_jwt_identity())}


# %% add_refresh -> must refuse an access token
# Any type.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(verify_type=False)
    def refresh():
        return {"token": create_access_token(get_jwt_identity())}


# %% add_refresh -> nobody has typed a password
# Fresh, although nobody typed a password.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token(get_jwt_identity(), fresh=True)}


# %% add_refresh -> give an access token
# Another refresh token.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_refresh_token(get_jwt_identity())}


# %% add_refresh -> must live 15 minutes
# 30 days.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        life = datetime.timedelta(days=30)
        return {"token": create_access_token(get_jwt_identity(), expires_delta=life)}


# %% add_refresh -> must end after 15 minutes
# No end at all.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token(get_jwt_identity(), expires_delta=False)}


# %% add_refresh -> is calling
# The identity becomes a number.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token(int(get_jwt_identity()))}


# %% add_refresh -> is calling
# Always the same user.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token("7")}


# %% add_refresh -> must answer 200 and {'token': ...}
# The token has another name.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"access_token": create_access_token(get_jwt_identity())}


# %% add_refresh -> must answer 200 and {'token': ...}
# Created is another status.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token(get_jwt_identity())}, 201


# %% add_refresh -> without a token must be answered 401
# The lock is above the route, so nobody uses it.
def add_refresh(app):
    @jwt_required(refresh=True)
    @app.post("/refresh")
    def refresh():
        return {"token": create_access_token("7")}


# %% add_refresh -> without a token must be answered 401
# Without a token it goes on.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required(refresh=True, optional=True)
    def refresh():
        return {"token": create_access_token(get_jwt_identity() or "7")}


# %% add_refresh -> needs the route post /refresh
# Another method.
def add_refresh(app):
    @app.get("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token(get_jwt_identity())}


# %% add_refresh -> needs the route post /refresh
# Another path.
def add_refresh(app):
    @app.post("/token/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"token": create_access_token(get_jwt_identity())}


# %% add_refresh -> typeerror
# The parentheses of the lock are missing.
def add_refresh(app):
    @app.post("/refresh")
    @jwt_required
    def refresh():
        return {"token": create_access_token(get_jwt_identity())}


# %% get_tasks -> never stops asking
# An endless loop on 401.
def get_tasks(call, tokens):
    while True:
        answer = call("GET", "/tasks", tokens["token"])
        if answer[0] != 401:
            return answer
        status, body = call("POST", "/token/refresh", tokens["refresh_token"])
        if status == 200:
            tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]


# %% get_tasks -> .
# It calls itself, so a second 401 asks for another refresh.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return get_tasks(call, tokens)


# %% get_tasks -> the first status is 403
# Every error asks for a refresh.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] < 400:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> tokens must hold both new tokens
# Only the access token is kept.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens["token"] = body["token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> tokens must hold both new tokens
# The caller's dictionary does not change.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens = body
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> and nothing else
# The whole body is kept.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens.update(body)
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> now it sends
# The second time it asks with the old token.
def get_tasks(call, tokens):
    token = tokens["token"]
    answer = call("GET", "/tasks", token)
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", token)


# %% get_tasks -> the first status is 200
# It refreshes before it asks.
def get_tasks(call, tokens):
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status == 200:
        tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> the old token
# The access token goes to the refresh.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["token"])
    if status != 200:
        return answer
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> keyerror
# It does not look at the status of the refresh.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    _, body = call("POST", "/token/refresh", tokens["refresh_token"])
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> that of the refresh 401. return
# A refused refresh is the answer.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return status, body
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> that of the refresh 500
# A refresh that failed is tried again.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status >= 500:
        status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])


# %% get_tasks -> it must return a tuple
# Only the body.
def get_tasks(call, tokens):
    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] != 401:
        return answer[1]
    status, body = call("POST", "/token/refresh", tokens["refresh_token"])
    if status != 200:
        return answer[1]
    tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return call("GET", "/tasks", tokens["token"])[1]


# %% forever -> ends 3600 seconds after
# The most that the shop takes.
def forever(client):
    return client.post("/guest", json={"minutes": 60}).json["token"]


# %% forever -> ends -60 seconds after
# An end in the past.
def forever(client):
    return client.post("/guest", json={"minutes": -1}).json["token"]


# %% forever -> typeerror
# More than the shop takes.
def forever(client):
    return client.post("/guest", json={"minutes": 10**6}).json["token"]


# %% forever -> the shop did not give this token
# A token with a key of one's own.
def forever(client):
    return jwt.encode(
        {"sub": "guest", "type": "access", "jti": "x"}, "a key of my own, and it is long enough"
    )


# %% forever -> typeerror
# Null is no number.
def forever(client):
    return client.post("/guest", json={"minutes": None}).json["token"]


# %% forever -> it must return a text
# The answer, and not the token.
def forever(client):
    return client.post("/guest", json={"minutes": 0}).json
