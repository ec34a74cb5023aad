"""What a client and the log see of the database, when it is slow, busy or broken."""

import io
import threading

import pytest
import sqlalchemy

from server import create_app
from server.demo import seed
from server.models import db
from tests import SECONDS
from tests.server.conftest import KEY, add_login
from tests.server.test_answers import ask, signed


@pytest.fixture
def one_connection(database_url):
    """An app with one connection to its database, which nobody waits for."""
    options = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.01}
    app = create_app(
        JWT_SECRET_KEY=KEY, DATABASE_URL=database_url, SQLALCHEMY_ENGINE_OPTIONS=options
    )
    seed(app)
    add_login(app)
    yield app
    with app.app_context():
        db.engine.dispose()


class SlowBody(io.BytesIO):
    """A body that comes only when it is told to."""

    def __init__(self, body: bytes):
        super().__init__(body)
        self.is_read, self.may_come = threading.Event(), threading.Event()

    def readinto(self, buffer):
        self.is_read.set()
        self.may_come.wait(SECONDS)
        return super().readinto(buffer)


@pytest.mark.parametrize("path, status", [("/tasks", 201), ("/token", 200), ("/users", 409)])
def test_a_slow_body_holds_no_connection(one_connection, path, status):
    text = b'{"title": "x", "username": "ana", "password": "open sesame"}'
    body, answers = SlowBody(text), []

    def send_slowly():
        headers = {"Authorization": f"Bearer {signed()}", "Content-Type": "application/json"}
        environ = {"wsgi.input": body, "CONTENT_LENGTH": str(len(text))}
        request = {"headers": headers, "environ_overrides": environ}
        answers.append(one_connection.test_client().post(path, **request).status_code)

    slow = threading.Thread(target=send_slowly, daemon=True)
    slow.start()
    assert body.is_read.wait(SECONDS)
    quick = ask(one_connection.test_client(), f"Bearer {signed()}")
    body.may_come.set()
    slow.join(SECONDS)
    assert (quick.status_code, answers) == (200, [status])


def test_without_a_free_connection_the_answer_is_to_try_again(one_connection):
    with one_connection.app_context():
        engine = db.engine
    with engine.connect():
        answer = ask(one_connection.test_client(), f"Bearer {signed()}")
    assert (answer.status_code, set(answer.json)) == (503, {"msg"})
    assert int(answer.headers["Retry-After"]) > 0
    assert ask(one_connection.test_client(), f"Bearer {signed()}").status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_breaks_in_the_middle_is_no_fault_of_the_api(one_connection, caplog):
    @one_connection.get("/break")
    def break_it():
        db.session.execute(db.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    answer = one_connection.test_client().get("/break")
    assert (answer.status_code, set(answer.json)) == (503, {"msg"})
    assert "terminat" in caplog.text
    assert ask(one_connection.test_client(), f"Bearer {signed()}").status_code == 200


def test_a_write_that_fails_is_logged_without_the_password_hash(app, client, caplog):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sqlalchemy.text('ALTER TABLE "user" RENAME TO gone'))
    answer = client.post("/users", json={"username": "cleo", "password": "open sesame"})
    assert answer.status_code >= 500
    assert "INSERT INTO" in caplog.text
    assert "scrypt" not in caplog.text
