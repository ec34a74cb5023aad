"""`launch(command)`: a server as a process of its own, as it runs in production.

Between the notebook and the server stands a guard, in `guard.py`: whatever ends the kernel, it stops the server.
"""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from course.page.cell import start_in_cell
from course.problem import Problem
from course.servers.background import HOST, announce, bind, reach_loopback_directly
from course.servers.log import LoggedRequest, Recent, RequestLog, Watched

SECONDS_TO_ANSWER = 30
# Without the settings and packages of the user, it cannot fail because of them, and starts at once.
GUARD = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))]
COLOUR = re.compile(r"\x1b\[[\d;]*m")
REQUEST = re.compile(r'"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d{3})')


def launch(command: str, **environment: str) -> "BackgroundProcess":
    """Run a server in a process of its own, and return when it answers.

    Running the same notebook cell again stops the server of its last run, and the new one keeps its port.

    Args:
        command: what you would type in a terminal, with {port} in the place of the port number,
            for example "python -m server --port {port}". `python` is the Python of the notebook.
        **environment: settings for the server, which go before the environment of the notebook.

    Returns:
        BackgroundProcess: with `.url`, `.log`, `.output` and `.stop()`. It is also a context manager.

    Raises:
        Problem: the command cannot be read, or the program cannot be started, ends at once, or does not answer.

    Example:
        >>> server = launch("python -m http.server --bind 127.0.0.1 {port}")
        The server is running in the background.
        >>> requests.get(server.url).status_code
        200
    """
    if "{port}" not in command:
        raise Problem(
            "launch chooses a free port, so write {port} where the command needs the number: "
            'launch("python -m server --port {port}").'
        )
    for name, value in environment.items():
        if not isinstance(value, str):
            raise Problem(f'The settings of a server are texts: write {name}="{value}".')
    process = start_in_cell(lambda port: BackgroundProcess(command, environment, port))
    announce(process)
    return process


class BackgroundProcess(Watched):
    """A server that answers on a free port of 127.0.0.1, in a process of its own.

    Attributes:
        url (str): where it answers, for example "http://127.0.0.1:49152", without a slash at the end.
        log (RequestLog): the requests that its output tells of.
        output (Recent[str]): the last 1,000 lines that it printed.
        watchers (list): called when the log grows or the server stops.
    """

    def __init__(self, command: str, environment: dict[str, str], port: int = 0):
        super().__init__()
        reach_loopback_directly()
        self.log = RequestLog()
        self.output: Recent[str] = Recent()
        with bind(port) as listener:
            self.port = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._guard = subprocess.Popen(
            [*GUARD, *_words(command, self.port)],
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # An interrupt of the kernel is meant for the cell, not for its servers.
            start_new_session=True,
        )
        assert self._guard.stdin and self._guard.stdout
        self._to_guard, self._from_guard = self._guard.stdin, self._guard.stdout
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._wait_for_answer()
        except BaseException:  # an interrupt of the cell, too, leaves no server behind
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the process and wait for its end. Stopping twice is fine."""
        # Closing the pipe alone goes unheard while a fork of this process has it open too.
        with suppress(OSError, ValueError), self._to_guard:
            self._to_guard.write("stop")
        self._guard.wait()
        self._reader.join(timeout=5)
        self.tell_watchers()

    @property
    def running(self) -> bool:
        return self._guard.poll() is None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def __repr__(self):
        return f"<BackgroundProcess: {'running' if self.running else 'stopped'}>"

    def _read(self):
        for line in self._from_guard:
            self.output.append(COLOUR.sub("", line.rstrip()))
            if request := _request_in(self.output[-1]):
                self.log.append(request)
                self.tell_watchers()

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            if self._guard.poll() is not None:
                self._reader.join(timeout=5)
                last_words = "\n".join(list(self.output)[-3:]) or "It printed nothing."
                raise Problem(f"The server ended before it answered. {last_words}")
            with suppress(OSError):
                socket.create_connection((HOST, self.port), timeout=1).close()
                return
            time.sleep(0.02)
        raise Problem(f"The server did not listen on its port within {SECONDS_TO_ANSWER} seconds.")


def _request_in(line: str) -> LoggedRequest | None:
    """The request that a line of a log tells of: in the usual form, or as JSON with these three names."""
    if found := REQUEST.search(line):
        return LoggedRequest(found["method"], found["path"], int(found["status"]))
    with suppress(ValueError, TypeError, KeyError):
        told = json.loads(line)
        return LoggedRequest(told["method"], told["path"], int(told["status"]))
    return None


def _words(command: str, port: int) -> list[str]:
    try:
        program, *rest = shlex.split(command.replace("{port}", str(port)))
    except ValueError as error:
        raise Problem(f"launch cannot read the command {command!r}: {error}.") from None
    return [sys.executable if program in ("python", "python3") else program, *rest]
