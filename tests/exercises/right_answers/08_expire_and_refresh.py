# %% is_over -> get, and None
def is_over(claims, now, leeway=0):
    end = claims.get("exp")
    return end is None or end + leeway <= now


# %% is_over -> an end in the far past
def is_over(claims: dict, now: float, leeway: int = 0) -> bool:
    return not now - leeway < claims.get("exp", float("-inf"))


# %% is_over -> if, and an exception
def is_over(claims, now, leeway=0):
    try:
        seconds_left = claims["exp"] - now + leeway
    except KeyError:
        return True
    if seconds_left > 0:
        return False
    return True


# %% add_refresh -> keywords, another name, and another decorator for the route
def add_refresh(app):
    @app.route("/refresh", methods=["POST"])
    @jwt_required(refresh=True)
    def new_access_token():
        identity = get_jwt_identity()
        return {"token": create_access_token(identity=identity, fresh=False)}


# %% add_refresh -> a function that is added, jsonify, and a lock by hand
def add_refresh(app: Flask) -> None:
    from flask import jsonify
    from flask_jwt_extended import verify_jwt_in_request

    def refresh():
        verify_jwt_in_request(refresh=True)
        return jsonify(token=create_access_token(get_jwt_identity())), 200

    app.add_url_rule("/refresh", view_func=refresh, methods=["POST"])


# %% add_refresh -> the claims, and the minutes told
def add_refresh(app):
    from flask_jwt_extended import get_jwt

    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        life = datetime.timedelta(minutes=15)
        return dict(token=create_access_token(get_jwt()["sub"], expires_delta=life))

    return app


# %% get_tasks -> conditions inside each other
def get_tasks(call, tokens):
    status, body = call("GET", "/tasks", tokens["token"])
    if status == 401:
        renewed, new = call("POST", "/token/refresh", tokens["refresh_token"])
        if renewed == 200:
            tokens.update(token=new["token"], refresh_token=new["refresh_token"])
            status, body = call("GET", "/tasks", tokens["token"])
    return status, body


# %% get_tasks -> a function of its own for the refresh
def get_tasks(call, tokens):
    def has_refreshed():
        status, body = call("POST", "/token/refresh", tokens["refresh_token"])
        if status == 200:
            for name in tokens:
                tokens[name] = body[name]
        return status == 200

    answer = call("GET", "/tasks", tokens["token"])
    if answer[0] == 401 and has_refreshed():
        answer = call("GET", "/tasks", tokens["token"])
    return answer


# %% get_tasks -> a loop that ends
def get_tasks(call, tokens):
    for may_refresh in (True, False):
        answer = call("GET", "/tasks", tokens["token"])
        if answer[0] != 401 or not may_refresh:
            break
        status, body = call("POST", "/token/refresh", tokens["refresh_token"])
        if status != 200:
            break
        tokens["token"], tokens["refresh_token"] = body["token"], body["refresh_token"]
    return answer


# %% forever -> False is 0 in Python
def forever(client):
    return client.post("/guest", json={"minutes": False}).get_json()["token"]


# %% forever -> so short that it is rounded to nothing
def forever(client):
    answer = client.post("/guest", json={"minutes": 1e-9})
    return answer.json["token"]


# %% forever -> the first number whose token has no end
def forever(client):
    for minutes in range(60, -1, -1):
        token = client.post("/guest", json={"minutes": minutes}).json["token"]
        if "exp" not in jwt.decode(token, options={"verify_signature": False}):
            return token
