"""Several processes at once, and a database that goes away: the API as it runs in production."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests
import sqlalchemy

from server import create_app
from server.models import Task, User, db
from tests import SECONDS
from tests.reading import ROOT
from tests.server.conftest import KEY, add_login
from tests.server.test_answers import signed

needs_fork = pytest.mark.skipif(os.name == "nt", reason="gunicorn forks, and Windows cannot.")


class Gunicorn:
    """Four processes, forked from one that made the app before."""

    def __init__(self, database_url: str):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            options = ["--preload", "-w", "4", "-b", f"fd://{listener.fileno()}"]
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *options, "server:create_app()"],
                cwd=ROOT,
                env=os.environ | {"JWT_SECRET_KEY": KEY, "DATABASE_URL": database_url},
                stderr=subprocess.DEVNULL,
                pass_fds=[listener.fileno()],
            )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.terminate()
        assert self.process.wait(SECONDS) == 0

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def tasks_of(self, user: int) -> tuple[int, list]:
        headers = {"Authorization": f"Bearer {signed(sub=str(user))}"}
        answer = requests.get(f"{self.url}/tasks", headers=headers, timeout=SECONDS)
        return answer.status_code, [task["title"] for task in answer.json()]


@pytest.fixture
def engine(database_url):
    """The database of twenty users, each with one task."""
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=database_url)
    with app.app_context():
        for number in range(1, 21):
            tasks = [Task(title=f"only for {number}")]
            db.session.add(User(id=number, username=f"user {number}", tasks=tasks))
        db.session.commit()
        add_login(app)
        yield db.engine
        db.engine.dispose()


def wrong_answers(gunicorn: Gunicorn, times: int) -> list:
    """What is no answer for the user who asked, of requests from eight threads."""
    users = list(range(1, 21)) * times
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(gunicorn.tasks_of, users))
    expected = [(200, [f"only for {user}"]) for user in users]
    return [(got, right) for got, right in zip(answers, expected, strict=True) if got != right]


@needs_fork
def test_forked_processes_give_users_their_own_data(engine, database_url):
    with Gunicorn(database_url) as gunicorn:
        assert wrong_answers(gunicorn, times=20) == []


@needs_fork
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_after_a_restart_of_the_database_nobody_sees_an_error(engine, database_url):
    with Gunicorn(database_url) as gunicorn:
        assert wrong_answers(gunicorn, times=10) == []
        with engine.connect() as connection:
            mine = sqlalchemy.text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND application_name = current_setting('application_name')"
            )
            assert connection.scalar(mine) > 0
        assert wrong_answers(gunicorn, times=10) == []


@needs_fork
def test_a_temporary_database_is_that_of_all_processes_and_outlives_each():
    def sign_up(number=0):
        body = {"username": "cleo", "password": "open sesame"}
        return requests.post(f"{gunicorn.url}/users", json=body, timeout=SECONDS).status_code

    with Gunicorn("sqlite://") as gunicorn, ThreadPoolExecutor(4) as threads:
        assert sign_up() == 201
        assert set(threads.map(sign_up, range(12))) == {409}
        for worker in gunicorn.workers():
            worker.terminate()
            worker.wait(SECONDS)
        assert set(threads.map(sign_up, range(12))) == {409}


STARTER = """
import sys
from server import SettingsError, create_app

for url in sys.stdin:
    try:
        create_app(DATABASE_URL=url.strip())
        print("started", flush=True)
    except SettingsError as error:
        print(repr(str(error)), flush=True)
"""


def test_the_first_start_of_several_processes_at_once_makes_the_tables_once(database_url):
    engine = sqlalchemy.create_engine(database_url)
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER],
            cwd=ROOT,
            env=os.environ | {"JWT_SECRET_KEY": KEY},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for _ in range(6):
        for starter in starters:
            starter.stdin.write(database_url + "\n")
            starter.stdin.flush()
        assert [starter.stdout.readline() for starter in starters] == ["started\n"] * 4
        assert set(sqlalchemy.inspect(engine).get_table_names()) >= {"user", "task"}
        db.metadata.drop_all(engine)
    for starter in starters:
        starter.communicate(timeout=SECONDS)
    engine.dispose()
