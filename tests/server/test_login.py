"""Signing up and logging in."""

import json
import statistics
import time

import jwt
import pytest

from server import login, production
from server.limits import Limit
from server.models import User, db
from tests.server.conftest import KEY, headers_of

BODY = {"username": "ana", "password": "open sesame"}

# A body, the status of POST /users and of POST /token, and a word that both answers must have.
BODIES = {
    "no username": ({"password": "open sesame"}, 400, 400, "username"),
    "no password": ({"username": "cleo"}, 400, 400, "password"),
    "username null": ({"username": None, "password": "open sesame"}, 400, 400, "username"),
    "password null": ({"username": "oscar", "password": None}, 400, 400, "password"),
    "password a number": ({"username": "cleo", "password": 12341234}, 400, 400, "password"),
    "password true": ({"username": "cleo", "password": True}, 400, 400, "password"),
    "password a list": ({"username": "cleo", "password": ["x"]}, 400, 400, "password"),
    "username an object": ({"username": {}, "password": "open sesame"}, 400, 400, "username"),
    "username with NUL": ({"username": "a\0", "password": "open sesame"}, 400, 400, "username"),
    "password half a character": (
        {"username": "cleo", "password": "\ud800" * 8},
        400,
        400,
        "password",
    ),
    "username empty": ({"username": "", "password": "open sesame"}, 400, 401, "username"),
    "username long": ({"username": "a" * 81, "password": "open sesame"}, 400, 401, "username"),
    "password short": ({"username": "cleo", "password": "1234567"}, 400, 401, "password"),
    "password long": ({"username": "cleo", "password": "x" * 129}, 400, 401, "password"),
    "a list": ([], 400, 400, "username"),
    "a text": ("ana", 400, 400, "username"),
    "null": (None, 400, 400, "username"),
}


@pytest.mark.parametrize("body, sign_up, log_in, word", BODIES.values(), ids=BODIES)
def test_a_bad_body_is_answered_with_the_field_at_fault(client, body, sign_up, log_in, word):
    for path, status in {"/users": sign_up, "/token": log_in}.items():
        answer = client.post(path, data=json.dumps(body), content_type="application/json")
        assert (answer.status_code, set(answer.json)) == (status, {"msg"})
        assert word in answer.json["msg"]


@pytest.mark.parametrize("path", ["/users", "/token"])
@pytest.mark.parametrize(
    "data, content_type, status",
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'"username": "ana"', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 16000, "application/json", 400),
        (b'{"username": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"username=ana&password=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{}", None, 415),
        (b" " * (16 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_body_that_is_no_json_is_refused(client, path, data, content_type, status):
    answer = client.post(path, data=data, content_type=content_type)
    assert (answer.status_code, set(answer.json)) == (status, {"msg"})


def test_who_signs_up_can_log_in(client):
    cleo = {"username": "cleo", "password": "pass wörd €"}
    signed_up = client.post("/users", json=cleo)
    assert (signed_up.status_code, signed_up.json["username"]) == (201, "cleo")
    answer = client.post("/token", json=cleo)
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "refresh_token", "expires_in", "user_id"}
    assert answer.json["user_id"] == signed_up.json["id"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("length", [8, 128])
def test_the_shortest_and_the_longest_password_are_accepted(client, length):
    answer = client.post("/users", json={"username": "cleo", "password": "x" * length})
    assert answer.status_code == 201


def test_a_taken_name_is_refused_and_keeps_its_password(client):
    answer = client.post("/users", json={"username": "ana", "password": "another password"})
    assert (answer.status_code, set(answer.json)) == (409, {"msg"})
    assert client.post("/token", json=BODY).status_code == 200


def test_passwords_are_kept_as_salted_scrypt(client, app):
    client.post("/users", json={"username": "cleo", "password": "open sesame"})
    with app.app_context():
        users = db.session.scalars(db.select(User)).all()
    hashes = {user.password_hash for user in users}
    assert len(hashes) == len(users) == 3
    assert all(password_hash.startswith("scrypt:") for password_hash in hashes)


def test_the_token_names_the_user_as_a_text_and_ends(client, token):
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    assert claims["sub"] == "1"
    assert claims["exp"] > time.time()


@pytest.fixture
def failing_logins(app):
    """Three ways to fail: an unknown user, a wrong password, an account without a password."""
    with app.app_context():
        db.session.add(User(username="oscar", password_hash=None))
        db.session.commit()
    return [{"username": name, "password": "wrong"} for name in ("nobody", "ana", "oscar")]


def test_failed_logins_cannot_be_told_apart(client, failing_logins):
    answers = [client.post("/token", json=body) for body in failing_logins]
    first = answers[0]
    assert first.status_code == 401
    assert first.json == {"msg": "Bad username or password"}
    assert first.headers["WWW-Authenticate"].startswith("Bearer ")
    for answer in answers:
        assert answer.data == first.data
        assert headers_of(answer) == headers_of(first)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_failed_logins_take_the_same_time(client, failing_logins, monkeypatch):
    monkeypatch.setattr(production, "ACCOUNT", Limit(at_once=1000, seconds=60))
    seconds = {body["username"]: [] for body in failing_logins}
    for _ in range(30):
        for body in failing_logins:
            # The time of this thread alone: what other programs do does not count.
            start = time.thread_time()
            client.post("/token", json=body)
            seconds[body["username"]].append(time.thread_time() - start)
    medians = [statistics.median(times) for times in seconds.values()]
    assert max(medians) < 1.1 * min(medians), medians


@pytest.mark.parametrize("password", ["", "None", "null", "dummy", "password", login.NOBODY])
def test_an_account_without_a_password_has_no_password(client, failing_logins, password):
    answer = client.post("/token", json={"username": "oscar", "password": password})
    assert answer.status_code == 401
