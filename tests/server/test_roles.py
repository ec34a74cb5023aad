"""Who may do what."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask_jwt_extended import jwt_required
from sqlalchemy import event

from server import create_app
from server.demo import seed
from server.models import Grant, Task, User, db
from server.roles import grant, require_role
from tests import SECONDS
from tests.server.conftest import KEY, add_login
from tests.server.test_answers import ask, signed

NOBODY, ANA, BRUNO, CARLA = range(4)
LARGEST, TOO_LARGE = 2**31 - 1, 99999999999999999999


@pytest.fixture
def app(app):
    """The API with an admin without tasks. Ana has the tasks 1 and 2, Bruno has task 3."""
    with app.app_context():
        db.session.add(User(username="carla"))
        db.session.commit()
        grant(CARLA, "admin")
    return app


def call(client, caller, method, path, **request):
    headers = {} if caller == NOBODY else {"Authorization": f"Bearer {signed(sub=str(caller))}"}
    return client.open(path, method=method, headers=headers, **request)


def grants(app) -> set:
    with app.app_context():
        return {(row.user_id, row.role) for row in db.session.scalars(db.select(Grant))}


def titles(app) -> dict:
    with app.app_context():
        return {task.id: task.title for task in db.session.scalars(db.select(Task))}


# The statuses of nobody, Ana, Bruno, and Carla. What changes something comes last to who may do it.
MAP = {
    ("GET", "/tasks/1"): (401, 200, 404, 404),
    ("PUT", "/tasks/1"): (401, 200, 404, 404),
    ("DELETE", "/tasks/1"): (401, 204, 404, 404),
    ("GET", "/tasks/3"): (401, 404, 200, 404),
    ("PUT", "/tasks/3"): (401, 404, 200, 404),
    ("DELETE", "/tasks/3"): (401, 404, 204, 404),
    ("GET", f"/tasks/{LARGEST}"): (401, 404, 404, 404),
    ("PUT", f"/tasks/{LARGEST}"): (401, 404, 404, 404),
    ("GET", f"/tasks/{TOO_LARGE}"): (404, 404, 404, 404),
    ("PUT", f"/tasks/{TOO_LARGE}"): (404, 404, 404, 404),
    ("GET", "/tasks/0"): (401, 404, 404, 404),
    ("GET", "/users"): (401, 403, 403, 200),
    ("PUT", "/users/2/roles/admin"): (401, 403, 403, 204),
    ("DELETE", "/users/2/roles/admin"): (401, 403, 409, 204),  # Bruno has just been made an admin
    ("PUT", "/users/1/roles/admin"): (401, 403, 403, 204),
    ("DELETE", "/users/1/roles/admin"): (401, 409, 403, 204),
    ("PUT", "/users/3/roles/admin"): (401, 403, 403, 204),
    ("DELETE", "/users/3/roles/admin"): (401, 403, 403, 409),
    ("PUT", "/users/99/roles/admin"): (401, 403, 403, 404),
    ("DELETE", "/users/99/roles/admin"): (401, 403, 403, 204),
    ("PUT", "/users/1/roles/root"): (404, 404, 404, 404),
    ("PUT", "/users/1/roles/Admin"): (404, 404, 404, 404),
    ("PUT", f"/users/{TOO_LARGE}/roles/admin"): (404, 404, 404, 404),
    ("DELETE", f"/users/{TOO_LARGE}/roles/admin"): (404, 404, 404, 404),
}


def test_the_map_of_who_may_do_what(app, client):
    found = {}
    for (method, path), wanted in MAP.items():
        body = {"json": {"title": "changed"}} if method == "PUT" else {}
        statuses = {}
        # Who may do it comes last: what is deleted is gone for all.
        for caller in sorted(range(4), key=lambda caller: wanted[caller], reverse=True):
            answer = call(client, caller, method, path, **body)
            assert (answer.data == b"") if answer.status_code == 204 else answer.is_json
            statuses[caller] = answer.status_code
        found[method, path] = tuple(statuses[caller] for caller in sorted(statuses))
    assert found == MAP
    assert titles(app) == {2: "Water the plants"}
    assert grants(app) == {(CARLA, "admin")}


def test_the_owner_reads_and_changes_one_task(app, client):
    assert call(client, ANA, "GET", "/tasks/1").json == {"id": 1, "title": "Read RFC 7519"}
    answer = call(client, ANA, "PUT", "/tasks/1", json={"title": "new", "user_id": 2, "id": 7})
    assert answer.json == {"id": 1, "title": "new"}
    assert call(client, ANA, "GET", "/tasks/1").json == {"id": 1, "title": "new"}
    assert [task["id"] for task in call(client, ANA, "GET", "/tasks").json] == [1, 2]
    assert titles(app) == {1: "new", 2: "Water the plants", 3: "Call Ana"}


@pytest.mark.parametrize("title", ["", " ", "x" * 201, 7, None, "a\0"])
def test_a_bad_title_changes_nothing_and_is_no_way_to_look_for_tasks(app, client, title):
    before = titles(app)
    answers = [call(client, ANA, "PUT", f"/tasks/{id}", json={"title": title}) for id in (1, 3, 99)]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.data for answer in answers}) == 1
    assert titles(app) == before


def test_a_task_that_is_deleted_while_it_is_changed_is_not_found(app, client):
    is_held, may_go = threading.Event(), threading.Event()

    def stop(connection, cursor, text, *rest):
        if text.startswith("UPDATE task"):
            is_held.set()
            assert may_go.wait(SECONDS)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", stop)
    with ThreadPoolExecutor(1) as thread:
        request = {"json": {"title": "x"}}
        slow = thread.submit(call, app.test_client(), ANA, "PUT", "/tasks/1", **request)
        assert is_held.wait(SECONDS)
        assert call(client, ANA, "DELETE", "/tasks/1").status_code == 204
        may_go.set()
        assert slow.result(SECONDS).status_code == 404


def test_an_admin_sees_the_users_and_their_roles_and_no_more(client):
    call(client, CARLA, "PUT", "/users/2/roles/admin")
    assert call(client, CARLA, "GET", "/users").json == [
        {"id": 1, "username": "ana", "roles": []},
        {"id": 2, "username": "bruno", "roles": ["admin"]},
        {"id": 3, "username": "carla", "roles": ["admin"]},
    ]


def test_a_role_counts_from_the_next_request_on_and_not_longer(client):
    token = f"Bearer {signed(sub='2')}"
    assert ask(client, token, "/users").status_code == 403
    call(client, CARLA, "PUT", "/users/2/roles/admin")
    assert ask(client, token, "/users").status_code == 200
    call(client, CARLA, "DELETE", "/users/2/roles/admin")
    assert ask(client, token, "/users").status_code == 403


@pytest.mark.parametrize("claims", [{"role": "admin"}, {"roles": ["admin"]}, {"is_admin": True}])
def test_a_token_cannot_say_what_its_user_may_do(client, claims):
    authorization = f"Bearer {signed(**claims)}"
    assert ask(client, authorization, "/users").status_code == 403


@pytest.mark.parametrize("extra", [{"role": "admin"}, {"roles": ["admin"]}, {"is_admin": True}])
def test_nobody_signs_up_as_an_admin(app, client, extra):
    body = {"username": "mallory", "password": "open sesame"} | extra
    assert client.post("/users", json=body).status_code == 201
    assert grants(app) == {(CARLA, "admin")}


def test_a_role_whose_name_only_looks_like_it_opens_nothing(app, client):
    with app.app_context():
        for role in ("superadmin", "Admin", "admin ", "adm", ""):
            grant(BRUNO, role)
    assert call(client, BRUNO, "GET", "/users").status_code == 403


def test_of_two_admins_who_take_the_role_from_each_other_at_once_one_stays(app, client):
    with app.app_context():
        grant(BRUNO, "admin")
    both = threading.Barrier(2, timeout=SECONDS)

    def wait(connection, cursor, text, *rest):
        # Both were admins when they were let in.
        if text.startswith('UPDATE "grant"') or text.startswith("UPDATE grant"):
            both.wait()

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", wait)
    with ThreadPoolExecutor(2) as threads:
        answers = threads.map(
            lambda pair: call(
                app.test_client(), pair[0], "DELETE", f"/users/{pair[1]}/roles/admin"
            ),
            [(BRUNO, CARLA), (CARLA, BRUNO)],
        )
        assert sorted(answer.status_code for answer in answers) == [204, 403]
    assert len(grants(app)) == 1


def test_of_two_who_grant_a_role_at_once_both_are_told_that_it_is_there(app, client):
    both = threading.Barrier(2, timeout=SECONDS)

    def wait(connection, cursor, text, *rest):
        if text.startswith(("INSERT INTO grant", 'INSERT INTO "grant"')):
            both.wait()

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", wait)
    with ThreadPoolExecutor(2) as threads:
        path = "/users/2/roles/admin"
        answers = threads.map(lambda _: call(app.test_client(), CARLA, "PUT", path), range(2))
        assert [answer.status_code for answer in answers] == [204, 204]
    assert grants(app) == {(CARLA, "admin"), (BRUNO, "admin")}


def test_the_roles_of_a_deleted_user_are_not_those_of_the_next_one(app, client):
    with app.app_context():
        db.session.delete(db.session.get(User, CARLA))
        db.session.commit()
    assert call(client, CARLA, "GET", "/users").status_code == 401
    made = client.post("/users", json={"username": "dan", "password": "open sesame"}).json
    assert call(client, made["id"], "GET", "/users").status_code == 403


# --- require_role in all orders


@pytest.fixture
def own_app():
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    seed(app)
    add_login(app)
    with app.app_context():
        grant(BRUNO, "admin")
    return app


def statuses(app) -> list[int]:
    return [
        call(app.test_client(), caller, "GET", "/x").status_code for caller in (NOBODY, ANA, BRUNO)
    ]


def test_below_the_route_a_role_guards_it_and_passes_everything_on(own_app):
    for path in ("/x", "/x/<name>"):

        @own_app.get(path, endpoint=path)
        @require_role(own_app, "admin")
        def view(name="nothing"):
            """Say a name."""
            return {"name": name}, 200, {"X-Seen": "yes"}

    assert statuses(own_app) == [401, 403, 200]
    answer = call(own_app.test_client(), BRUNO, "GET", "/x/it")
    assert (answer.json, answer.headers["X-Seen"]) == ({"name": "it"}, "yes")
    assert (view.__name__, view.__doc__) == ("view", "Say a name.")
    assert call(own_app.test_client(), NOBODY, "OPTIONS", "/x").status_code == 200


@pytest.mark.parametrize("other", ["above", "below"])
def test_a_second_check_of_the_token_does_no_harm(own_app, other):
    role, token = require_role(own_app, "admin"), jwt_required()
    first, second = (role, token) if other == "above" else (token, role)
    own_app.get("/x")(second(first(dict)))
    assert statuses(own_app) == [401, 403, 200]


WRONG_ORDERS = {
    "role, route": lambda app, role: role(app.get("/x")(dict_view())),
    "role, route, jwt_required": lambda app, role: role(app.get("/x")(jwt_required()(dict_view()))),
    "jwt_required, role, route": lambda app, role: jwt_required()(role(app.get("/x")(dict_view()))),
    "role between two routes": lambda app, role: app.get("/x")(role(app.get("/y")(dict_view()))),
    "role, endpoint": lambda app, role: role(app.endpoint("list_users")(dict_view())),
}


def dict_view():
    def view():
        return {}

    return view


@pytest.mark.parametrize("write", WRONG_ORDERS.values(), ids=WRONG_ORDERS)
def test_above_the_route_it_is_refused_at_once_with_the_name_of_the_view(own_app, write):
    with pytest.raises(TypeError, match="below the route of view"):
        write(own_app, require_role(own_app, "admin"))


def test_without_parentheses_it_is_refused_at_once(own_app):
    with pytest.raises(TypeError):
        own_app.get("/x")(require_role(dict_view()))


def test_every_route_of_users_but_signing_up_wants_the_role(app, client):
    routes = [
        (method, re.sub("<[^>]+>", "1", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"OPTIONS"}
        if rule.rule.startswith("/users") and method != "POST"
    ]
    assert len(routes) >= 4
    for method, path in routes:
        assert call(client, ANA, method, path).status_code == 403
