"""Which pages may call the API, and the page that the API serves itself."""

from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from server import SettingsError, create_app
from server.browser import FRONT_END
from server.cookies import WITH_COOKIES
from tests.server.conftest import KEY

ORIGIN = "http://localhost:8888"
ASKS = {
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization",
}


def client_of(**settings):
    return create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", **settings).test_client()


def permissions(answer) -> dict[str, str]:
    return {
        name.lower(): value for name, value in answer.headers if name.startswith("Access-Control-")
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_the_preflight_of_the_allowed_origin_passes_for_whatever_a_route_has(method):
    asks = ASKS | {"Access-Control-Request-Method": method}
    path = "/tasks/1" if method == "DELETE" else "/tasks"
    answer = client_of(ALLOWED_ORIGIN=ORIGIN).options(path, headers={"Origin": ORIGIN} | asks)
    allowed = permissions(answer)
    assert answer.status_code == 200
    assert allowed["access-control-allow-origin"] == ORIGIN
    assert method in allowed["access-control-allow-methods"].split(", ")
    assert allowed["access-control-allow-headers"].lower() == "authorization"


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/health"),
        ("GET", "/tasks"),
        ("GET", "/nowhere"),
        ("POST", "/token"),
        ("DELETE", "/tasks/1"),
    ],
)
def test_the_allowed_origin_may_read_every_answer_errors_too(method, path):
    answer = client_of(ALLOWED_ORIGIN=ORIGIN).open(path, method=method, headers={"Origin": ORIGIN})
    assert permissions(answer)["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:8889",
        "http://127.0.0.1:8888",
        "https://localhost:8888",
        "http://localhost:88888",
        "http://localhost:8888.evil.example",
        "http://evil.example/http://localhost:8888",
        "http://localhost",
        "null",
        "*",
    ],
)
def test_no_other_origin_is_allowed(origin):
    client = client_of(ALLOWED_ORIGIN=ORIGIN)
    for answer in [
        client.options("/tasks", headers={"Origin": origin} | ASKS),
        client.get("/health", headers={"Origin": origin}),
    ]:
        assert permissions(answer).get("access-control-allow-origin") in (None, ORIGIN)


def test_the_permission_is_never_for_everybody_and_never_for_cookies():
    client = client_of(ALLOWED_ORIGIN=ORIGIN)
    for headers in [{}, {"Origin": ORIGIN}, {"Origin": ORIGIN} | ASKS]:
        for method in ["GET", "OPTIONS"]:
            allowed = permissions(client.open("/health", method=method, headers=headers))
            assert "*" not in allowed.values()
            assert "access-control-allow-credentials" not in allowed


def test_without_the_setting_no_other_origin_may_read_anything(client):
    for method in ["GET", "OPTIONS"]:
        answer = client.open("/tasks", method=method, headers={"Origin": ORIGIN} | ASKS)
        assert permissions(answer) == {}


def test_headers_that_nobody_needs_are_not_allowed():
    headers = {"Origin": ORIGIN} | ASKS | {"Access-Control-Request-Headers": "x-other"}
    answer = client_of(ALLOWED_ORIGIN=ORIGIN).options("/tasks", headers=headers)
    assert "x-other" not in permissions(answer).get("access-control-allow-headers", "").lower()


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "localhost:8888",
        "http://localhost:8888/",
        "http://localhost:8888/lab",
        "http://LOCALHOST:8888",
        "http://ana@localhost:8888",
        "http://localhost:8888\n",
        "http://localhost:8888 http://127.0.0.1:8888",
        "http://localhost:8888,http://127.0.0.1:8888",
        "http://.*",
        "ftp://localhost",
    ],
)
def test_a_setting_that_is_not_one_origin_is_refused(origin):
    with pytest.raises(SettingsError, match="ALLOWED_ORIGIN .*http://localhost:8888"):
        client_of(ALLOWED_ORIGIN=origin)


@pytest.mark.parametrize("origin", ["https://hub.example", "http://127.0.0.1:49152"])
def test_the_origin_may_come_from_the_environment(monkeypatch, origin):
    monkeypatch.setenv("ALLOWED_ORIGIN", origin)
    answer = client_of().get("/health", headers={"Origin": origin})
    assert permissions(answer)["access-control-allow-origin"] == origin


def test_an_empty_setting_is_none(monkeypatch):
    monkeypatch.setenv("ALLOWED_ORIGIN", "")
    assert permissions(client_of().get("/health", headers={"Origin": ORIGIN})) == {}


@pytest.mark.parametrize("stage, folder", [("browser", FRONT_END), (None, WITH_COOKIES)])
@pytest.mark.parametrize(
    "name, media_type",
    [("", "text/html"), ("app.js", "text/javascript"), ("app.css", "text/css")],
)
def test_the_page_and_its_files_come_with_a_strict_policy(stage, folder, name, media_type):
    answer = client_of(stage=stage).get(f"/app/{name}")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data == (folder / (name or "index.html")).read_bytes()
    rules = dict(
        rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("mounted", ["", "/proxy/5000"])
def test_the_start_leads_to_the_page_also_in_a_folder(app, mounted):
    client = Client(DispatcherMiddleware(app, {"/proxy/5000": app}))
    answer = client.get(f"{mounted}/")
    assert answer.status_code == 302
    # Relative: the API cannot know all the folders that proxies add.
    assert urlsplit(answer.location)[:2] == ("", "") and not answer.location.startswith("/")
    page = client.get(urljoin(f"{mounted}/", answer.location))
    assert page.data == (WITH_COOKIES / "index.html").read_bytes()


def test_the_address_without_a_slash_leads_to_the_page(client):
    assert client.get("/app", follow_redirects=True).data == client.get("/app/").data


@pytest.mark.parametrize(
    "name",
    ["nothing.js", "../browser.py", "..%2fbrowser.py", "%2e%2e/login.py", "a\\..\\..\\login.py"],
)
def test_only_the_files_of_the_page_are_served(client, name):
    answer = client.get(f"/app/{name}")
    assert answer.status_code == 404
    assert answer.json["msg"]
