"""`python -m server` as a person runs it: a process, its output, Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys

import psutil
import pytest
import requests

from tests import SECONDS
from tests.reading import ROOT
from tests.server.conftest import KEY


def start(*options, **environment):
    environment = {
        name: value
        for name, value in {**os.environ, "JWT_SECRET_KEY": KEY, **environment}.items()
        if value is not None
    }
    return subprocess.Popen(
        [sys.executable, "-m", "server", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output_of(process) -> str:
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert "Traceback" not in stderr, stderr
    return stdout + stderr


def url_of(process) -> str:
    return re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process alone.")
def test_it_says_where_it_listens_and_stops_at_ctrl_c(database_url):
    process = start("--port", "0", DATABASE_URL=database_url)
    url = url_of(process)
    assert requests.get(f"{url}/health", timeout=SECONDS).json() == {"status": "ok"}
    connections = psutil.Process(process.pid).net_connections("tcp")
    assert {c.laddr.ip for c in connections if c.status == "LISTEN"} == {"127.0.0.1"}
    process.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" not in output_of(process)
    assert process.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=SECONDS)


def test_seed_makes_the_demo_users_once(database_url):
    body = {"username": "ana", "password": "open sesame"}
    tasks = []
    for options in (["--seed"], ["--seed"], []):
        process = start("--port", "0", *options, DATABASE_URL=database_url)
        url = url_of(process)
        token = requests.post(f"{url}/token", json=body, timeout=SECONDS).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        tasks.append(requests.get(f"{url}/tasks", headers=headers, timeout=SECONDS).json())
        process.terminate()
        output_of(process)
    assert len(tasks[0]) == 2
    assert tasks[0] == tasks[1] == tasks[2]


def test_admin_gives_the_role_to_a_user_who_exists(database_url):
    body = {"username": "bruno", "password": "correct horse"}
    statuses = []
    for options in (["--seed"], ["--admin", "bruno"], ["--admin", "bruno"], []):
        process = start("--port", "0", *options, DATABASE_URL=database_url)
        url = url_of(process)
        token = requests.post(f"{url}/token", json=body, timeout=SECONDS).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        statuses.append(requests.get(f"{url}/users", headers=headers, timeout=SECONDS).status_code)
        process.terminate()
        output_of(process)
    assert statuses == [403, 200, 200, 200]


@pytest.mark.parametrize("name", ["cleo", "Ana", "", "a' OR 'a'='a", b"\xff"])
def test_nobody_is_an_admin_before_they_sign_up(name):
    if os.name == "nt" and isinstance(name, bytes):
        name = "\ud800"
    process = start("--port", "0", "--seed", "--admin", name, DATABASE_URL="sqlite://")
    output = output_of(process)
    assert "--admin" in output and "Sign up first" in output
    assert process.returncode == 1


def test_a_stage_has_what_it_adds_and_no_more():
    process = start("--port", "0", "--seed", "--stage", "private", DATABASE_URL="sqlite://")
    line = process.stdout.readline()
    assert "/app" not in line
    url = re.search(r"http://127\.0\.0\.1:\d+", line)[0]
    token = requests.post(
        f"{url}/token", json={"username": "ana", "password": "open sesame"}, timeout=SECONDS
    ).json()
    assert set(token) == {"token", "user_id"}
    assert requests.get(f"{url}/app/", timeout=SECONDS).status_code == 404
    process.terminate()
    output_of(process)


@pytest.mark.parametrize("stage", ["logn", "setup", ""])
def test_a_stage_that_cannot_be_run_is_a_sentence_with_all_names(stage):
    process = start("--stage", stage)
    assert "login" in output_of(process)
    assert process.returncode == 2


@pytest.mark.parametrize(
    "environment, word",
    [
        ({"JWT_SECRET_KEY": None}, "token_urlsafe"),
        ({"JWT_SECRET_KEY": "super-secret"}, "12 bytes"),
        ({"DATABASE_URL": "no address"}, "DATABASE_URL"),
    ],
)
def test_a_bad_setting_is_a_sentence_and_no_server(environment, word):
    process = start("--port", "0", **environment)
    assert word in output_of(process)
    assert process.returncode == 1


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_cannot_be_is_a_sentence(port):
    process = start("--port", port, DATABASE_URL="sqlite://")
    assert port in output_of(process)
    assert process.returncode == 2


def test_a_taken_port_is_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = start("--port", port, DATABASE_URL=f"sqlite:///{tmp_path / 'test.db'}")
        assert f"Port {port} is in use" in output_of(process)
    assert process.returncode != 0
