# %% status_for -> match
def status_for(caller, order):
    match caller, order:
        case None, _:
            return 401
        case _, None:
            return 404
        case {"roles": roles}, _ if "support" in roles:
            return 200
        case {"identity": identity}, {"user_id": owner} if int(identity) == owner:
            return 200
    return 404


# %% status_for -> one condition
def status_for(caller, order):
    if not caller:
        return 401
    may_see = order is not None and (
        "support" in caller["roles"] or f"{order['user_id']}" == caller["identity"]
    )
    return 200 if may_see else 404


# %% status_for -> what a caller may see, as a set
def status_for(caller, order):
    if caller is None:
        status = 401
    elif order is None:
        status = 404
    elif {"support"} & set(caller["roles"]) or str(order["user_id"]) == caller["identity"]:
        status = 200
    else:
        status = 404
    return status


# %% require_role -> verify_jwt_in_request
def require_role(role):
    from flask_jwt_extended import verify_jwt_in_request

    def decorate(view):
        @functools.wraps(view)
        def guarded(*args, **kwargs):
            verify_jwt_in_request()
            roles = USERS.get(get_jwt_identity(), {}).get("roles", [])
            if role in roles:
                return view(*args, **kwargs)
            return {"msg": "This needs the role " + role}, 403

        return guarded

    return decorate


# %% require_role -> the lock around the view, and the role around it
def require_role(role):
    def decorate(view):
        locked = jwt_required()(lambda *args, **kwargs: answer(args, kwargs))

        def answer(args, kwargs):
            row = USERS.get(get_jwt_identity())
            return view(*args, **kwargs) if row and role in row["roles"] else ("", 403)

        return functools.update_wrapper(locked, view)

    return decorate


# %% require_role -> a class
class require_role:
    def __init__(self, role):
        self.role = role

    def __call__(self, view):
        @jwt_required()
        def guarded(**kwargs):
            if (
                get_jwt_identity() not in USERS
                or self.role not in USERS[get_jwt_identity()]["roles"]
            ):
                flask.abort(403, "A role is missing.")
            return view(**kwargs)

        guarded.__name__ = view.__name__
        return guarded


# %% add_editing -> a search for what is the caller's
def add_editing(app):
    @app.route("/tasks/<int:id>", methods=["PUT"])
    @jwt_required()
    def edit(id):
        mine = {key: row for key, row in TASKS.items() if row["user_id"] == int(get_jwt_identity())}
        if id not in mine:
            flask.abort(404)
        mine[id]["title"] = flask.request.get_json()["title"]
        return flask.jsonify(id=id, title=mine[id]["title"])


# %% add_editing -> a new row in the place of the old one
def add_editing(app):
    def put_task(id):
        row = TASKS.get(id, {"user_id": None})
        if str(row["user_id"]) != get_jwt_identity():
            return {"msg": "Not found"}, 404
        TASKS[id] = {"title": request.json["title"], "user_id": row["user_id"]}
        return {"title": TASKS[id]["title"], "id": id}, 200

    app.add_url_rule("/tasks/<int:id>", view_func=jwt_required()(put_task), methods=["PUT"])


# %% add_editing -> an exception for both
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        try:
            [task] = [TASKS[id]]
            if f"{task['user_id']}" != get_jwt_identity():
                raise KeyError
        except KeyError:
            abort(404)
        title = task["title"] = request.get_json().get("title")
        return dict(id=id, title=title)


# %% become_admin -> everything in one body
def become_admin(client):
    body = {"username": "x", "password": "y", "role": "admin"}
    assert client.post("/users", json=body).status_code == 201
    answer = client.post("/token", json=body)
    return answer.get_json()["token"]


# %% become_admin -> a name that nobody has
def become_admin(client):
    name = secrets.token_hex()
    client.post("/users", json=dict(username=name, password=name, role="admin", id=1))
    return client.post("/token", json=dict(username=name, password=name)).json["token"]


# %% become_admin -> JSON by hand
def become_admin(client):
    import json

    for path in ("/users", "/token"):
        data = json.dumps({"role": "admin", "password": "", "username": "mallory"})
        answer = client.post(path, data=data, content_type="application/json")
    return json.loads(answer.data)["token"]
