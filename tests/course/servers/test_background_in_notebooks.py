"""`serve` in a real kernel: cells that run twice, interrupts, restarts, and the end of the kernel."""

import os
import signal
import socket
import sys
import time

import psutil
import pytest
import requests

from tests import SECONDS
from tests.course.kernels import is_open, kernel

SERVE = """
from flask import Flask
from course import serve
app = Flask("cell")
app.get("/")(lambda: {answer!r})
server = serve(app)
"""
THREADS = "import threading; threading.active_count()"


@pytest.fixture
def cells():
    with kernel() as cells:
        cells.own_ports = listening(cells)
        yield cells


def url_of(cells, name="server") -> str:
    return cells.run(f"{name}.url")["result"].strip("'")


def listening(cells) -> set[int]:
    process = psutil.Process(cells.manager.provisioner.pid)
    return {c.laddr.port for c in process.net_connections("tcp") if c.status == "LISTEN"}


def ports_of(cells) -> set[int]:
    """The ports of web servers in the kernel: those that were not there when it started."""
    return listening(cells) - cells.own_ports


@pytest.mark.parametrize("cell_id", ["a-cell", None], ids=["with cell ids", "without cell ids"])
def test_a_cell_that_runs_50_times_has_one_server_and_one_address(cells, cell_id):
    # Without ids, only the same text is the same cell: so the app counts by itself.
    source = "count = globals().get('count', 0) + 1\n" + SERVE.replace("{answer!r}", "str(count)")
    before = None
    for number in range(1, 51):
        assert cells.run(source, cell_id)["error"] == ""
        if before is None:
            before, ports, threads = url_of(cells), ports_of(cells), cells.run(THREADS)["result"]
        assert requests.get(before, timeout=SECONDS).text == str(number)
    assert url_of(cells) == before
    assert ports_of(cells) == ports and len(ports) == 1
    deadline = time.monotonic() + SECONDS  # the threads of answers and of panels end by themselves
    while int(cells.run(THREADS)["result"]) > int(threads) + 1:
        assert time.monotonic() < deadline


def test_an_edited_cell_replaces_its_server(cells):
    cells.run(SERVE.format(answer="old"), "a-cell")
    before = url_of(cells)
    cells.run(SERVE.format(answer="new"), "a-cell")
    assert requests.get(before, timeout=SECONDS).text == "new"


def test_two_servers_of_one_cell_keep_their_two_addresses(cells):
    source = (
        "from flask import Flask; from course import serve\n"
        "servers = [serve(Flask(name)) for name in ('one', 'two')]\n"
    )
    cells.run(source, "a-cell")
    before = cells.run("[server.url for server in servers]")["result"]
    cells.run(source, "a-cell")
    assert cells.run("[server.url for server in servers]")["result"] == before
    assert len(ports_of(cells)) == 2


def test_another_cell_starts_another_server(cells):
    cells.run(SERVE.format(answer="one"), "first-cell")
    one = url_of(cells)
    cells.run(SERVE.format(answer="two"), "second-cell")
    two = url_of(cells)
    assert requests.get(one, timeout=SECONDS).text == "one"
    assert requests.get(two, timeout=SECONDS).text == "two"


def test_a_stopped_server_comes_back_at_its_old_address(cells):
    cells.run(SERVE.format(answer="first"), "a-cell")
    before = url_of(cells)
    cells.run("server.stop()")
    assert not is_open(before)
    cells.run(SERVE.format(answer="second"), "a-cell")
    assert requests.get(before, timeout=SECONDS).text == "second"


def test_a_cell_starts_although_another_program_took_its_port(cells):
    cells.run(SERVE.format(answer="first"), "a-cell")
    before = url_of(cells)
    cells.run("server.stop()")
    with socket.create_server(("127.0.0.1", int(before.rsplit(":", 1)[1]))):
        assert cells.run(SERVE.format(answer="second"), "a-cell")["error"] == ""
        assert requests.get(url_of(cells), timeout=SECONDS).text == "second"
        assert url_of(cells) != before


def test_an_app_that_raises_leaves_the_notebook_alone(cells):
    cells.run(SERVE.format(answer="x") + "app = None", "a-cell")
    source = (
        "import requests; from flask import Flask; from course import serve\n"
        "app = Flask('faulty')\n"
        "app.get('/')(lambda: {}['missing'])\n"
        "faulty = serve(app)\n"
        "requests.get(faulty.url).status_code"
    )
    texts = cells.run(source)
    assert texts["result"] == "500"
    assert texts["stderr"] == "" and texts["error"] == ""
    assert "KeyError" in cells.run("faulty.log")["result"]


def test_a_mistake_shows_a_sentence_and_no_traceback(cells):
    texts = cells.run("from course import serve\nserve('app')")
    assert "serve needs an app" in texts["error"]
    assert "Traceback" not in texts["error"] and len(texts["error"].splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are signals here")
def test_an_interrupted_cell_leaves_the_server_answering(cells, tmp_path):
    cells.run(SERVE.format(answer="still here"), "a-cell")
    url = url_of(cells)
    cells.manager.interrupt_kernel()
    assert requests.get(url, timeout=SECONDS).text == "still here"

    arrived = tmp_path / "arrived"
    waiting = (
        "import requests, threading; from pathlib import Path; from flask import Flask; from course import serve\n"
        "slow = Flask('slow')\n"
        f"slow.get('/')(lambda: (Path({str(arrived)!r}).touch(), threading.Event().wait(600), 'late')[2])\n"
        "slow_server = serve(slow)\n"
        "requests.get(slow_server.url)"
    )
    message_id = cells.start(waiting, "slow-cell")
    deadline = time.monotonic() + SECONDS
    while not arrived.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    cells.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in cells.finish(message_id)["error"]
    assert requests.get(url, timeout=SECONDS).text == "still here"
    assert cells.run(SERVE.format(answer="again"), "slow-cell")["error"] == ""
    assert requests.get(url_of(cells), timeout=SECONDS).text == "again"


def test_a_restart_frees_the_port_and_leaves_no_process(cells):
    cells.run(SERVE.format(answer="x"))
    url, process = url_of(cells), psutil.Process(cells.manager.provisioner.pid)
    children = process.children(recursive=True)
    cells.manager.restart_kernel(now=False)
    cells.client.wait_for_ready(timeout=SECONDS)
    assert not is_open(url)
    assert psutil.wait_procs([process, *children], timeout=SECONDS)[1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_kill_9_frees_the_port_and_leaves_no_process(cells):
    cells.run(SERVE.format(answer="x"))
    url, process = url_of(cells), psutil.Process(cells.manager.provisioner.pid)
    children = process.children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(SECONDS)
    assert not is_open(url)
    assert psutil.wait_procs(children, timeout=SECONDS)[1] == []
