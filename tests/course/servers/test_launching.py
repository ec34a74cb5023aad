"""`launch`: a server in a process of its own, which ends with the notebook."""

import contextlib
import os
import re
import signal
import socket
import sys
import threading
import time

import psutil
import pytest
import requests

from course import launch
from course.problem import Problem
from course.servers import launching
from tests import SECONDS
from tests.course.kernels import is_open, kernel

SERVER = "python -m server --port {port}"
SETTINGS = {
    "JWT_SECRET_KEY": "a fixed key for tests, never for production",
    "DATABASE_URL": "sqlite://",
}
CELL = f"from course import launch; server = launch({SERVER!r}, **{SETTINGS!r})"
SILENT = "python -c 'import time; time.sleep(600)' {port}"
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no sh.")


def children(pid: int | None = None) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def wait_for_the_end(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=SECONDS)
    assert alive == []


def test_it_answers_notes_requests_and_stops():
    before = children()
    server = launch(SERVER, **SETTINGS)
    processes = [process for process in children() if process not in before]
    assert requests.get(f"{server.url}/health", timeout=SECONDS).ok
    assert requests.get(f"{server.url}/tasks?page=2", timeout=SECONDS).status_code == 401
    assert "running" in repr(server)
    server.stop()
    server.stop()
    assert "stopped" in repr(server)
    assert [(r.method, r.path, r.status) for r in server.log] == [
        ("GET", "/health", 200),
        ("GET", "/tasks", 401),  # without its query, which may hold a secret
    ]
    assert "listens" in server.output[0]
    assert not is_open(server.url)
    assert len(processes) >= 2
    wait_for_the_end(processes)


def test_settings_reach_the_server_and_two_run_at_once():
    with launch(SERVER, **SETTINGS) as plain, launch(f"{SERVER} --seed", **SETTINGS) as seeded:
        body = {"username": "ana", "password": "open sesame"}
        answers = [requests.post(f"{s.url}/token", json=body).status_code for s in (plain, seeded)]
    assert answers == [401, 200]
    assert not is_open(plain.url) and not is_open(seeded.url)


@pytest.mark.parametrize(
    "command, settings, words",
    [
        ("python -m server", SETTINGS, "{port}"),
        (SERVER, SETTINGS | {"JWT_SECRET_KEY": ""}, "token_urlsafe"),
        ("no-such-program {port}", {}, "no-such-program cannot be started"),
        ("python -c pass {port}", {}, "printed nothing"),
        ("python -c 'pass {port}", {}, "quotation"),
        (SERVER, SETTINGS | {"PORT": 5000}, 'PORT="5000"'),
    ],
)
def test_what_cannot_start_is_told_in_a_sentence(command, settings, words):
    with nothing_left(), pytest.raises(Problem, match=re.escape(words)):
        launch(command, **settings)


@contextlib.contextmanager
def nothing_left():
    """What starts inside has ended in the end."""
    before = children()
    yield
    wait_for_the_end([process for process in children() if process not in before])


class ImpatientClock:
    """The module time, for somebody who does not wait."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self, exception):
        self.exception = exception

    def sleep(self, seconds):
        raise self.exception


@pytest.mark.parametrize("exception", [KeyboardInterrupt, ValueError])
def test_a_launch_that_is_interrupted_while_it_waits_leaves_no_process(monkeypatch, exception):
    monkeypatch.setattr(launching, "time", ImpatientClock(exception))
    with nothing_left(), pytest.raises(exception):
        launch(SILENT)


def test_a_server_that_never_listens_is_stopped(monkeypatch):
    monkeypatch.setattr(launching, "SECONDS_TO_ANSWER", 0.2)
    with nothing_left(), pytest.raises(Problem, match="listen"):
        launch(SILENT)


@POSIX
def test_a_server_below_a_shell_ends_with_it():
    server = launch(
        f"""sh -c '"{sys.executable}" -m http.server --bind 127.0.0.1 {{port}}; true'"""
    )
    assert requests.get(server.url, timeout=SECONDS).ok
    server.stop()
    assert not is_open(server.url)


@POSIX
def test_it_stops_although_a_fork_of_the_notebook_has_its_pipe_open():
    server = launch("python -m http.server --bind 127.0.0.1 {port}")
    same_pipe = os.dup(server._to_guard.fileno())
    stopping = threading.Thread(target=server.stop, daemon=True)
    stopping.start()
    stopping.join(SECONDS)
    os.close(same_pipe)
    assert not stopping.is_alive() and not server.running


@pytest.fixture
def cells():
    with kernel() as cells:
        yield cells


def kernel_pid(cells) -> int:
    return cells.manager.provisioner.pid


def test_a_cell_that_runs_again_has_one_server_at_one_address(cells):
    cells.run(CELL, "a-cell")
    before, first = cells.run("server.url")["result"], children(kernel_pid(cells))
    cells.run(CELL, "a-cell")
    assert cells.run("server.url")["result"] == before
    wait_for_the_end(first)
    assert len(children(kernel_pid(cells))) == len(first)


def test_a_cell_starts_although_another_program_took_its_port(cells):
    cells.run(CELL, "a-cell")
    before = cells.run("server.url")["result"].strip("'")
    cells.run("server.stop()")
    with socket.create_server(("127.0.0.1", int(before.rsplit(":", 1)[1]))):
        assert cells.run(CELL, "a-cell")["error"] == ""
        assert cells.run("server.url")["result"].strip("'") != before


def test_an_interrupt_is_for_the_cell_and_not_for_the_server(cells):
    cells.run(CELL, "a-cell")
    url = cells.run("server.url")["result"].strip("'")
    # Not the cell itself says it: an interrupt while it writes would be lost now and then.
    says_so = "threading.Timer(0.1, print, ['asleep'], {'flush': True}).start()"
    sleeping = cells.start(f"import threading, time; {says_so}; time.sleep(600)")
    cells.wait_for_output("asleep")
    cells.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in cells.finish(sleeping)["error"]
    assert requests.get(f"{url}/health", timeout=SECONDS).ok


@pytest.mark.parametrize("end", ["kill -9", "restart", "shutdown"])
def test_nothing_outlives_the_kernel(cells, end):
    cells.run(CELL, "a-cell")
    url = cells.run("server.url")["result"].strip("'")
    processes = children(kernel_pid(cells))
    assert len(processes) >= 2 and is_open(url)
    if end == "kill -9":
        os.kill(kernel_pid(cells), signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    elif end == "restart":
        cells.manager.restart_kernel()
    else:
        cells.manager.shutdown_kernel()
    wait_for_the_end(processes)
    assert not is_open(url)
