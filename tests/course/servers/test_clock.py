"""The clock of one server moves that server, and nothing else."""

import contextvars
import threading
from datetime import UTC, datetime, timedelta
from importlib import import_module

import jwt
import pytest
import requests
import werkzeug.test
from flask import Flask, request, stream_with_context
from flask_jwt_extended import JWTManager, create_access_token, jwt_required

from course import Clock, serve
from course.problem import Problem
from course.servers.clock import ASKING
from server.clock import now
from tests import SECONDS

KEY = "a fixed key for tests, never for production"


def make_app(name="shop"):
    app = Flask(name)
    app.config["JWT_SECRET_KEY"] = KEY
    JWTManager(app)
    app.post("/token", endpoint="token")(
        lambda: create_access_token("7", fresh=timedelta(minutes=5))
    )
    app.get("/me", endpoint="me")(jwt_required()(lambda: "me"))
    app.get("/fresh", endpoint="fresh")(jwt_required(fresh=True)(lambda: "fresh"))
    app.get("/now", endpoint="now")(lambda: str(now()))
    return app


@pytest.fixture
def clock():
    return Clock(make_app())


def hours_off(seconds) -> int:
    """How many hours a time differs from that of this computer: a slow test does not change it."""
    return round((float(seconds) - datetime.now(UTC).timestamp()) / 3600)


def ask(app, path, token="", method="GET"):
    return werkzeug.test.Client(app).open(
        path, method=method, headers={"Authorization": f"Bearer {token}"}
    )


def statuses(app, token):
    return [ask(app, path, token).status_code for path in ("/me", "/fresh")]


def test_serve_shows_the_clock_below_the_line_of_its_server(clock, capsys):
    with serve(clock):
        assert capsys.readouterr().out.splitlines()[1:] == [repr(clock)]
    with serve(make_app()):
        assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_token_ages_on_the_clock_that_is_set_and_on_no_other(clock):
    other = Clock(make_app("other"))
    token = ask(clock, "/token", method="POST").text
    answers = []
    for minutes in (0, 3, 8, 13, 18, 13):
        clock.set(minutes=minutes)
        answers.append((*statuses(clock, token), *statuses(other, token)))
    good = (200, 200)
    assert answers == [
        (200, 200, *good),
        (200, 200, *good),
        (200, 401, *good),
        (200, 401, *good),
        (401, 401, *good),
        (200, 401, *good),
    ]


def test_servers_with_one_key_refuse_tokens_of_a_clock_that_is_ahead_or_behind(clock):
    other = make_app("other")
    clock.set(minutes=30)
    ahead = ask(clock, "/me", ask(other, "/token", method="POST").text)
    assert "expired" in ahead.text
    future = ask(other, "/me", ask(clock, "/token", method="POST").text)
    assert "not yet valid" in future.text
    clock.set(minutes=-30)
    assert "not yet valid" in ask(clock, "/me", ask(other, "/token", method="POST").text).text


def test_all_who_ask_in_a_request_get_the_time_of_the_clock(clock):
    clock.set(days=2)
    token = ask(clock, "/token", method="POST").text
    claims = jwt.decode(token, options={"verify_signature": False})
    assert [hours_off(claims[name]) for name in ("iat", "nbf", "exp", "fresh")] == [48] * 4
    assert hours_off(ask(clock, "/now").text) == 48
    assert hours_off(clock.now.timestamp()) == 48


def test_outside_of_a_request_all_is_as_it_was(clock):
    clock.set(days=2)
    ask(clock, "/now")
    assert hours_off(now()) == 0
    for name in ASKING:
        replaced = vars(import_module(name))["datetime"]
        assert replaced.now(UTC).__class__ is datetime
        assert isinstance(datetime.now(), replaced) and not isinstance(7, replaced)
    hour = datetime.now(UTC) + timedelta(hours=1)
    token = jwt.encode({"exp": hour, "iat": datetime.now(UTC)}, KEY)
    assert jwt.decode(token, KEY, algorithms=["HS256"])["exp"] == int(hour.timestamp())
    app = make_app()
    with app.app_context():
        assert hours_off(jwt.decode(create_access_token("7"), KEY, ["HS256"])["exp"]) == 0


def test_the_test_client_of_the_app_has_the_time_of_this_computer():
    app = make_app()
    clock = Clock(app)
    clock.set(days=2)
    assert hours_off(app.test_client().get("/now").text) == 0
    assert hours_off(ask(clock, "/now").text) == 48


def pieces(count):
    for _ in range(count):
        yield f"{now()} "


def test_a_body_in_pieces_is_made_in_the_time_of_its_clock_and_other_code_is_not():
    closed = []

    class Body:
        def __iter__(self):
            return (piece.encode() for piece in pieces(3))

        def close(self):
            closed.append(hours_off(now()))

    def app(environ, start_response):
        start_response("200 OK", [])
        return Body()

    clocks = [Clock(app), Clock(app)]
    for days, clock in enumerate(clocks, start=1):
        clock.set(days=days)
    bodies = [iter(clock({}, lambda *status: None)) for clock in clocks]
    seen = [(hours_off(next(body)), hours_off(now())) for _ in range(2) for body in bodies]
    assert seen == [(24, 0), (48, 0)] * 2
    for body in bodies:
        body.close()
    assert closed == [24, 48] and hours_off(now()) == 0


def test_flask_streams_in_the_time_of_the_clock():
    app = make_app("streaming")
    app.get("/stream")(lambda: stream_with_context(pieces(3)))
    clock = Clock(app)
    clock.set(hours=30)
    with serve(clock) as server:
        text = requests.get(f"{server.url}/stream", timeout=SECONDS).text
    assert [hours_off(piece) for piece in text.split()] == [30] * 3


def test_requests_at_the_same_time_have_each_the_time_of_their_server():
    meet = threading.Barrier(2, timeout=SECONDS)
    app = Flask("meeting")

    @app.get("/")
    def at():
        meet.wait()
        first = now()
        meet.wait()
        return f"{first} {now()}"

    clocks = [Clock(app), Clock(app)]
    answers = {}
    for days, clock in enumerate(clocks, start=1):
        clock.set(days=days)
    threads = [
        threading.Thread(target=lambda clock=clock: answers.update({clock: ask(clock, "/").text}))
        for clock in clocks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert [list(map(hours_off, answers[clock].split())) for clock in clocks] == [
        [24] * 2,
        [48] * 2,
    ]


def test_an_app_that_raises_leaves_no_time_behind(clock):
    def broken(environ, start_response):
        raise LookupError("a bug")

    clock = Clock(broken)
    clock.set(days=2)
    before = contextvars.copy_context()
    with pytest.raises(LookupError):
        list(clock({}, lambda *status: None))
    assert dict(contextvars.copy_context()) == dict(before) and hours_off(now()) == 0


def test_the_log_says_what_the_clock_was_at():
    app = make_app()
    clock = Clock(app)
    with serve(clock) as server:
        clock.set(minutes=15, seconds=1)
        requests.get(f"{server.url}/now", timeout=SECONDS)
        clock.set(days=-29)
        requests.get(f"{server.url}/now", timeout=SECONDS)
    assert [entry.clock for entry in server.log] == ["0:15:01", "-29 days, 0:00:00"]


@pytest.mark.parametrize(
    "setting, text",
    [
        ({}, "right"),
        ({"minutes": 16}, "0:16:00 ahead"),
        ({"minutes": 15, "seconds": 1}, "0:15:01 ahead"),
        ({"days": 29, "hours": 1.5}, "29 days, 1:30:00 ahead"),
        ({"minutes": -5}, "0:05:00 behind"),
    ],
)
def test_setting_it_twice_is_like_setting_it_once(clock, setting, text):
    clock.set(hours=99)
    for _ in range(2):
        clock.set(**setting)
        assert repr(clock) == f"The clock of this server is {text}."
        assert repr(clock) in clock._repr_html_()


@pytest.mark.parametrize(
    "setting, words",
    [
        ({"minutes": "16"}, "numbers"),
        ({"minutes": None}, "numbers"),
        ({"hours": True}, "numbers"),
        ({"days": timedelta(1)}, "numbers"),
        ({"days": 40000}, "100 years"),
        ({"days": -(10**400)}, "100 years"),
        ({"seconds": 1e300}, "100 years"),
        ({"seconds": float("nan")}, "100 years"),
        ({"seconds": float("-inf")}, "100 years"),
    ],
)
def test_a_time_that_is_none_is_a_sentence_and_changes_nothing(clock, setting, words):
    clock.set(minutes=3)
    with pytest.raises(Problem, match=words):
        clock.set(**setting)
    assert clock.seconds == 180


def test_an_api_survives_the_farthest_times():
    clock = Clock(make_app())
    for days in (36525, -36525):
        clock.set(days=days)
        token = ask(clock, "/token", method="POST").text
        assert ask(clock, "/me", token).status_code == 200


@pytest.mark.parametrize("app", [None, "app", Flask, make_app, serve])
def test_what_is_no_app_has_no_clock(app):
    with pytest.raises(Problem, match="Clock needs"):
        Clock(app)


def test_a_clock_in_a_clock_is_the_one_that_counts():
    inner = Clock(make_app())
    outer = Clock(inner)
    outer.set(days=5)
    inner.set(days=1)
    assert hours_off(ask(outer, "/now").text) == 24


def test_the_request_of_flask_is_there_as_without_a_clock():
    app = Flask("echo")
    app.post("/")(lambda: {"cookie": request.cookies.get("a"), "body": request.get_json()})
    client = werkzeug.test.Client(Clock(app))
    client.set_cookie("a", "1")
    assert client.post("/", json=[1]).json == {"cookie": "1", "body": [1]}
