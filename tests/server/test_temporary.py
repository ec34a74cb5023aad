"""`sqlite://`: a database for many threads, and for as long as its app."""

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url

from server import create_app
from server.demo import seed
from server.models import Task, db
from server.temporary import is_in_memory
from tests.reading import ROOT
from tests.server.conftest import KEY

# Two apps, made as the lessons make them: with tables of one's own, and the finished API.
# It runs as a process of its own, so that a crash of Python is a failed test, and not the end of all tests.
EIGHT_WRITERS = f"""
from concurrent.futures import ThreadPoolExecutor
from flask_sqlalchemy import SQLAlchemy
from server import create_app, models
from server.database import connect

SETTINGS = {{"JWT_SECRET_KEY": "{KEY}", "DATABASE_URL": "sqlite://"}}

def statuses_and_rows(app, db, table, **request):
    def write(number):
        return [app.test_client().post("/tasks", **request).status_code for _ in range(25)]

    with ThreadPoolExecutor(8) as threads:
        statuses = set(sum(threads.map(write, range(8)), []))
    with app.app_context():
        return statuses, db.session.query(table).count()

own = create_app("setup", **SETTINGS)
db = SQLAlchemy()

class Row(db.Model):
    id = db.Column(db.Integer, primary_key=True)

connect(own, db)

@own.post("/tasks")
def add():
    db.session.add(Row())
    db.session.commit()
    return {{}}, 201

print(statuses_and_rows(own, db, Row))

finished = create_app(**SETTINGS)
ana = {{"username": "ana", "password": "open sesame"}}
client = finished.test_client()
client.post("/users", json=ana)
headers = {{"Authorization": "Bearer " + client.post("/token", json=ana).json["token"]}}
print(statuses_and_rows(finished, models.db, models.Task, json={{"title": "x"}}, headers=headers))
"""


def run(program: str, **environment: str) -> str:
    """What a Python program prints, if it does not crash."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_eight_threads_write_at_once_and_nothing_is_lost():
    assert run(EIGHT_WRITERS).splitlines() == ["({201}, 200)"] * 2


@pytest.mark.parametrize(
    "url, expected",
    [
        ("sqlite://", True),
        ("sqlite:///", True),
        ("sqlite:///:memory:", True),
        ("sqlite+pysqlite://", True),
        ("sqlite:///file::memory:?uri=true", True),
        ("sqlite:///file:name?mode=memory&cache=shared&uri=true", True),
        ("sqlite:///server.db", False),
        ("sqlite:////tmp/memory.db", False),
        ("postgresql+psycopg://127.0.0.1", False),
    ],
)
def test_every_spelling_of_a_database_in_memory_is_known(url, expected):
    assert is_in_memory(make_url(url)) == expected


@pytest.fixture
def app():
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    seed(app)
    return app


def file_of(app) -> str:
    with app.app_context():
        return db.engine.url.database


def test_each_app_has_a_database_of_its_own(app):
    other = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    with other.app_context():
        assert db.session.query(Task).count() == 0


def test_the_file_goes_with_its_app():
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    file = file_of(app)
    assert os.path.exists(file)
    del app
    gc.collect()
    assert not os.path.exists(os.path.dirname(file))


def test_the_file_goes_at_the_end_of_the_process():
    file = run(
        "from server import create_app\n"
        "from server.models import db\n"
        "app = create_app()\n"
        "app.app_context().push()\n"
        "print(db.engine.url.database, end='')",
        JWT_SECRET_KEY=KEY,
        DATABASE_URL="sqlite://",
    )
    assert os.path.isabs(file)
    assert not os.path.exists(os.path.dirname(file))


def test_who_reads_in_the_notebook_does_not_stop_the_server(app):
    """The session of the notebook is open, in the middle of a result, while another thread answers a request."""
    with app.app_context():
        rows = db.session.execute(db.text("SELECT id FROM task"))
        assert rows.fetchone()
        body = {"username": "cleo", "password": "open sesame"}
        with ThreadPoolExecutor(1) as server:
            answer = server.submit(app.test_client().post, "/users", json=body).result()
    assert answer.status_code == 201
