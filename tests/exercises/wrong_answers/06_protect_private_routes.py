# %% orders_of -> '7' == 7 is False
# A text is compared with a number.
def orders_of(identity):
    return [order for order in ORDERS if order["user_id"] == identity]


# %% orders_of -> orders_of('7') must return
# Every order is returned.
def orders_of(identity):
    return ORDERS


# %% orders_of -> orders_of('7') must return
# Only the first order is found.
def orders_of(identity):
    for order in ORDERS:
        if str(order["user_id"]) == identity:
            return [order]
    return []


# %% orders_of -> not a part of it
# Any digit of the identity is enough.
def orders_of(identity):
    return [order for order in ORDERS if str(order["user_id"]) in identity]


# %% orders_of -> orders_of('99') returns None
# None in place of an empty list.
def orders_of(identity):
    return [order for order in ORDERS if str(order["user_id"]) == identity] or None


# %% open_doors -> POST /orders is missing
# Only GET is tried.
def open_doors(app):
    client, doors = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        if "GET" in rule.methods and client.get(path).status_code != 401:
            doors.add(f"GET {rule.rule}")
    return doors


# %% open_doors -> POST /orders is missing. 415 is not 401
# Only 200 counts as open.
def open_doors(app):
    client, doors = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method).status_code == 200:
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> GET /broken is missing
# A broken route counts as closed.
def open_doors(app):
    client, doors = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method).status_code not in (401, 500):
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> they are not open
# The path is called with its variables unfilled, so everything is 404.
def open_doors(app):
    client, doors = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(rule.rule, method=method).status_code != 401:
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> Leave out HEAD and OPTIONS
# All methods are called.
def open_doors(app):
    client, doors = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods:
            if client.open(path, method=method).status_code != 401:
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> the path of the rule
# The path that was called is returned.
def open_doors(app):
    client, doors = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method).status_code != 401:
                doors.add(f"{method} {path}")
    return doors


# %% open_doors -> is missing. Look at the routes of the app that you get
# Only the example is answered.
def open_doors(app):
    return {"GET /health"} if list(app.url_map.iter_rules()) else set()


# %% open_doors -> Return a set
# A list.
def open_doors(app):
    return [rule.rule for rule in app.url_map.iter_rules()]


# %% steal -> the secret is
# The first room, open or not.
def steal(app):
    return "wrong room"


# %% steal -> returns a dictionary
# The whole answer.
def steal(app):
    [door] = open_doors(app)
    return app.test_client().get(door.removeprefix("GET ")).json


# %% steal -> the secret is
# The path, not the secret.
def steal(app):
    [door] = open_doors(app)
    return door


# %% make_shop -> GET /orders must answer 401
# The order of the decorators stays wrong.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="e1")(lambda: {"status": "ok"})
    jwt_required()(app.get("/orders", endpoint="e2")(lambda: orders_of("7")))
    app.get("/me", endpoint="e3")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> GET /me must answer 401
# The parentheses are still missing.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="e4")(lambda: {"status": "ok"})

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.get("/me")
    @jwt_required
    def me():
        return {"identity": get_jwt_identity()}

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> GET /health must answer a caller without a token
# The health check is locked too.
def make_shop():
    app = bare_app()

    @app.before_request
    @jwt_required()
    def everywhere():
        pass

    app.get("/health", endpoint="e5")(lambda: {"status": "ok"})
    app.get("/orders", endpoint="e6")(lambda: orders_of(get_jwt_identity()))
    app.get("/me", endpoint="e7")(lambda: {"identity": get_jwt_identity()})
    app.post("/orders/<int:number>/cancel", endpoint="e8")(
        lambda number: {"cancelled": number, "by": get_jwt_identity()}
    )
    return app


# %% make_shop -> GET /orders must answer user 7
# Everybody's orders are still returned.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="e9")(lambda: {"status": "ok"})
    app.get("/orders", endpoint="e10")(jwt_required()(lambda: ORDERS))
    app.get("/me", endpoint="e11")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> POST /orders/1/cancel must answer 401
# One route is forgotten.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="e12")(lambda: {"status": "ok"})

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.get("/me")
    @jwt_required()
    def me():
        return {"identity": get_jwt_identity()}

    @app.post("/orders/<int:number>/cancel")
    def cancel(number):
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> the same four routes
# A path got another name.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="e13")(lambda: {"status": "ok"})
    return app


# %% make_shop -> User 7 cancels order 2, which belongs to user 1
# The door is closed, and nobody asks whose order it is.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f0a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f0b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> The answer must be 404. Now it is 403
# 403 tells that the order is there.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f1a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f1b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        if number not in [order["number"] for order in orders_of(get_jwt_identity())]:
            flask.abort(403)
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> User 7 cancels order 2, which belongs to user 1
# Any order that exists may be cancelled.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f2a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f2b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        if number not in [order["number"] for order in ORDERS]:
            flask.abort(404)
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> User 7 cancels order 9, which does not exist
# Only orders of others are refused.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f3a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f3b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        for order in ORDERS:
            if order["number"] == number and str(order["user_id"]) != get_jwt_identity():
                flask.abort(404)
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> POST /orders/1/cancel must answer user 7
# The text of the identity is compared with a number: nobody owns anything.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f4a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f4b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        owners = {order["number"]: order["user_id"] for order in ORDERS}
        if owners.get(number) != get_jwt_identity():
            flask.abort(404)
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> POST /orders/2/cancel must answer user 1 with 200
# The orders of one user, whoever calls.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f5a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f5b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        if number not in [order["number"] for order in orders_of("7")]:
            flask.abort(404)
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> The answer must be 404. Now it is 200
# The words say no, the status says yes.
def make_shop():
    app = bare_app()
    app.get("/health", endpoint="f6a")(lambda: {"status": "ok"})
    app.get("/me", endpoint="f6b")(jwt_required()(lambda: {"identity": get_jwt_identity()}))

    @app.get("/orders")
    @jwt_required()
    def orders():
        return orders_of(get_jwt_identity())

    @app.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        if number not in [order["number"] for order in orders_of(get_jwt_identity())]:
            return {"msg": "Not found"}
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% orders_of -> prints its result
def orders_of(identity):
    print([order for order in ORDERS if str(order["user_id"]) == identity])


# %% orders_of -> must return [{'number': 1, 'user_id': 7
# The numbers become texts for good.
def orders_of(identity):
    for order in ORDERS:
        order["user_id"] = str(order["user_id"])
    return [order for order in ORDERS if order["user_id"] == identity]


# %% orders_of -> must not change ORDERS
# What is found is taken out.
def orders_of(identity):
    found = [order for order in ORDERS if str(order["user_id"]) == identity]
    for order in found:
        ORDERS.remove(order)
    return found


# %% orders_of -> finds nothing
# Another list of orders, written by hand.
def orders_of(identity):
    return {"7": [ORDERS[0], ORDERS[2]], "1": [ORDERS[1]]}.get(identity, [])


# %% orders_of -> of the type filter
def orders_of(identity):
    return filter(lambda order: str(order["user_id"]) == identity, ORDERS)


# %% orders_of -> must return [{
# Only the numbers.
def orders_of(identity):
    return [order["number"] for order in ORDERS if str(order["user_id"]) == identity]


# %% orders_of -> where the whole identity is equal
def orders_of(identity):
    return [order for order in ORDERS if str(order["user_id"]).startswith(identity)]


# %% orders_of -> stops in line 2
def orders_of(identity):
    return [order for order in ORDERS if order.user_id == int(identity)]


# %% open_doors -> GET /silent is missing. Not every decorator is a lock
# It asks for a wrapper, and calls nothing.
def open_doors(app):
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not hasattr(app.view_functions[rule.endpoint], "__wrapped__")
        and "/half" not in rule.rule
        and rule.rule != "/counter"
    }


# %% open_doors -> answer 401, so they are not open: {'GET /counter'}
# Only this kind of lock is known.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = client.open(path, method=method)
            if not (answer.is_json and answer.json.get("msg") == "Missing Authorization Header"):
                if "half" not in path or method == "POST":
                    doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> /orders/<int:number> is missing. Try every method
# One method of each rule.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        method = max(rule.methods - {"HEAD", "OPTIONS"})
        if client.open(path, method=method).status_code != 401:
            doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> answer 401, so they are not open: {'GET /half/<int:number>'}
# One method that is open is enough for all.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        methods = rule.methods - {"HEAD", "OPTIONS"}
        if any(client.open(path, method=method).status_code != 401 for method in methods):
            doors |= {f"{method} {rule.rule}" for method in methods}
    return doors


# %% open_doors -> POST /half/<int:number> is missing. With 1 in its path it answers 403
# 403 counts as closed.
# The solution, but:
def open_doors(app, open_doors=open_doors):
    return open_doors(app) - {"POST /half/<int:number>"}


# %% open_doors -> POST /half/<int:number> is missing. With 1
# 2 in place of 1.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 2))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method).status_code != 401:
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> GET /photos/<name> is missing. 404 is not 401
# 404 counts as closed.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method).status_code not in (401, 404):
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> GET /old is missing. 302 is not 401
# A redirect is followed.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method, follow_redirects=True).status_code != 401:
                doors.add(f"{method} {rule.rule}")
    return doors


# %% open_doors -> The app has no such doors
# Pairs, not texts.
def open_doors(app):
    doors, client = set(), app.test_client()
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method).status_code != 401:
                doors.add((method, rule.rule))
    return doors


# %% open_doors -> prints its result
# The solution, but:
def open_doors(app, open_doors=open_doors):
    print(open_doors(app))


# %% open_doors -> stops in line 5
# A rule has methods, and no method.
def open_doors(app):
    doors = set()
    for rule in app.url_map.iter_rules():
        answer = app.test_client().open(rule.rule, method=rule.method)
        if answer.status_code != 401:
            doors.add(f"{rule.method} {rule.rule}")
    return doors


# %% open_doors -> another app are {'GET /health'}
# An app with one route is not looked at.
# The solution, but:
def open_doors(app, open_doors=open_doors):
    return open_doors(app) if len(list(app.url_map.iter_rules())) > 1 else set()


# %% open_doors -> another app are none
# The solution, but:
def open_doors(app, open_doors=open_doors):
    return open_doors(app) or {"GET /health"}


# %% steal -> the secret is
# The last room, where the door was open once.
def steal(app):
    answer = app.test_client().get([rule.rule for rule in app.url_map.iter_rules()][-1])
    return answer.json.get("secret", "")


# %% steal -> prints its result
def steal(app):
    [door] = open_doors(app)
    print(app.test_client().get(door.removeprefix("GET ")).json["secret"])


# %% steal -> and the secret is
# The letters beyond ASCII are still escaped.
def steal(app):
    [door] = open_doors(app)
    return app.test_client().get(door.removeprefix("GET ")).text.split('"')[3]


# %% steal -> and the secret is
# The secret of the example.
def steal(app):
    return "a sample secret"


# %% steal -> stops in line 4
# The method is left in the path.
def steal(app):
    [door] = open_doors(app)
    return app.test_client().get(door).json["secret"]


# %% make_shop -> returns None
# The app is not returned.
# The solution, but:
def make_shop(make_shop=make_shop):
    make_shop()


# %% make_shop -> GET /health must answer a caller without a token
# Another word.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    app.view_functions["health"] = lambda: {"status": "healthy"}
    return app


# %% make_shop -> look at what your code returns
# A route without return.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    app.view_functions["me"] = jwt_required()(lambda: print(get_jwt_identity()))
    return app


# %% make_shop -> stops in line
# An order is a dictionary.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()

    @jwt_required()
    def orders():
        return [order for order in ORDERS if order.user_id == int(get_jwt_identity())]

    app.view_functions["orders"] = orders
    return app


# %% make_shop -> must not change ORDERS
# A cancelled order is taken out.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()

    @jwt_required()
    def cancel(number):
        for order in orders_of(get_jwt_identity()):
            if order["number"] == number:
                order["cancelled"] = True
                return {"cancelled": number, "by": get_jwt_identity()}
        flask.abort(404)

    app.view_functions["cancel"] = cancel
    return app


# %% make_shop -> must refuse a forged token
# The lock asks for a header only.
def make_shop():
    app = bare_app()

    def caller():
        import jwt

        header = flask.request.headers.get("Authorization") or flask.abort(401)
        token = header.removeprefix("Bearer ")
        return jwt.decode(token, options={"verify_signature": False})["sub"]

    app.get("/health", endpoint="g0a")(lambda: {"status": "ok"})
    app.get("/orders", endpoint="g0b")(lambda: orders_of(caller()))
    app.get("/me", endpoint="g0c")(lambda: {"identity": caller()})

    @app.post("/orders/<int:number>/cancel")
    def cancel(number):
        if number not in [order["number"] for order in orders_of(caller())]:
            flask.abort(404)
        return {"cancelled": number, "by": caller()}

    return app


# %% make_shop -> must refuse a refresh token
# A lock by hand that takes every token with this key.
def make_shop():
    app = bare_app()

    def caller():
        import jwt

        token = flask.request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            return jwt.decode(token, app.config["JWT_SECRET_KEY"], ["HS256"])["sub"]
        except jwt.InvalidTokenError:
            flask.abort(401)

    app.get("/health", endpoint="g1a")(lambda: {"status": "ok"})
    app.get("/orders", endpoint="g1b")(lambda: orders_of(caller()))
    app.get("/me", endpoint="g1c")(lambda: {"identity": caller()})

    @app.post("/orders/<int:number>/cancel")
    def cancel(number):
        if number not in [order["number"] for order in orders_of(caller())]:
            flask.abort(404)
        return {"cancelled": number, "by": caller()}

    return app


# %% make_shop -> must refuse an expired token
# An expired token is decoded all the same.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    app.config["JWT_DECODE_LEEWAY"] = 3600
    return app


# %% make_shop -> GET /me must answer 401
# A token is welcome, and not needed.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    app.view_functions["me"] = jwt_required(optional=True)(lambda: {"identity": get_jwt_identity()})
    return app


# %% make_shop -> POST /orders/9/cancel must answer 401
# The order is looked up before the lock.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    locked = app.view_functions["cancel"]

    def cancel(number):
        if number not in [order["number"] for order in ORDERS]:
            flask.abort(404)
        return locked(number=number)

    app.view_functions["cancel"] = cancel
    return app


# %% make_shop -> the same four routes
# GET cancels, too.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    path, view = "/orders/<int:number>/cancel", app.view_functions["cancel"]
    app.add_url_rule(path, "again", view, methods=["GET"])
    return app


# %% make_shop -> must answer
# The identity becomes a number.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()
    app.view_functions["me"] = jwt_required()(lambda: {"identity": int(get_jwt_identity())})
    return app


# %% open_doors -> with a StopIteration
# There must be a door.
# The solution, but:
def open_doors(app, open_doors=open_doors):
    return open_doors(app) if next(app.url_map.iter_rules()) else set()


# %% make_shop -> visit('POST /orders/2/cancel', 'user 7') stops in line
# The first of no orders is taken.
# The solution, but:
def make_shop(make_shop=make_shop):
    app = make_shop()

    @jwt_required()
    def cancel(number):
        order = [one for one in orders_of(get_jwt_identity()) if one["number"] == number][0]
        return {"cancelled": order["number"], "by": get_jwt_identity()}

    app.view_functions["cancel"] = cancel
    return app
