"""Two kinds of tokens, how long they live, and when the password is wanted again."""

from datetime import timedelta

import jwt
import pytest

from server import SettingsError, create_app
from server.demo import seed
from tests.server.conftest import KEY, NOW, SID, add_login
from tests.server.test_answers import REMOVED, ask, signed

pytestmark = pytest.mark.usefixtures("quick_log_ins")

ANA = {"username": "ana", "password": "open sesame"}
IN, NO, STALE = "let in", "invalid_token", "insufficient_user_authentication"
ROUTES = {
    "access": ("GET", "/protected"),
    "refresh": ("POST", "/token/refresh"),
    # Without a body: who is let in is told that the password is missing, and nothing changes.
    "fresh": ("PUT", "/password"),
}


def verdict(client, token: str, route: str) -> str:
    """What a route says to a token: IN, or the error of its challenge."""
    answer = ask(client, f"Bearer {token}", *reversed(ROUTES[route]))
    if answer.status_code != 401:
        assert answer.status_code == {"fresh": 415}.get(route, 200), answer.json
        return IN
    challenge = answer.headers["WWW-Authenticate"]
    assert answer.mimetype == "application/json" and challenge.startswith("Bearer ")
    return challenge.partition('error="')[2].partition('"')[0]


# What differs in the claims, and the verdicts of an access route, the refresh route and a fresh route.
ACCESS, FRESH, REFRESH = (IN, NO, STALE), (IN, NO, IN), (NO, IN, NO)
NOWHERE = (NO, NO, NO)
SITUATIONS = {
    # types
    "access token": ({}, *ACCESS),
    "refresh token": ({"type": "refresh"}, *REFRESH),
    "refresh token that says it is fresh": ({"type": "refresh", "fresh": True}, *REFRESH),
    "type reset": ({"type": "reset"}, *NOWHERE),
    "type id": ({"type": "id"}, *NOWHERE),
    "type a list": ({"type": ["access"]}, *NOWHERE),
    "no type": ({"type": REMOVED}, *NOWHERE),
    # freshness
    "fresh missing": ({"fresh": REMOVED}, *ACCESS),
    "fresh true": ({"fresh": True}, *FRESH),
    "fresh until later": ({"fresh": NOW + 300}, *FRESH),
    "fresh until now": ({"fresh": NOW}, *FRESH),
    "fresh until a moment ago": ({"fresh": NOW - 0.1}, *ACCESS),
    "fresh 1": ({"fresh": 1}, *ACCESS),
    "fresh a text": ({"fresh": "true"}, *NOWHERE),
    "fresh null": ({"fresh": None}, *NOWHERE),
    "fresh a list": ({"fresh": []}, *NOWHERE),
    # the end
    "exp a second ago": ({"exp": NOW - 1}, *NOWHERE),
    "exp now": ({"exp": NOW}, *NOWHERE),
    "exp with a fraction, now": ({"exp": NOW + 0.9}, *NOWHERE),
    "exp in a second": ({"exp": NOW + 1}, *ACCESS),
    "exp in a second, fresh": ({"exp": NOW + 1, "fresh": True}, *FRESH),
    "refresh token, exp now": ({"type": "refresh", "exp": NOW}, *NOWHERE),
    "refresh token, exp in a second": ({"type": "refresh", "exp": NOW + 1}, *REFRESH),
    "exp a number as a text": ({"exp": str(NOW + 900)}, *ACCESS),
    "exp in milliseconds": ({"exp": NOW * 1000}, *ACCESS),
    "exp 1e300": ({"exp": 1e300}, *ACCESS),
    "exp 0": ({"exp": 0}, *NOWHERE),
    "exp negative": ({"exp": -NOW}, *NOWHERE),
    "exp true": ({"exp": True}, *NOWHERE),
    "exp null": ({"exp": None}, *NOWHERE),
    "exp a list": ({"exp": [NOW + 900]}, *NOWHERE),
    "no exp": ({"exp": REMOVED}, *NOWHERE),
    # the beginning
    "iat in a second": ({"iat": NOW + 1}, *NOWHERE),
    "iat now": ({"iat": NOW}, *ACCESS),
    "iat ten years ago": ({"iat": NOW - 10 * 365 * 86400}, *ACCESS),
    "no iat": ({"iat": REMOVED}, *ACCESS),
    "iat a word": ({"iat": "yesterday"}, *NOWHERE),
    "nbf in a minute": ({"nbf": NOW + 60}, *NOWHERE),
    "nbf now": ({"nbf": NOW}, *ACCESS),
    # two faults at once
    "expired, iat in the future": ({"exp": NOW - 1, "iat": NOW + 1}, *NOWHERE),
    "expired, another key": ({"exp": NOW - 1, "key": "k" * 32}, *NOWHERE),
    "expired, fresh": ({"exp": NOW - 1, "fresh": True}, *NOWHERE),
    "expired, not fresh": ({"exp": NOW - 1, "fresh": False}, *NOWHERE),
    # the log-in
    "no sid": ({"sid": REMOVED}, NO, NO, STALE),
    "no sid, fresh": ({"sid": REMOVED, "fresh": True}, *NOWHERE),
    "refresh token, no sid": ({"sid": REMOVED, "type": "refresh"}, *NOWHERE),
    **{
        f"sid {sid!r}": ({"sid": sid, "fresh": True}, *NOWHERE)
        for sid in ("", "x", "\0", SID + "\0", "\ud800", "x" * 999, 7, None, True, [], [SID], {})
    },
    "refresh token, jti with NUL": ({"type": "refresh", "jti": "x\0"}, *NOWHERE),
    # the user
    "sub unknown": ({"sub": "999", "fresh": True}, *NOWHERE),
    "refresh token, sub unknown": ({"sub": "999", "type": "refresh"}, *NOWHERE),
    "refresh token, sub a number": ({"sub": 1, "type": "refresh"}, *NOWHERE),
}


def test_each_situation_has_its_verdict_on_three_kinds_of_routes(clock, client):
    wanted = {name: verdicts for name, (_, *verdicts) in SITUATIONS.items()}
    found = {
        name: [verdict(client, signed(**claims), route) for route in ROUTES]
        for name, (claims, *_) in SITUATIONS.items()
    }
    assert found == wanted


# Seconds after now, and whether a leeway of 10 seconds lets the token in.
LEEWAY = {
    "exp": {-10: NO, -9: IN, 1: IN},
    "iat": {10: IN, 11: NO},
    "nbf": {10: IN, 11: NO},
}


def test_a_leeway_is_for_exp_iat_and_nbf_and_not_for_freshness(clock):
    app = create_app("refresh", JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", JWT_DECODE_LEEWAY=10)
    seed(app)
    client = app.test_client()
    found = {
        claim: {after: verdict(client, signed(**{claim: NOW + after}), "access") for after in rows}
        for claim, rows in LEEWAY.items()
    }
    assert found == LEEWAY
    assert verdict(client, signed(fresh=NOW - 1), "fresh") == STALE


@pytest.fixture(params=["refresh", None], ids=["stage refresh", "finished"])
def at_stage(request, clock):
    """A client of the API after this stage, and one of the finished API."""
    app = create_app(request.param, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    seed(app)
    add_login(app)
    return app.test_client()


def claims_of(token: str) -> dict:
    return jwt.decode(token, KEY, algorithms=["HS256"], options={"verify_exp": False})


def test_a_log_in_gives_two_tokens_and_says_when_the_short_one_ends(at_stage, clock):
    answer = at_stage.post("/token", json=ANA)
    assert set(answer.json) == {"token", "refresh_token", "expires_in", "user_id"}
    assert (answer.json["expires_in"], answer.json["user_id"]) == (900, 1)
    assert answer.headers["Cache-Control"] == "no-store"
    access, refresh = (claims_of(answer.json[name]) for name in ("token", "refresh_token"))
    assert (access["type"], access["sub"], access["exp"]) == ("access", "1", clock.time + 900)
    assert (refresh["type"], refresh["sub"]) == ("refresh", "1")
    assert refresh["exp"] == clock.time + 30 * 86400
    assert access["jti"] != refresh["jti"]


def test_a_refresh_token_gives_an_access_token_that_is_not_fresh(at_stage, clock):
    tokens = at_stage.post("/token", json=ANA).json
    clock.move(minutes=20)
    assert verdict(at_stage, tokens["token"], "access") == NO
    answer = ask(at_stage, f"Bearer {tokens['refresh_token']}", "/token/refresh", "POST")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert set(answer.json) >= {"token", "expires_in", "user_id"}
    claims = claims_of(answer.json["token"])
    assert (claims["type"], claims["sub"], claims["exp"]) == ("access", "1", clock.time + 900)
    assert verdict(at_stage, answer.json["token"], "access") == IN
    assert verdict(at_stage, answer.json["token"], "fresh") == STALE


def test_a_log_in_is_fresh_for_five_minutes(at_stage, clock):
    token = at_stage.post("/token", json=ANA).json["token"]
    clock.move(minutes=5)
    assert verdict(at_stage, token, "fresh") == IN
    clock.move(seconds=1)
    assert verdict(at_stage, token, "fresh") == STALE
    assert verdict(at_stage, token, "access") == IN


def test_after_thirty_days_the_password_is_wanted(at_stage, clock):
    token = at_stage.post("/token", json=ANA).json["refresh_token"]
    clock.move(days=30, seconds=-1)
    assert verdict(at_stage, token, "refresh") == IN
    clock.move(seconds=1)
    assert verdict(at_stage, token, "refresh") == NO


def put_password(client, token, **request):
    return client.put("/password", headers={"Authorization": f"Bearer {token}"}, **request)


def test_a_new_password_replaces_the_old_one(at_stage):
    token = at_stage.post("/token", json=ANA).json["token"]
    answer = put_password(at_stage, token, json={"password": "another one"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert at_stage.post("/token", json=ANA).status_code == 401
    new = ANA | {"password": "another one"}
    assert at_stage.post("/token", json=new).json["user_id"] == 1
    bruno = {"username": "bruno", "password": "correct horse"}
    assert at_stage.post("/token", json=bruno).status_code == 200


def test_who_is_not_fresh_is_told_so_as_rfc_9470_says(at_stage):
    answer = put_password(at_stage, signed(), json={"password": "another one"})
    assert (answer.status_code, set(answer.json)) == (401, {"msg"})
    assert answer.headers.getlist("WWW-Authenticate") == [
        'Bearer realm="server", error="insufficient_user_authentication", max_age="300"'
    ]
    assert at_stage.post("/token", json=ANA).status_code == 200


@pytest.mark.parametrize(
    "request_, status",
    [
        ({"json": {}}, 400),
        ({"json": []}, 400),
        ({"json": {"password": 12341234}}, 400),
        ({"json": {"password": "1234567"}}, 400),
        ({"json": {"password": "x" * 129}}, 400),
        ({"json": {"password": "12345678\0"}}, 400),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"password=12345678"}, 415),
        ({"data": b" " * 16385, "content_type": "application/json"}, 413),
    ],
)
def test_a_bad_new_password_is_refused_and_the_old_one_stays(at_stage, request_, status):
    answer = put_password(at_stage, signed(fresh=True), **request_)
    assert (answer.status_code, set(answer.json)) == (status, {"msg"})
    assert at_stage.post("/token", json=ANA).status_code == 200


@pytest.mark.parametrize("name", ["JWT_ACCESS_TOKEN_EXPIRES", "JWT_REFRESH_TOKEN_EXPIRES"])
@pytest.mark.parametrize(
    "lifetime",
    [0, False, None, True, 15, 1.5, "900", -1, timedelta(0), timedelta(-1), timedelta(0, 0.9)],
)
def test_a_lifetime_that_is_no_time_is_refused_at_the_start(name, lifetime):
    with pytest.raises(SettingsError, match=f"{name}.*timedelta"):
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", **{name: lifetime})


def test_another_lifetime_is_that_of_the_tokens_and_of_expires_in(clock):
    lifetimes = {
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=1),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(hours=1),
    }
    for stage in ("refresh", None):
        app = create_app(stage, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", **lifetimes)
        seed(app)
        tokens = app.test_client().post("/token", json=ANA).json
        assert tokens["expires_in"] == 60
        assert claims_of(tokens["token"])["exp"] == clock.time + 60
        assert claims_of(tokens["refresh_token"])["exp"] == clock.time + 3600
