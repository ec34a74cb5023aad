"""The session of a browser: which cookies there are, what they open, and what a request needs beside them."""

from functools import partial
from http.cookies import SimpleCookie

import pytest

from server import SettingsError, create_app
from server.demo import seed
from server.models import db
from tests.server.conftest import KEY
from tests.server.test_answers import ask, signed
from tests.server.test_refresh import ANA, claims_of
from tests.server.test_revocation import at_once, log_in, sids

pytestmark = pytest.mark.usefixtures("quick_log_ins")

# name: (whether scripts can read it, path, seconds that it lives after a log-in)
COOKIES = {
    "__Host-access": (False, "/", 900),
    "__Host-csrf-access": (True, "/", 900),
    "__Secure-refresh": (False, "/session", 30 * 86400),
    "__Host-csrf-refresh": (True, "/", 30 * 86400),
}
WITHOUT_SECURE = {"access", "csrf-access", "refresh", "csrf-refresh"}
BRUNO = {"username": "bruno", "password": "correct horse"}
CSRF = "X-CSRF-TOKEN"


def cookies_set_by(answer) -> dict:
    found = {}
    for line in answer.headers.getlist("Set-Cookie"):
        found |= SimpleCookie(line)
    return found


def start(client, body=ANA):
    answer = client.post("/session", json=body)
    assert answer.status_code == 200, answer.json
    return answer


def csrf_of(client) -> dict[str, str]:
    name = "__Host-csrf-refresh"
    return {CSRF: (client.get_cookie(name) or client.get_cookie(name[7:])).value}


def value(client, name: str) -> str:
    return client.get_cookie(name, path=COOKIES[name][1]).value


@pytest.fixture
def browser(client):
    """A client with the session of Ana."""
    start(client)
    return client


# --- the cookies


def check_cookies(answer, lifetimes: dict[str, int]) -> None:
    cookies = cookies_set_by(answer)
    assert cookies.keys() == COOKIES.keys()
    for name, (is_readable, path, _) in COOKIES.items():
        cookie = cookies[name]
        assert cookie["secure"] and bool(cookie["httponly"]) is not is_readable
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", path, "")
        assert int(cookie["max-age"]) == lifetimes[name]
    assert answer.json == {"user_id": 1}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_log_in_gives_four_cookies_and_no_token_in_the_body(clock, client):
    check_cookies(start(client), {name: seconds for name, (*_, seconds) in COOKIES.items()})


def test_a_refresh_gives_all_four_anew_until_the_log_in_ends(clock, browser):
    before = {name: value(browser, name) for name in COOKIES}
    clock.move(days=7)
    answer = browser.post("/session/refresh", headers=csrf_of(browser))
    left = {
        name: seconds - 7 * 86400 if seconds > 900 else 900
        for name, (*_, seconds) in COOKIES.items()
    }
    check_cookies(answer, left)
    changed = {name for name in COOKIES if value(browser, name) != before[name]}
    # A page may remember the CSRF token, and knows by it that this is the same log-in.
    assert changed == {"__Host-access", "__Secure-refresh"}


def test_the_csrf_token_is_another_in_each_log_in(app):
    tokens = []
    for body in (ANA, ANA, BRUNO):
        client = app.test_client()
        start(client, body)
        tokens.append(csrf_of(client)[CSRF])
    assert len(set(tokens)) == 3


def test_the_log_out_ends_the_log_in_and_takes_the_cookies_away(app, browser):
    others = app.test_client()
    start(others)
    copy = f"__Host-access={value(browser, '__Host-access')}"
    answer = browser.delete("/session", headers=csrf_of(browser))
    assert (answer.status_code, answer.data) == (204, b"")
    assert {name for name, cookie in cookies_set_by(answer).items() if cookie.value == ""} == set(
        COOKIES
    )
    assert all(browser.get_cookie(name, path=COOKIES[name][1]) is None for name in COOKIES)
    assert (
        app.test_client(use_cookies=False).get("/protected", headers={"Cookie": copy}).status_code
        == 401
    )
    assert others.get("/protected").status_code == 200
    assert len(sids(app)) == 1


@pytest.mark.parametrize(
    "body", [{}, {"username": "ana"}, ANA | {"password": "wrong"}, ANA | {"username": "nobody"}]
)
def test_whoever_is_refused_gets_no_cookie(app, client, body):
    answer = client.post("/session", json=body)
    assert answer.status_code == (401 if len(body) == 2 else 400)
    assert cookies_set_by(answer) == {} and sids(app) == set()
    if len(body) == 2:
        assert answer.data == client.post("/token", json=body).data


@pytest.mark.parametrize(
    "body",
    [
        {"data": ANA},
        {"data": '{"username": "ana", "password": "open sesame"}', "content_type": "text/plain"},
        {"data": ANA, "content_type": "multipart/form-data"},
    ],
)
def test_no_form_logs_anybody_in(app, client, body):
    answer = client.post("/session", **body)
    assert (answer.status_code, cookies_set_by(answer), sids(app)) == (415, {}, set())


# --- what they open


@pytest.mark.parametrize(
    "method, path", [("GET", "/protected"), ("GET", "/tasks"), ("HEAD", "/tasks")]
)
def test_reading_needs_the_cookie_alone(browser, method, path):
    assert browser.open(path, method=method).status_code == 200


CHANGES = [
    ("POST", "/tasks", {"title": "x"}, 201),
    ("PUT", "/tasks/1", {"title": "x"}, 200),
    ("DELETE", "/tasks/1", None, 204),
    ("PUT", "/password", {"password": "open sesame 2"}, 204),
    ("POST", "/session/refresh", None, 200),
    ("DELETE", "/session", None, 204),
]
FORGERIES = {
    "without": {},
    "empty": {CSRF: ""},
    "wrong": {CSRF: "00000000-0000-0000-0000-000000000000"},
    "not ascii": {CSRF: "\xe9"},
    "under another name": {"X-XSRF-TOKEN": "right"},
    "of another log-in": {CSRF: "other"},
}


@pytest.mark.parametrize("method, path, body, status", CHANGES)
def test_a_change_needs_the_csrf_token_of_the_same_log_in(app, browser, method, path, body, status):
    other = app.test_client()
    start(other)
    right = csrf_of(browser)
    for name, headers in FORGERIES.items():
        if name == "under another name":
            headers = {"X-XSRF-TOKEN": right[CSRF]}
        elif name == "of another log-in":
            headers = csrf_of(other)
        answer = browser.open(path, method=method, json=body, headers=headers)
        assert (answer.status_code, set(answer.json)) == (403, {"msg"}), name
    form = browser.open(path, method=method, data={"csrf_token": right[CSRF]})
    assert form.status_code == 403
    assert len(sids(app)) == 2
    assert browser.open(path, method=method, json=body, headers=right).status_code == status


def test_the_header_door_needs_no_csrf_token_and_goes_before_the_cookie(client):
    bearer = f"Bearer {log_in(client, BRUNO)['token']}"
    start(client)
    assert ask(client, bearer, "/protected").json["username"] == "bruno"
    answer = client.post("/tasks", json={"title": "x"}, headers={"Authorization": bearer})
    assert answer.status_code == 201
    # A bad token in the header is an error, although the cookie is good.
    assert ask(client, "Bearer x", "/protected").status_code == 401


def test_what_came_in_a_cookie_does_not_go_out_in_a_body(browser):
    refresh_token = value(browser, "__Secure-refresh")
    answer = browser.post("/token/refresh", headers=csrf_of(browser))
    assert answer.status_code == 401 and refresh_token not in answer.text


@pytest.mark.parametrize("method, path", [("POST", "/session/refresh"), ("DELETE", "/session")])
def test_the_session_takes_no_token_from_a_header(app, client, method, path):
    tokens = log_in(client)
    for token in tokens["refresh_token"], tokens["token"], signed(type="refresh"):
        assert ask(client, f"Bearer {token}", path, method).status_code == 401
    assert len(sids(app)) == 1


def test_each_kind_of_token_works_in_its_own_cookie_only(app, browser):
    access, refresh = value(browser, "__Host-access"), value(browser, "__Secure-refresh")
    crossed = f"__Host-access={refresh}; __Secure-refresh={access}"
    client = app.test_client(use_cookies=False)
    for cookies in (crossed, f"__Secure-refresh={refresh}"):
        headers = csrf_of(browser) | {"Cookie": cookies}
        assert client.get("/protected", headers=headers).status_code == 401
    for cookies in (crossed, f"__Host-access={access}"):
        headers = csrf_of(browser) | {"Cookie": cookies}
        assert client.post("/session/refresh", headers=headers).status_code == 401
        assert client.delete("/session", headers=headers).status_code == 401


def test_an_access_token_that_has_expired_can_be_refreshed(clock, browser):
    clock.move(minutes=16)
    assert browser.get("/protected").status_code == 401
    assert browser.post("/session/refresh", headers=csrf_of(browser)).status_code == 200
    assert browser.get("/protected").json == {"id": 1, "username": "ana"}
    assert (
        browser.put(
            "/password", json={"password": "open sesame 2"}, headers=csrf_of(browser)
        ).status_code
        == 401
    )


def test_a_copy_of_a_used_refresh_cookie_ends_the_log_in(app, clock, browser):
    stolen = value(browser, "__Secure-refresh")
    headers = csrf_of(browser)
    browser.post("/session/refresh", headers=headers)
    clock.move(seconds=11)
    thief = app.test_client(use_cookies=False)
    answer = thief.post(
        "/session/refresh", headers=headers | {"Cookie": f"__Secure-refresh={stolen}"}
    )
    assert answer.status_code == 401 and cookies_set_by(answer) == {}
    assert browser.get("/protected").status_code == 401 and sids(app) == set()


def test_of_two_tabs_that_refresh_at_once_both_stay_in(app, browser):
    cookie, headers = f"__Secure-refresh={value(browser, '__Secure-refresh')}", csrf_of(browser)
    tabs = [app.test_client(use_cookies=False) for _ in range(2)]
    asks = [
        partial(tab.post, "/session/refresh", headers=headers | {"Cookie": cookie}) for tab in tabs
    ]
    answers = at_once(*asks)
    assert [answer.status_code for answer in answers] == [200, 200]
    following = {
        claims_of(cookies_set_by(answer)["__Secure-refresh"].value)["jti"] for answer in answers
    }
    assert len(following) == 1 and len(sids(app)) == 1


def test_an_other_origin_gets_no_cookies_even_if_it_may_call(database_url):
    app = create_app(
        JWT_SECRET_KEY=KEY, DATABASE_URL=database_url, ALLOWED_ORIGIN="http://localhost:1"
    )
    seed(app)
    origin = {"Origin": "http://localhost:1"}
    answer = app.test_client().post("/session", json=ANA, headers=origin)
    # Without this permission a browser neither keeps the cookies nor shows the answer.
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asks = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": CSRF,
    }
    allowed = app.test_client().options("/tasks", headers=asks).headers
    assert CSRF.lower() not in allowed.get("Access-Control-Allow-Headers", "").lower()
    with app.app_context():
        db.engine.dispose()


# --- browsers that keep no Secure cookie of http://localhost


@pytest.fixture
def plain(database_url):
    here = "http://localhost:5000"
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=database_url, COOKIES_WITHOUT_SECURE=here)
    seed(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_secure_and_both_prefixes_go_together_and_nothing_else(plain):
    client = plain.test_client()
    cookies = cookies_set_by(start(client))
    assert cookies.keys() == WITHOUT_SECURE
    for cookie in cookies.values():
        assert not cookie["secure"] and cookie["samesite"] == "Strict"
    assert {name for name, cookie in cookies.items() if cookie["httponly"]} == {"access", "refresh"}
    assert client.post("/tasks", json={"title": "x"}).status_code == 403
    assert client.post("/tasks", json={"title": "x"}, headers=csrf_of(client)).status_code == 201
    assert client.post("/session/refresh", headers=csrf_of(client)).status_code == 200
    assert client.delete("/session", headers=csrf_of(client)).status_code == 204


@pytest.mark.parametrize(
    "address",
    [
        "1",
        "yes",
        "localhost:5000",
        "https://localhost:5000",
        "http://192.168.1.7:5000",
        "http://api.example",
        "http://localhost.example",
        "http://localhost@api.example",
        "http://[::1",
    ],
)
def test_cookies_without_secure_are_refused_for_any_other_address(address):
    with pytest.raises(SettingsError, match="COOKIES_WITHOUT_SECURE .*http://localhost:5000"):
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", COOKIES_WITHOUT_SECURE=address)


@pytest.mark.parametrize(
    "host, status",
    [
        ("localhost:5000", 200),
        ("127.0.0.1:49152", 200),
        ("[::1]:5000", 200),
        ("api.example", 403),
        ("192.168.1.7:5000", 403),
        ("localhost.example", 403),
        ("[::1", 403),
    ],
)
def test_such_a_server_answers_under_names_of_its_own_machine_only(plain, host, status):
    assert plain.test_client().get("/health", headers={"Host": host}).status_code == status
