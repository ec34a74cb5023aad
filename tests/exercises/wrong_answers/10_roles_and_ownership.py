# %% status_for -> 403 would say that it exists
# 403 for the orders of others.
def status_for(caller, order):
    if caller is None:
        return 401
    if order is None:
        return 404
    if caller["identity"] == str(order["user_id"]) or "support" in caller["roles"]:
        return 200
    return 403


# %% status_for -> must not learn that there is no such order
# The order is looked at first.
def status_for(caller, order):
    if order is None:
        return 404
    if caller is None:
        return 401
    if caller["identity"] == str(order["user_id"]) or "support" in caller["roles"]:
        return 200
    return 404


# %% status_for -> it is the owner
# A text is compared with a number.
def status_for(caller, order):
    if caller is None:
        return 401
    if order and (caller["identity"] == order["user_id"] or "support" in caller["roles"]):
        return 200
    return 404


# %% status_for -> compare the whole identity
# A part of the identity is enough.
def status_for(caller, order):
    if caller is None:
        return 401
    if order and (caller["identity"] in str(order["user_id"]) or "support" in caller["roles"]):
        return 200
    return 404


# %% status_for -> compare the whole identity
# The beginning of the identity is enough.
def status_for(caller, order):
    if caller is None:
        return 401
    if order is None:
        return 404
    if caller["identity"].startswith(str(order["user_id"])) or "support" in caller["roles"]:
        return 200
    return 404


# %% status_for -> support-trainee is another role
# The roles become one text.
def status_for(caller, order):
    if caller is None:
        return 401
    if order is None:
        return 404
    if caller["identity"] == str(order["user_id"]) or "support" in str(caller["roles"]):
        return 200
    return 404


# %% status_for -> this caller has the role support
# Nobody has a role.
def status_for(caller, order):
    if caller is None:
        return 401
    if order is None:
        return 404
    return 200 if caller["identity"] == str(order["user_id"]) else 404


# %% status_for -> one of the roles is support
# Only where it is the one role.
def status_for(caller, order):
    if caller is None:
        return 401
    if order is None:
        return 404
    is_owner = caller["identity"] == str(order["user_id"])
    return 200 if is_owner or caller["roles"] == ["support"] else 404


# %% status_for -> must be 401
# 403 for nobody.
def status_for(caller, order):
    if caller is None:
        return 403
    if order is None:
        return 404
    is_owner = caller["identity"] == str(order["user_id"])
    return 200 if is_owner or "support" in caller["roles"] else 404


# %% status_for -> typeerror
# An order that does not exist stops it.
def status_for(caller, order):
    if caller is None:
        return 401
    is_owner = caller["identity"] == str(order["user_id"])
    return 200 if is_owner or "support" in caller["roles"] else 404


# %% status_for -> there is no such order
# Support sees what does not exist.
def status_for(caller, order):
    if caller is None:
        return 401
    if "support" in caller["roles"]:
        return 200
    return 200 if order and caller["identity"] == str(order["user_id"]) else 404


# %% require_role -> what the token says about roles does not count
# The role of the token.
def require_role(role):
    from flask_jwt_extended import get_jwt

    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity(), {"roles": []})
            if role not in get_jwt().get("roles", user["roles"]):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> functools.wraps
# All views get the same name.
def require_role(role):
    def decorate(view):
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> stops with a typeerror
# The answer of the view is lost.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                abort(403)
            view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> typeerror
# The arguments of the path are lost.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                abort(403)
            return view()

        return guarded

    return decorate


# %% require_role -> must be answered 403
# 401 for a missing role.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                abort(401)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> now it is 200
# A text without a status.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                return {"msg": "Forbidden"}
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> and not admin
# A part of a role is enough.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in " ".join(user["roles"]):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> must be answered 403
# The identity becomes a number, so nobody is found.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(int(get_jwt_identity()))
            if user is not None and role not in user["roles"]:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> keyerror
# A user who is gone stops it.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            if role not in USERS[get_jwt_identity()]["roles"]:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> with no token must be refused
# Nobody looks at the token.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required(optional=True)
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity() or "7")
            if user is None or role not in user["roles"]:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> with a refresh token must be refused
# Any type of token.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required(verify_type=False)
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> before the view is called
# The view is called before anybody asks.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            answer = view(*args, **kwargs)
            user = USERS.get(get_jwt_identity())
            if user is None or role not in user["roles"]:
                abort(403)
            return answer

        return guarded

    return decorate


# %% require_role -> ask the table at each call
# The table of the moment in which the view was decorated.
def require_role(role):
    def decorate(view):
        allowed = [user for user, row in USERS.items() if role in row["roles"]]

        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            if get_jwt_identity() not in allowed or get_jwt_identity() == "12":
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> must be answered 403
# Always the same role.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            user = USERS.get(get_jwt_identity())
            if user is None or "superadmin" not in user["roles"] and "admin" not in user["roles"]:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


# %% require_role -> functools.wraps
# The inner function is not returned.
def require_role(role):
    def decorate(view):
        @functools.wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            return view(*args, **kwargs)

    return decorate


# %% add_editing -> task 3 belongs to user 1
# Everybody changes everything.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id) or abort(404)
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> must be answered 404
# 403 tells that the task exists.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id) or abort(404)
        if str(task["user_id"]) != get_jwt_identity():
            abort(403)
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> with the same body each time
# The words tell what the status hides.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None:
            return {"msg": "There is no such task."}, 404
        if str(task["user_id"]) != get_jwt_identity():
            return {"msg": "This task is not yours."}, 404
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> must be answered 200
# A number is never equal to a text, so even the owner gets 404.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None or task["user_id"] != get_jwt_identity():
            abort(404)
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> must change nothing
# The change comes before the question.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None:
            abort(404)
        task["title"] = request.json["title"]
        if str(task["user_id"]) != get_jwt_identity():
            abort(404)
        return {"id": id, "title": task["title"]}


# %% add_editing -> keyerror
# A task that does not exist stops it.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        if str(TASKS[id]["user_id"]) != get_jwt_identity():
            abort(404)
        TASKS[id]["title"] = request.json["title"]
        return {"id": id, "title": TASKS[id]["title"]}


# %% add_editing -> only the title of task 1 may change
# The whole body goes into the task.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None or str(task["user_id"]) != get_jwt_identity():
            abort(404)
        task.update(request.json)
        return {"id": id, "title": task["title"]}


# %% add_editing -> and not to 71
# The beginning of the identity is enough.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None or not get_jwt_identity().startswith(str(task["user_id"])):
            abort(404)
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> without a token
# No lock.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required(optional=True)
    def edit_task(id):
        task = TASKS.get(id)
        if task is None or str(task["user_id"]) != (get_jwt_identity() or "7"):
            abort(404)
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> 405 means
# Another method.
def add_editing(app):
    @app.patch("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None or str(task["user_id"]) != get_jwt_identity():
            abort(404)
        task["title"] = request.json["title"]
        return {"id": id, "title": task["title"]}


# %% add_editing -> must be answered 200 and
# Nothing is told.
def add_editing(app):
    @app.put("/tasks/<int:id>")
    @jwt_required()
    def edit_task(id):
        task = TASKS.get(id)
        if task is None or str(task["user_id"]) != get_jwt_identity():
            abort(404)
        task["title"] = request.json["title"]
        return "", 204


# %% become_admin -> and it is no admin
# The field has another name.
def become_admin(client):
    credentials = {"username": "mallory", "password": "a password"}
    client.post("/users", json=credentials | {"is_admin": True})
    return client.post("/token", json=credentials).json["token"]


# %% become_admin -> and it is no admin
# A list of roles.
def become_admin(client):
    credentials = {"username": "mallory", "password": "a password"}
    client.post("/users", json=credentials | {"roles": ["admin"]})
    return client.post("/token", json=credentials).json["token"]


# %% become_admin -> and it is no admin
# A large letter.
def become_admin(client):
    credentials = {"username": "mallory", "password": "a password"}
    client.post("/users", json=credentials | {"role": "Admin"})
    return client.post("/token", json=credentials).json["token"]


# %% become_admin -> and it is no admin
# The id of the first user.
def become_admin(client):
    credentials = {"username": "mallory", "password": "a password"}
    client.post("/users", json=credentials | {"id": 1})
    return client.post("/token", json=credentials).json["token"]


# %% become_admin -> get /admin answers 422
# A token with a key of one's own.
def become_admin(client):
    import jwt

    return jwt.encode({"sub": "carla", "role": "admin"}, "a key of my own, and it is long enough")


# %% become_admin -> stops in line
# No log-in: the answer to the sign-up has no token.
def become_admin(client):
    body = {"username": "mallory", "password": "a password", "role": "admin"}
    return client.post("/users", json=body).json["token"]


# %% become_admin -> stops in line
# The role goes to the log-in.
def become_admin(client):
    body = {"username": "mallory", "password": "a password", "role": "admin"}
    return client.post("/token", json=body).json["token"]
