# %% orders_of -> '7' == 7 is False
# A text is compared with a number.
def orders_of(identity):
    return [order for order in ORDERS if order["user_id"] == identity]


# %% orders_of -> User 7 has the orders 1 and 3
# Every order is returned.
def orders_of(identity):
    return ORDERS


# %% orders_of -> User 7 has the orders 1 and 3
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


# %% orders_of -> A user without orders gets an empty list
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


# %% open_doors -> return the path of the rule
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


# %% open_doors -> GET /silent is missing
# The functions are looked at, not called.
def open_doors(app):
    return {"GET /health"}


# %% open_doors -> Return a set
# A list.
def open_doors(app):
    return [rule.rule for rule in app.url_map.iter_rules()]


# %% steal -> the secret is
# The first room, open or not.
def steal(app):
    return "wrong room"


# %% steal -> not the whole answer
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


# %% make_shop -> /health is public
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


# %% make_shop -> and no others
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


# %% make_shop -> the same four paths
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


# %% make_shop -> With a token of user 7 the answers are
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


# %% make_shop -> User 1 cancels order 1, which belongs to user 7
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
