"""What the API answers to everything that a client can put into the Authorization header."""

import base64
import hmac
import json

import pytest

from server.clock import now
from server.models import User, db
from tests.server.conftest import KEY, SID

HEADER = {"alg": "HS256", "typ": "JWT"}
REMOVED = object()


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header=HEADER, key=KEY, digest="sha256", payload=None, **claims) -> str:
    """A token with any header and any claims, good ones first: made by hand, since libraries refuse to make bad ones."""
    good = {
        "fresh": False,
        "iat": now(),
        "jti": "x",
        "type": "access",
        "sub": "1",
        "exp": now() + 900,
    }
    good["sid"] = SID
    claims = {name: value for name, value in (good | claims).items() if value is not REMOVED}
    sections = [
        part if isinstance(part, bytes) else json.dumps(part).encode()
        for part in (header, claims if payload is None else payload)
    ]
    signing_input = ".".join(map(encode, sections))
    signature = hmac.digest(key.encode(), signing_input.encode(), digest)
    return f"{signing_input}.{encode(signature)}"


def later(seconds: int) -> int:
    return now() + seconds


def flipped(token: str) -> str:
    return token[:-1] + ("A" if token[-1] != "A" else "Q")


def tampered() -> str:
    header, _, signature = signed().split(".")
    return f"{header}.{signed(sub='2').split('.')[1]}.{signature}"


def unsigned(algorithm: str) -> str:
    return signed({"alg": algorithm}).rsplit(".", 1)[0] + "."


# The value of the Authorization header (None: no header), the status, and the error code of RFC 6750.
NO_TOKEN = (401, None)
INVALID = (401, "invalid_token")
MALFORMED = (400, "invalid_request")
GOOD = (200, None)
SITUATIONS = {
    # no token
    "no header": (lambda: None, *NO_TOKEN),
    "empty header": (lambda: "", *NO_TOKEN),
    "Basic": (lambda: "Basic YW5hOm9wZW4gc2VzYW1l", *NO_TOKEN),
    "raw token": (signed, *NO_TOKEN),
    "Token scheme": (lambda: f"Token {signed()}", *NO_TOKEN),
    "two tokens": (lambda: f"Bearer {signed()}, Bearer {signed()}", *NO_TOKEN),
    # a malformed request
    "Bearer alone": (lambda: "Bearer", *MALFORMED),
    "bearer alone": (lambda: "bearer", *MALFORMED),
    "an extra word": (lambda: f"Bearer {signed()} x", *MALFORMED),
    "spaces inside": (lambda: f"Bearer {signed().replace('.', ' ')}", *MALFORMED),
    # a good token
    "good": (lambda: f"Bearer {signed()}", *GOOD),
    "lower-case scheme": (lambda: f"bearer {signed()}", *GOOD),
    "upper-case scheme": (lambda: f"BEARER {signed()}", *GOOD),
    "two spaces": (lambda: f"Bearer  {signed()}", *GOOD),
    "no typ": (lambda: f"Bearer {signed({'alg': 'HS256'})}", *GOOD),
    # not a token
    "null": (lambda: "Bearer null", *INVALID),
    "undefined": (lambda: "Bearer undefined", *INVALID),
    "two segments": (lambda: f"Bearer {signed().rsplit('.', 1)[0]}", *INVALID),
    "five segments": (lambda: "Bearer a.b.c.d.e", *INVALID),
    "only dots": (lambda: "Bearer ..", *INVALID),
    "not ASCII": (lambda: "Bearer é.é.é", *INVALID),
    "quoted": (lambda: f'Bearer "{signed()}"', *INVALID),
    "header no JSON": (lambda: f"Bearer {signed(b'x')}", *INVALID),
    "header a list": (lambda: f"Bearer {signed(b'[]')}", *INVALID),
    "header nested deeply": (lambda: f"Bearer {signed(b'[' * 9000)}", *INVALID),
    "payload no JSON": (lambda: f"Bearer {signed(payload=b'x')}", *INVALID),
    "payload a list": (lambda: f"Bearer {signed(payload=[])}", *INVALID),
    "payload null": (lambda: f"Bearer {signed(payload=b'null')}", *INVALID),
    "payload nested deeply": (lambda: f"Bearer {signed(payload=b'[' * 9000)}", *INVALID),
    # a forged token
    "tampered payload": (lambda: f"Bearer {tampered()}", *INVALID),
    "flipped last character": (lambda: f"Bearer {flipped(signed())}", *INVALID),
    "no signature": (lambda: f"Bearer {signed().rsplit('.', 1)[0]}.", *INVALID),
    "another key": (lambda: f"Bearer {signed(key='another key of 32 bytes or more!')}", *INVALID),
    "alg none": (lambda: f"Bearer {unsigned('none')}", *INVALID),
    "alg nOnE": (lambda: f"Bearer {unsigned('nOnE')}", *INVALID),
    "alg HS512": (lambda: f"Bearer {signed({'alg': 'HS512'}, digest='sha512')}", *INVALID),
    "alg RS256": (lambda: f"Bearer {signed({'alg': 'RS256'})}", *INVALID),
    "alg a list": (lambda: f"Bearer {signed({'alg': ['HS256']})}", *INVALID),
    "no alg": (lambda: f"Bearer {signed({'typ': 'JWT'})}", *INVALID),
    "crit": (lambda: f"Bearer {signed({**HEADER, 'crit': ['x'], 'x': 1})}", *INVALID),
    # times
    "expired": (lambda: f"Bearer {signed(exp=later(-1))}", *INVALID),
    "exp a word": (lambda: f"Bearer {signed(exp='tomorrow')}", *INVALID),
    "exp null": (lambda: f"Bearer {signed(exp=None)}", *INVALID),
    "exp infinite": (lambda: f"Bearer {signed(exp=float('inf'))}", *INVALID),
    "no exp": (lambda: f"Bearer {signed(exp=REMOVED)}", *INVALID),
    "nbf in the future": (lambda: f"Bearer {signed(nbf=later(60))}", *INVALID),
    "iat in the future": (lambda: f"Bearer {signed(iat=later(60))}", *INVALID),
    # other claims
    "no jti": (lambda: f"Bearer {signed(jti=REMOVED)}", *INVALID),
    "jti a number": (lambda: f"Bearer {signed(jti=7)}", *INVALID),
    "no type": (lambda: f"Bearer {signed(type=REMOVED)}", *INVALID),
    "refresh token": (lambda: f"Bearer {signed(type='refresh')}", *INVALID),
    "unknown type": (lambda: f"Bearer {signed(type='admin')}", *INVALID),
    "no sub": (lambda: f"Bearer {signed(sub=REMOVED)}", *INVALID),
    "sub a number": (lambda: f"Bearer {signed(sub=1)}", *INVALID),
    "sub null": (lambda: f"Bearer {signed(sub=None)}", *INVALID),
    "sub a word": (lambda: f"Bearer {signed(sub='ana')}", *INVALID),
    "sub with NUL": (lambda: f"Bearer {signed(sub=chr(0))}", *INVALID),
    "sub huge": (lambda: f"Bearer {signed(sub='9' * 40)}", *INVALID),
    "sub more than a column": (lambda: f"Bearer {signed(sub=str(2**31))}", *INVALID),
    "sub zero first": (lambda: f"Bearer {signed(sub='01')}", *INVALID),
    "sub unknown": (lambda: f"Bearer {signed(sub='999')}", *INVALID),
}


def ask(client, authorization: str | None, path="/protected", method="GET"):
    # A header travels as Latin-1, one byte for each character.
    environ = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}
    return client.open(path, method=method, environ_overrides=environ)


@pytest.mark.parametrize("header, status, error", SITUATIONS.values(), ids=SITUATIONS)
def test_each_situation_has_its_status_and_challenge(client, header, status, error):
    for method, path in [("GET", "/protected"), ("GET", "/tasks"), ("DELETE", "/tasks/1")]:
        answer = ask(client, header(), path, method)
        if status == 200:
            assert answer.status_code == (204 if method == "DELETE" else 200), answer.data
            continue
        assert answer.status_code == status, answer.data
        assert answer.mimetype == "application/json"
        assert set(answer.json) == {"msg"}
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge.startswith("Bearer ")
        assert ("error=" in challenge) == bool(error)
        assert error is None or f'error="{error}"' in challenge


def test_the_token_of_a_deleted_user_opens_nothing_even_when_another_signs_up(app, client):
    cleo = {"username": "cleo", "password": "open sesame"}
    client.post("/users", json=cleo)
    authorization = "Bearer " + client.post("/token", json=cleo).json["token"]
    assert ask(client, authorization).json["username"] == "cleo"
    with app.app_context():
        db.session.delete(db.session.scalar(db.select(User).filter_by(username="cleo")))
        db.session.commit()
    assert ask(client, authorization).status_code == 401
    client.post("/users", json={"username": "dan", "password": "open sesame"})
    assert ask(client, authorization).status_code == 401


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/nothing-here", 404),
        ("DELETE", "/health", 405),
        ("GET", "/token", 405),
        ("PATCH", "/tasks/1", 405),
        ("POST", "/", 405),
        ("GET", "/%00", 404),
    ],
)
def test_what_is_not_there_is_answered_in_json_too(client, method, path, status):
    answer = client.open(path, method=method)
    assert (answer.status_code, set(answer.json)) == (status, {"msg"})
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("method, path", [("GET", "/protected"), ("DELETE", "/tasks/1")])
def test_a_csrf_token_is_not_looked_at_where_no_cookie_is(client, token, method, path):
    # Of a text that is not ASCII, the library cannot say whether it is the right one.
    environ = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_CSRF_TOKEN": "\u00e9"}
    answer = client.open(path, method=method, environ_overrides=environ)
    assert answer.status_code in (200, 204)


def test_even_a_fault_of_the_api_is_answered_in_json(app, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(db.session, "scalar", fail)
    answer = app.test_client().post("/token", json={"username": "ana", "password": "x"})
    assert (answer.status_code, set(answer.json)) == (500, {"msg"})
    assert "database" not in answer.json["msg"]
