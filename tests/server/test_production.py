"""What an API in production adds: who called, what is logged, whether it is ready, and headers on every answer."""

import base64
import json
import os
import re
import socket
import subprocess
import sys
import time

import pytest
import requests

from server import SettingsError, create_app, demo, request_log
from server.hardening import COMMON
from server.key_folder import new_key
from server.models import db
from tests import SECONDS
from tests.reading import ROOT
from tests.server.conftest import KEY, add_login
from tests.server.redis_server import free_port
from tests.server.test_answers import SITUATIONS, ask, signed

ANA = {"username": "ana", "password": "open sesame"}
needs_fork = pytest.mark.skipif(os.name == "nt", reason="gunicorn forks, and Windows cannot.")


@pytest.fixture
def make_app(database_url):
    """Make the finished API with the demo users and these settings."""
    apps = []

    def make(**settings):
        apps.append(create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=database_url, **settings))
        demo.seed(apps[-1])
        add_login(apps[-1])
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


# -- the claims ----------------------------------------------------------------------------------


def test_claims_needs_a_good_access_token_in_the_header(client, token):
    answer = ask(client, f"bearer {token}", "/claims")
    assert answer.status_code == 200
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert answer.json == {"sub": claims["sub"], "exp": claims["exp"]}


@pytest.mark.parametrize("name", [n for n, row in SITUATIONS.items() if row[1] in (401, 422)])
def test_claims_refuses_what_the_other_routes_refuse_without_asking_the_database(client, name):
    header, status, _ = SITUATIONS[name]
    usual = ask(client, header(), "/protected")
    answer = ask(client, header(), "/claims")
    if answer.status_code == 200:
        # What only the database knows: the signature and the time of this token are right.
        assert usual.json["msg"] in {
            "The user of this token does not exist.",
            "The log-in of this token is over. Log in again.",
        }, name
        assert set(answer.json) == {"sub", "exp"}
    else:
        assert answer.status_code == status, name
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_claims_takes_a_token_of_the_key_that_its_header_names(make_app, tmp_path):
    new_key(tmp_path / "keys")
    client = make_app(SIGNING_KEYS=str(tmp_path / "keys")).test_client()
    token = client.post("/token", json=ANA).json["token"]
    head, payload, signature = token.split(".")
    assert ask(client, f"Bearer {token}", "/claims").status_code == 200
    assert ask(client, f"Bearer {head}.{payload}.{signature[::-1]}", "/claims").status_code == 401
    assert ask(client, f"Bearer {signed()}", "/claims").status_code == 200  # of before the keys
    for kid in ("x", 7, None, [], {}):
        forged = signed(header={"alg": "HS256", "kid": kid})
        assert ask(client, f"Bearer {forged}", "/claims").status_code == 401, kid


def test_claims_asks_the_database_nothing(app, client, token):
    with app.app_context():
        engine = db.engine
    engine.dispose()
    before = engine.pool.status()
    assert ask(client, f"Bearer {token}", "/claims").status_code == 200
    assert engine.pool.status() == before
    assert ask(client, f"Bearer {token}", "/protected").status_code == 200
    assert engine.pool.status() != before


# -- ready ---------------------------------------------------------------------------------------


def test_ready_says_when_the_database_is_gone_and_health_does_not_ask(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    database = folder / "server.db"
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=f"sqlite:///{database}")
    client = app.test_client()
    assert client.get("/ready").status_code == 200
    with app.app_context():
        db.engine.dispose()
    folder.rename(tmp_path / "elsewhere")
    answer = client.get("/ready")
    assert (answer.status_code, set(answer.json)) == (503, {"msg"})
    assert client.get("/health").status_code == 200
    (tmp_path / "elsewhere").rename(folder)
    assert client.get("/ready").status_code == 200
    with app.app_context():
        db.engine.dispose()


# -- headers -------------------------------------------------------------------------------------


def test_every_answer_has_the_headers(client, token):
    for path in ("/health", "/token", "/protected", "/tasks", "/nowhere", "/claims", "/users"):
        for method in ("GET", "POST", "DELETE"):
            answer = client.open(path, method=method, headers={"Authorization": f"Bearer {token}"})
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
            assert answer.headers["Cache-Control"] == "no-store", path
            assert answer.headers["Referrer-Policy"] == "no-referrer", path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
            assert "Strict-Transport-Security" not in answer.headers


def test_what_may_be_kept_stays_as_it_was(make_app, tmp_path):
    new_key(tmp_path / "keys")
    client = make_app(SIGNING_KEYS=str(tmp_path / "keys")).test_client()
    assert "max-age" in client.get("/.well-known/jwks.json").headers["Cache-Control"]
    page = client.get("/app/")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_strict_transport_security_goes_over_tls_only(client):
    secure = client.get("/health", base_url="https://localhost")
    assert "max-age=" in secure.headers["Strict-Transport-Security"]


# -- new passwords -------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["password", "12345678", "PassWord1", "iloveyou"])
def test_a_password_that_many_use_is_refused(client, token, password):
    signed_up = client.post("/users", json={"username": "cleo", "password": password})
    assert (signed_up.status_code, set(signed_up.json)) == (400, {"msg"})
    bearer = {"Authorization": f"Bearer {token}"}
    changed = client.put("/password", json={"password": password}, headers=bearer)
    assert changed.status_code == 400
    assert client.post("/token", json=ANA).status_code == 200
    # Who may not change it is told nothing about the password.
    assert client.put("/password", json={"password": password}).status_code == 401


def test_the_list_has_no_password_that_is_too_short_anyway():
    words = COMMON - {""}
    assert len(words) >= 3000
    assert {word for word in words if len(word) < 8 or word != word.lower()} == set()


# -- proxies -------------------------------------------------------------------------------------


@pytest.fixture
def seen(make_app, monkeypatch):
    """Ask an API with so many trusted proxies, and return the address and the scheme that it sees."""

    def ask_through(count, forwarded, scheme="http"):
        app = make_app(**({"TRUSTED_PROXIES": count} if count else {}))
        lines = []
        monkeypatch.setattr(request_log.log, "isEnabledFor", lambda level: True)
        monkeypatch.setattr(request_log.log, "info", lambda msg, extra: lines.append(extra["line"]))
        headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": scheme}
        answer = app.test_client().get("/health", headers=headers)
        return lines[-1]["address"], "Strict-Transport-Security" in answer.headers

    return ask_through


def test_a_client_cannot_choose_its_address(seen):
    assert seen(None, "6.6.6.6", "https") == ("127.0.0.1", False)
    assert seen("0", "6.6.6.6", "https") == ("127.0.0.1", False)
    assert seen("1", "6.6.6.6, 192.0.2.7", "https") == ("192.0.2.7", True)
    assert seen("2", "6.6.6.6, 192.0.2.7, 10.0.0.1") == ("192.0.2.7", False)
    # One proxy only where two are trusted: nobody is believed.
    assert seen("2", "192.0.2.7") == ("127.0.0.1", False)


@pytest.mark.parametrize("count", ["-1", "one", "1.0", "99", "١", " 1"])
def test_a_number_of_proxies_that_is_none_is_a_sentence(count):
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", TRUSTED_PROXIES=count)


# -- the log -------------------------------------------------------------------------------------

SECRET = "a-secret-that-was-planted"


class Program:
    """The API in a process of its own, with all that it writes."""

    def __init__(self, *command, **environment):
        self.port = free_port()
        self.process = subprocess.Popen(
            [word.replace("{port}", str(self.port)) for word in (sys.executable, *command)],
            cwd=ROOT,
            env=os.environ | {"JWT_SECRET_KEY": KEY, "PYTHONUNBUFFERED": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                requests.get(f"{self.url}/health", timeout=SECONDS)
                return self
            except requests.ConnectionError:
                assert self.process.poll() is None, self.process.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def __exit__(self, *error):
        self.process.kill()
        self.process.communicate()

    def end(self) -> str:
        """End it politely, and return its output."""
        self.process.terminate()
        return self.process.communicate(timeout=SECONDS)[0]


GUNICORN = ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "--log-level", "warning"]
PROGRAMS = {
    "python -m server": ["-m", "server", "--port", "{port}"],
    "waitress": ["-m", "waitress", "--listen=127.0.0.1:{port}", "server.wsgi:app"],
}
FORKING = {
    "gunicorn": [*GUNICORN, "-w", "2", "server.wsgi:app"],
    "gunicorn with --preload": [*GUNICORN, "-w", "2", "--preload", "server.wsgi:app"],
    "gunicorn with threads": [*GUNICORN, "--threads", "4", "server.wsgi:app"],
}
every_program = pytest.mark.parametrize(
    "command",
    [pytest.param(command, id=name) for name, command in PROGRAMS.items()]
    + [pytest.param(command, id=name, marks=needs_fork) for name, command in FORKING.items()],
)


def plant_everywhere(url: str) -> list[str]:
    """Send secrets to all the places that take one, and return them."""
    password = f"{SECRET}-password"
    body = {"username": "cleo", "password": password}
    assert requests.post(f"{url}/users", json=body, timeout=SECONDS).status_code == 201
    both = requests.post(f"{url}/token", json=body, timeout=SECONDS).json()
    for token in (both["token"], both["refresh_token"], "eyJ.planted.token"):
        bearer = {"Authorization": f"Bearer {token}"}
        requests.get(f"{url}/protected", headers=bearer, timeout=SECONDS)
        requests.get(f"{url}/tasks?token={token}", timeout=SECONDS)
        requests.get(f"{url}/health", headers={"User-Agent": token}, timeout=SECONDS)
        requests.get(f"{url}/health", headers={"Referer": f"/?{token}"}, timeout=SECONDS)
        requests.get(f"{url}/health", headers={"X-Request-ID": token}, timeout=SECONDS)
        requests.post(f"{url}/token", data=token, timeout=SECONDS)
    requests.post(f"{url}/token", json=body | {"password": f"{SECRET}-wrong"}, timeout=SECONDS)
    requests.post(f"{url}/token", json={"username": f"{SECRET}-as-name"}, timeout=SECONDS)
    session = requests.post(f"{url}/session", json=body, timeout=SECONDS)
    tokens = [both["token"], both["refresh_token"], *session.cookies.values()]
    # A whole token, or a half of it: the signature alone is worth nothing, and must not be there either.
    signatures = [token.rpartition(".")[2] for token in tokens if token.count(".") == 2]
    return [SECRET, KEY, "eyJ.planted.token", "scrypt:", *signatures]


@every_program
def test_no_secret_is_in_the_log_whatever_runs_the_server(command, tmp_path):
    with Program(*command, DATABASE_URL=f"sqlite:///{tmp_path / 'server.db'}") as program:
        secrets = plant_everywhere(program.url)
        output = program.end()
    assert "/protected" in output and "/tasks" in output
    assert [secret for secret in secrets if secret in output] == []


def wait_until_nobody_listens(port: int) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        except OSError:
            return
        time.sleep(0.02)
    pytest.fail("The server still listens.")


class HalfARequest:
    """A log-in whose body has not come yet, and which the server has begun to read."""

    def __init__(self, port: int, continues: int):
        self.body = json.dumps(ANA | {"username": "nobody"}).encode()
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        head = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        head += f"Expect: 100-continue\r\nContent-Length: {len(self.body)}\r\n\r\n"
        self.connection.sendall(head.encode())
        said = b""
        while said.count(b"100 Continue") < continues:
            said += self.connection.recv(4096)

    def finish(self) -> int:
        """Send the rest, and return the status of the answer."""
        answer = b""
        with self.connection:
            self.connection.sendall(self.body)
            while chunk := self.connection.recv(4096):
                answer += chunk
        return int(answer.split()[1])


@needs_fork
def test_python_m_server_answers_what_has_begun_before_it_stops():
    with Program(*PROGRAMS["python -m server"], DATABASE_URL="sqlite://") as program:
        # http.server says it, and then Werkzeug, which has taken the request by then.
        request = HalfARequest(program.port, continues=2)
        program.process.terminate()
        wait_until_nobody_listens(program.port)
        assert request.finish() == 401
        program.process.communicate(timeout=SECONDS)
        assert program.process.returncode == 0


# Waitress knows no polite stop.
@needs_fork
@pytest.mark.parametrize("command", FORKING.values(), ids=FORKING)
def test_gunicorn_answers_what_has_begun_before_it_stops(command):
    with Program(*command, DATABASE_URL="sqlite://") as program:
        request = HalfARequest(program.port, continues=1)
        program.process.terminate()
        assert request.finish() == 401
        program.process.communicate(timeout=SECONDS)
        assert program.process.returncode == 0


def json_lines(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def test_each_request_is_one_line_of_json(tmp_path):
    with Program(*PROGRAMS["waitress"], DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}") as program:
        url, body = program.url, {"username": "cleo", "password": "open sesame"}
        requests.post(f"{url}/users", json=body, timeout=SECONDS)
        token = requests.post(f"{url}/token", json=body, timeout=SECONDS).json()["token"]
        headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "from-the-proxy-1"}
        answer = requests.get(f"{url}/protected?page=2", headers=headers, timeout=SECONDS)
        requests.get(f"{url}/claims", headers=headers, timeout=SECONDS)
        forged = requests.get(f"{url}/nowhere", headers={"X-Request-ID": "a{}"}, timeout=SECONDS)
        lines = {line["path"]: line for line in json_lines(program.end()) if "path" in line}
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    line = lines["/protected"]
    assert (line["id"], line["method"], line["status"]) == ("from-the-proxy-1", "GET", 200)
    for path in ("/protected", "/claims"):
        assert (lines[path]["sub"], lines[path]["jti"]) == (claims["sub"], claims["jti"])
    assert line["ms"] >= 0 and line["address"] == "127.0.0.1"
    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
    assert lines["/nowhere"]["sub"] is None
    assert re.fullmatch("[0-9a-f]{16}", lines["/nowhere"]["id"])
    assert forged.headers["X-Request-ID"] == lines["/nowhere"]["id"]


FAILING = f"""
from server import create_app
from server.request_log import write_json_lines
from flask import request
write_json_lines()
app = create_app()
@app.get("/fails")
def fails():
    password = "{SECRET}"
    raise ValueError(request.headers["Authorization"] + password)
app.run(port={{port}})
"""


def test_an_error_is_logged_with_its_type_and_place_and_not_with_its_text():
    with Program("-c", FAILING, DATABASE_URL="sqlite://") as program:
        bearer = {"Authorization": f"Bearer {SECRET}"}
        answer = requests.get(f"{program.url}/fails", headers=bearer, timeout=SECONDS)
        output = program.end()
    assert (answer.status_code, set(answer.json())) == (500, {"msg"})
    assert SECRET not in output + answer.text
    error = next(line for line in json_lines(output) if "error" in line)
    assert error["error"] == "ValueError" and re.search(r":\d+$", error["at"])
