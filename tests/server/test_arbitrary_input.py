"""Whatever a client sends: no 500, always JSON, and a refused request changes nothing."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.models import Grant, Login, Task, User, db
from server.roles import grant
from tests.server.conftest import SID, add_login
from tests.server.test_answers import signed

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
PATHS = ["/health", "/users", "/token", "/protected", "/tasks", "/nothing", "/tasks/1", "/tasks/3"]
PATHS += ["/token/refresh", "/password", "/users/2/roles/admin", "/session", "/session/refresh"]
PRIVATE = {
    "/protected": ["GET"],
    "/tasks": ["GET", "POST"],
    "/tasks/1": ["GET", "PUT", "DELETE"],
    "/tasks/3": ["GET", "PUT", "DELETE"],
    "/token/refresh": ["POST"],
    "/token": ["DELETE"],
    "/password": ["PUT"],
    "/users": ["GET"],
    "/users/2/roles/admin": ["PUT", "DELETE"],
    "/session/refresh": ["POST"],
    "/session": ["DELETE"],
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)
# Sometimes a right value, so that the tests also get past the first checks.
objects = st.fixed_dictionaries(
    {},
    optional={
        "username": st.sampled_from(["ana", "nobody"]) | st.text(max_size=90) | json_values,
        "password": st.sampled_from(["open sesame"]) | st.text(max_size=140) | json_values,
        "title": st.text(max_size=210) | json_values,
    },
)
# What a server lets through: one byte for each character, and no line break.
header_texts = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=80)

arbitrary_inputs = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,  # the same inputs on every run: a red test stays red until the fault is repaired
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def ask(app):
    """Sends a request, and checks what must be true of every answer. Ana is an admin here."""
    client = app.test_client(use_cookies=False)  # cookies are those that a test sends
    with app.app_context():
        grant(1, "admin")

    def rows():
        with app.app_context():
            users = db.session.scalars(db.select(User)).all()
            tasks = db.session.scalars(db.select(Task)).all()
            logins = db.session.scalars(db.select(Login)).all()
            grants = db.session.scalars(db.select(Grant)).all()
            return (
                {(login.id, login.refresh_jti, login.used_jti) for login in logins},
                {(grant.user_id, grant.role) for grant in grants},
                {(user.id, user.username, user.password_hash) for user in users},
                {(task.id, task.title, task.user_id) for task in tasks},
            )

    def ask(method, path, authorization=None, **body):
        if (SID, "x", None) not in (before := rows())[0]:  # the request before has used it up
            add_login(app)
            before = rows()
        environ = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}
        answer = client.open(path, method=method, environ_overrides=environ, **body)
        assert answer.status_code < 500
        assert answer.is_json if answer.status_code != 204 else answer.data == b""
        if answer.status_code >= 400:
            assert set(answer.json) == {"msg"}
            assert rows() == before
        return answer

    return ask


def right_token(method, path) -> str:
    """An authorization of Ana that lets her in at this route."""
    refreshes = path == "/token/refresh" or (method, path) == ("DELETE", "/token")
    return "Bearer " + (signed(type="refresh") if refreshes else signed(fresh=True))


routes = given(method=st.sampled_from(METHODS), path=st.sampled_from(PATHS), data=st.data())


@arbitrary_inputs
@routes
def test_any_bytes_as_body(ask, method, path, data):
    body = data.draw(st.binary(max_size=300))
    content_type = data.draw(
        st.sampled_from(["application/json", "application/json; charset=utf-16", "text/plain"])
        | header_texts
    )
    ask(method, path, right_token(method, path), data=body, content_type=content_type)


@arbitrary_inputs
@routes
def test_any_json_as_body(ask, method, path, data):
    ask(method, path, right_token(method, path), json=data.draw(objects | json_values))


@arbitrary_inputs
@given(method=st.sampled_from(METHODS), path=st.sampled_from(PATHS), header=header_texts)
@example(method="GET", path="/tasks", header="Bearer " + "[" * 5000)
def test_any_authorization_header_opens_nothing(ask, method, path, header):
    private = method in PRIVATE.get(path, [])
    for prefix in ("", "Bearer "):
        answer = ask(method, path, prefix + header)
        assert not private or answer.status_code in (400, 401)


@arbitrary_inputs
@given(name=st.integers().map(str) | st.text(st.characters(codec="utf-8"), min_size=1))
@example(name="3")
@example(name=str(2**31))
@example(name="9" * 5000)
@example(name="\u0661")
def test_whatever_stands_in_the_place_of_a_task_deletes_nothing_of_others(ask, token, name):
    answer = ask("DELETE", f"/tasks/{quote(name, safe='')}", f"Bearer {token}")
    assert answer.status_code in (204, 404)
    if answer.status_code == 204:
        assert int(name) in (1, 2)  # those of Ana


@arbitrary_inputs
@given(data=st.data())
def test_any_change_of_a_good_token_closes_the_door(ask, token, data):
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters(max_codepoint=255, exclude_characters="\r\n"))
    changed = token[:place] + character + token[place + 1 :]
    answer = ask("GET", "/protected", f"Bearer {changed}")
    assert (answer.status_code == 200) == (changed == token)


@arbitrary_inputs
@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    text=header_texts,
    csrf=header_texts,
)
def test_any_cookie_opens_nothing(ask, method, path, text, csrf):
    headers = {"Cookie": f"__Host-access={text}; __Secure-refresh={text}", "X-CSRF-TOKEN": csrf}
    answer = ask(method, path, headers=headers)
    assert method not in PRIVATE.get(path, []) or answer.status_code in (401, 403)


CHANGING = [(method, path) for path in PRIVATE for method in PRIVATE[path] if method != "GET"]


@arbitrary_inputs
@given(route=st.sampled_from(CHANGING), csrf=header_texts | st.sampled_from(["the right on", ""]))
def test_any_csrf_token_but_the_right_one_changes_nothing(ask, route, csrf):
    method, path = route
    access, refresh = (
        signed(csrf="the right one", **kind) for kind in ({"fresh": True}, {"type": "refresh"})
    )
    headers = {
        "Cookie": f"__Host-access={access}; __Secure-refresh={refresh}",
        "X-CSRF-TOKEN": csrf,
    }
    expected = 401 if path.startswith("/token") else 403
    assert ask(method, path, headers=headers).status_code in (expected, 403)
