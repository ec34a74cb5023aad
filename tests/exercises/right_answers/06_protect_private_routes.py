# %% orders_of -> int, as in the lesson, and a loop
def orders_of(identity):
    found = []
    for order in ORDERS:
        if order["user_id"] == int(identity):
            found.append(order)
    return found


# %% orders_of -> filter, and another name
def orders_of(user_id):
    return list(filter(lambda order: f"{order['user_id']}" == user_id, ORDERS))


# %% orders_of -> copies, grouped by user
def orders_of(identity):
    from collections import defaultdict

    orders = defaultdict(list)
    for order in ORDERS:
        orders[str(order["user_id"])].append(dict(order))
    return orders[identity]


# %% open_doors -> re.sub, and one client
def open_doors(app):
    import re

    client = app.test_client()
    doors = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "1", rule.rule)
        for method in rule.methods:
            if method in ("HEAD", "OPTIONS"):
                continue
            with client.open(path, method=method) as answer:
                if answer.status_code == 401:
                    continue
            doors.add(method + " " + rule.rule)
    return doors


# %% open_doors -> a comprehension, and rule.build
def open_doors(app):
    def answer(rule, method):
        path = rule.build({name: 1 for name in rule.arguments})[1]
        return app.test_client().open(path, method=method)

    return {
        f"{method} {rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods.difference(["HEAD", "OPTIONS"])
        if answer(rule, method).status != "401 UNAUTHORIZED"
    }


# %% open_doors -> one client method for each HTTP method
def open_doors(app: Flask) -> set:
    doors, client = [], app.test_client()
    for rule in app.url_map._rules:
        path, rest = "", rule.rule
        while "<" in rest:
            before, _, rest = rest.partition("<")
            path, rest = path + before + "1", rest.partition(">")[2]
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if (
                method in rule.methods
                and getattr(client, method.lower())(path + rest).status_code != 401
            ):
                doors.append(" ".join((method, rule.rule)))
    return set(doors)


# %% open_doors -> full_dispatch_request in a request context
def open_doors(app):
    doors = set()
    for rule in app.url_map.iter_rules():
        for method in set(rule.methods) - {"HEAD", "OPTIONS"}:
            with app.test_request_context():
                path = flask.url_for(
                    rule.endpoint, _method=method, **{name: "1" for name in rule.arguments}
                )
            with app.test_request_context(path, method=method):
                try:
                    status = app.full_dispatch_request().status_code
                except Exception:
                    status = 500
            if status != 401:
                doors.add(f"{method} {rule.rule}")
    return doors


# %% steal -> split and get_json
def steal(app):
    for door in open_doors(app):
        method, path = door.split()
        answer = app.test_client().open(path, method=method)
        return answer.get_json()["secret"]


# %% steal -> json.loads, and the set gives its one element
def steal(app):
    import json

    door = open_doors(app).pop()
    return json.loads(app.test_client().get(door[4:]).data)["secret"]


# %% steal -> every path is tried, without task 2
def steal(app):
    with app.test_client() as client:
        answers = [client.get(rule.rule) for rule in app.url_map.iter_rules()]
    return next(answer.json["secret"] for answer in answers if answer.status_code == 200)


# %% make_shop -> app.route, other names, and an early return
def make_shop():
    shop = bare_app()

    @shop.route("/health")
    def healthy():
        return flask.jsonify(status="ok")

    @shop.route("/orders")
    @jwt_required()
    def my_orders():
        user = int(get_jwt_identity())
        return flask.jsonify([order for order in ORDERS if order["user_id"] == user])

    @shop.route("/me")
    @jwt_required()
    def who():
        return flask.jsonify({"identity": get_jwt_identity()}), 200

    @shop.route("/orders/<int:number>/cancel", methods=["POST"])
    @jwt_required()
    def cancel_order(number):
        caller = get_jwt_identity()
        for order in ORDERS:
            if order["number"] == number and str(order["user_id"]) == caller:
                return {"cancelled": number, "by": caller}
        return {"msg": "Not found"}, 404

    return shop


# %% make_shop -> one lock before every request but those to /health
def make_shop():
    from flask_jwt_extended import verify_jwt_in_request

    app = bare_app()

    @app.before_request
    def lock():
        if flask.request.path != "/health":
            verify_jwt_in_request()

    app.get("/health", endpoint="health")(lambda: {"status": "ok"})
    app.get("/me", endpoint="me")(lambda: {"identity": get_jwt_identity()})
    app.get("/orders", endpoint="orders")(lambda: orders_of(get_jwt_identity()))

    @app.post("/orders/<int:number>/cancel")
    def cancel(number):
        if not any(order["number"] == number for order in orders_of(get_jwt_identity())):
            raise flask.abort(404, "There is no such order.")
        return {"cancelled": number, "by": get_jwt_identity()}

    return app


# %% make_shop -> add_url_rule, a table of owners, and the claims
def make_shop():
    from flask_jwt_extended import get_jwt

    def health():
        return {"status": "ok"}

    def orders():
        return orders_of(get_jwt()["sub"])

    def me():
        return dict(identity=get_jwt()["sub"])

    def cancel(number):
        owners = {order["number"]: order["user_id"] for order in ORDERS}
        if str(owners.get(number)) != get_jwt()["sub"]:
            return flask.Response(status=404)
        return {"by": get_jwt()["sub"], "cancelled": number}

    app = bare_app()
    app.add_url_rule("/health", view_func=health)
    app.add_url_rule("/orders", view_func=jwt_required()(orders))
    app.add_url_rule("/me", view_func=jwt_required()(me))
    app.add_url_rule(
        "/orders/<int:number>/cancel", view_func=jwt_required()(cancel), methods=["POST"]
    )
    return app


# %% make_shop -> a blueprint, a user lookup loader and current_user
def make_shop():
    from flask_jwt_extended import current_user

    app = bare_app()
    app.extensions["flask-jwt-extended"].user_lookup_loader(lambda header, payload: payload["sub"])
    private = flask.Blueprint("private", "shop")

    @app.get("/health")
    def health():
        return {"status": "ok"}

    @private.get("/orders")
    @jwt_required()
    def orders():
        return [order for order in ORDERS if str(order["user_id"]) == current_user]

    @private.get("/me")
    @jwt_required()
    def me():
        return {"identity": str(current_user)}

    @private.post("/orders/<int:number>/cancel")
    @jwt_required()
    def cancel(number):
        allowed = {order["number"] for order in orders_of(current_user)}
        if number in allowed:
            return {"cancelled": number, "by": str(current_user)}
        flask.abort(404)

    app.register_blueprint(private)
    return app


# %% make_shop -> a lock by hand that does all the work
def make_shop():
    import jwt

    app = bare_app()

    def caller():
        scheme, _, token = flask.request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            flask.abort(401)
        try:
            claims = jwt.decode(token, app.config["JWT_SECRET_KEY"], algorithms=["HS256"])
        except jwt.InvalidTokenError:
            flask.abort(401)
        if claims["type"] != "access":
            flask.abort(401)
        return claims["sub"]

    app.get("/health", endpoint="health")(lambda: {"status": "ok"})
    app.get("/orders", endpoint="orders")(lambda: orders_of(caller()))
    app.get("/me", endpoint="me")(lambda: {"identity": caller()})

    @app.post("/orders/<int:number>/cancel")
    def cancel(number):
        user = caller()
        if number not in {order["number"] for order in orders_of(user)}:
            flask.abort(404)
        return {"cancelled": number, "by": user}

    return app
