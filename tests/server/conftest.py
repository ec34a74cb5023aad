"""The API on two databases: SQLite, and a real PostgreSQL server where one is at hand."""

import functools
import os
import sys
import uuid
from datetime import datetime, timedelta

import flask_jwt_extended.tokens
import jwt.api_jwt
import pytest
import sqlalchemy
from flask_jwt_extended import view_decorators

import server.clock
from server import create_app, demo
from server.clock import now
from server.models import Login, db

KEY = "a fixed key for tests, never for production"
SID = "the log-in of tokens made by hand"
POSTGRESQL = os.environ.get("TEST_DATABASE_URL")

hash_once = functools.cache(demo.generate_password_hash)


def add_login(app):
    """Let tokens in that a test makes by hand: they name this log-in, and the refresh token of it is called x."""
    with app.app_context():
        unused = {"refresh_jti": "x", "used_jti": None, "used_at": None}
        db.session.merge(Login(id=SID, user_id=1, expires_at=now() + 3600, **unused))
        db.session.commit()


NOW = 1_800_000_000


class Clock:
    """The time of the server: it stands still until it is moved."""

    def __init__(self):
        self.time = NOW

    def move(self, **duration):
        self.time += timedelta(**duration).total_seconds()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()

    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(clock.time, tz)

    for module in (jwt.api_jwt, flask_jwt_extended.tokens, view_decorators, server.clock):
        monkeypatch.setattr(module, "datetime", Stopped)
    return clock


@pytest.fixture(autouse=True)
def demo_passwords_are_hashed_once(monkeypatch):
    """Every test makes the demo users, and hashing their passwords is slow on purpose."""
    monkeypatch.setattr(demo, "generate_password_hash", hash_once)


@pytest.fixture
def quick_log_ins(monkeypatch, demo_passwords_are_hashed_once):
    """For tests that log in many times: the passwords of the demo users are checked in no time."""
    quick = functools.partial(hash_once, method="pbkdf2:sha256:1")
    monkeypatch.setattr(demo, "generate_password_hash", quick)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    if not POSTGRESQL:
        reason = "TEST_DATABASE_URL names no PostgreSQL server. .ci/run starts one."
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail(reason)
        pytest.skip(reason)
    schema = f"test_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE SCHEMA {schema}"))
    yield f"{POSTGRESQL}?options=-csearch_path%3D{schema}&application_name={schema}"
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def app(database_url):
    """The finished API with the demo users."""
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=database_url)
    demo.seed(app)
    add_login(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def token(client):
    """A token of Ana."""
    return client.post("/token", json={"username": "ana", "password": "open sesame"}).json["token"]


def headers_of(answer) -> list:
    """The headers of an answer, but the one that differs each time."""
    return [(name, value) for name, value in answer.headers if name != "X-Request-ID"]
