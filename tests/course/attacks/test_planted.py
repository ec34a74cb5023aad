"""Each attack finds the flaws that it is for, and nothing in the finished server."""

from functools import partial

import pytest
from werkzeug.security import generate_password_hash

import server.login
from course.attacks.attempts import ATTEMPTS, BROKE_IN, CANNOT_TELL, NOT_THERE, REPELLED
from course.attacks.board import attack
from course.attacks.target import Stopwatch, Target
from course.servers.background import BackgroundServer
from server import create_app
from server.key_folder import new_key
from tests.course.attacks.planted import FLAWS, KEY

# What /claims tells stays good after a log-out. It is for callers who know that.
PUBLIC = ["GET /health", "GET /ready", "GET /claims", "GET /app/*"]
cheap = partial(generate_password_hash, method="pbkdf2:sha256:1")


@pytest.fixture
def new_app(monkeypatch):
    """Make an app whose password hashes cost nothing."""
    monkeypatch.setattr(server.login, "generate_password_hash", cheap)
    monkeypatch.setattr(server.login, "NOBODY", cheap("nobody has this password"))
    return partial(create_app, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")


def outcome(app, name):
    """How one attack on an app ends."""
    stopwatch = Stopwatch(app)
    with BackgroundServer(stopwatch) as running:
        target = Target(running.url, app=app, stopwatch=stopwatch, public=PUBLIC)
        return next(attempt for attempt in ATTEMPTS if attempt.name == name).on(target)


@pytest.mark.parametrize(
    ("name", "stage", "plant"), [pytest.param(*flaw, id=flaw[2].__name__) for flaw in FLAWS]
)
def test_it_finds_a_planted_flaw(name, stage, plant, new_app):
    app = new_app(stage)
    plant(app)
    found = outcome(app, name)
    assert found.state == BROKE_IN, found
    assert found.exchange.request


def test_nothing_breaks_into_the_finished_server(new_app):
    board = attack(new_app(ALLOWED_ORIGIN="http://localhost:8888"), public=PUBLIC)
    assert board.broke_in == board.names(CANNOT_TELL) == []
    # The server has one audience, and without SIGNING_KEYS no public key.
    assert set(board.names(NOT_THERE)) <= {
        "a token for another service",
        "the public key as a secret",
    }


def test_nothing_breaks_into_the_finished_server_with_its_public_keys(new_app, tmp_path):
    new_key(tmp_path / "keys")
    app = new_app(SIGNING_KEYS=str(tmp_path / "keys"))
    board = attack(app, public=[*PUBLIC, "GET /.well-known/jwks.json"])
    assert board.broke_in == []
    assert "the public key as a secret" in board.names(REPELLED)


def test_every_attack_has_a_planted_flaw():
    found = {name for name, _, _ in FLAWS}
    # A server without a limit has nothing that this one aims at.
    assert {attempt.name for attempt in ATTEMPTS} - found == {"as many tries as you like"}


@pytest.mark.parametrize("stage, state", [("keys", NOT_THERE), ("production", REPELLED)])
def test_a_limit_for_log_ins_is_seen(new_app, stage, state):
    assert outcome(new_app(stage), "as many tries as you like").state == state


def test_a_route_for_everybody_is_no_door_for_a_forged_request(new_app):
    app = new_app("cookies")
    app.add_url_rule("/feedback", view_func=dict, methods=["POST"])
    app.add_url_rule("/logout", view_func=dict, methods=["POST"])
    for name in ("a form of another page", "JSON in plain text", "a wrong CSRF token"):
        assert outcome(app, name).state == REPELLED
