"""The API on two databases: SQLite, and a real PostgreSQL server where one is at hand."""

import functools
import os
import sys
import uuid

import pytest
import sqlalchemy

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
        login = Login(id=SID, user_id=1, refresh_jti="x", expires_at=now() + 3600)
        db.session.add(login)
        db.session.commit()


@pytest.fixture(autouse=True)
def demo_passwords_are_hashed_once(monkeypatch):
    """Every test makes the demo users, and hashing their passwords is slow on purpose."""
    monkeypatch.setattr(demo, "generate_password_hash", hash_once)


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
