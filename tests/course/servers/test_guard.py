"""The guard of `launch`: whatever happens, no process that it started is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest

from course.servers import guard
from course.servers.launching import GUARD
from tests import SECONDS

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has neither sh nor SIGTERM.")
ENDS_IN_PEACE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *signal: sys.exit("goodbye"))
print("ready", flush=True)
time.sleep(600)
"""
WILL_NOT_END = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def start(command: list[str], **options) -> subprocess.Popen:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )


def wait_for_the_end_of(pid: int) -> None:
    """Nobody may collect it: a process that has ended and waits for that is a zombie."""
    deadline = time.monotonic() + SECONDS
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_it_loads_nothing_but_the_standard_library():
    script = (
        "import runpy, sys; before = set(sys.modules)\n"
        f"runpy.run_path({GUARD[-1]!r})\n"
        "print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "subprocess" in loaded
    assert {name.partition(".")[0] for name in loaded} <= sys.stdlib_module_names


def test_the_status_of_the_command_is_its_own():
    with start([*GUARD, sys.executable, "-c", "print('words'); raise SystemExit(7)"]) as process:
        assert process.wait(SECONDS) == 7
        assert process.stdout.read() == "words\n"


@POSIX
@pytest.mark.parametrize("end", ["a word", "the pipe is closed", "SIGTERM", "by itself"])
def test_every_process_of_the_command_ends(end):
    script = "sleep 600 & echo $!; " + ("" if end == "by itself" else "wait")
    with start([*GUARD, "sh", "-c", script]) as process:
        asleep = int(process.stdout.readline())
        if end == "a word":
            process.stdin.write("stop")
            process.stdin.flush()
        elif end == "the pipe is closed":
            process.stdin.close()
        elif end == "SIGTERM":
            process.terminate()
        wait_for_the_end_of(asleep)
        process.kill()


@POSIX
@pytest.mark.parametrize(
    "script, seconds, status, last_words",
    [(ENDS_IN_PEACE, SECONDS, 1, "goodbye\n"), (WILL_NOT_END, 0.1, -signal.SIGKILL, "")],
    ids=["asked", "killed"],
)
def test_a_server_is_asked_to_end_and_then_killed(monkeypatch, script, seconds, status, last_words):
    monkeypatch.setattr(guard, "SECONDS_TO_STOP", seconds)
    with start([sys.executable, "-c", script]) as process:
        assert process.stdout.readline() == "ready\n"
        threading.Thread(target=process.wait, daemon=True).start()  # as the guard does
        guard.stop(process)
        assert process.wait(SECONDS) == status
        assert process.stdout.read() == last_words
