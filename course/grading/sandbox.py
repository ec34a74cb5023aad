"""A sandbox for the code of one submission: bubblewrap on Linux.

Inside there is Python with the packages of the course, an empty folder to write in, and a network of its own that
leads nowhere. Everything else of this machine is out of sight, and whatever runs inside ends with the sandbox.
"""

import base64
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from course.environment import ROOT
from course.exercises.running import Ended, Ran
from course.problem import Problem

RUNNER = Path(__file__).with_name("cell_runner.py")
MEBIBYTE = 1024 * 1024
SANDBOX_MEMORY = 1024 * MEBIBYTE  # of all processes together
HOME = "/submission"
SANDBOX_DISK = 64 * MEBIBYTE
SANDBOX_PROCESSES = 64
LONGEST_ANSWER = 4 * MEBIBYTE
SECONDS_TO_START = 60
SECONDS_TO_STOP = 3
LIMITS = {
    # Private memory that can be written: unlike the address space, programs do not reserve more than they use.
    "RLIMIT_DATA": SANDBOX_MEMORY,
    "RLIMIT_FSIZE": SANDBOX_DISK,
    "RLIMIT_NPROC": 4 * SANDBOX_PROCESSES,
    "RLIMIT_CORE": 0,
}


@cache
def is_available() -> bool:
    """Whether this machine can make sandboxes."""
    return bool(shutil.which("bwrap")) and (
        subprocess.run(_sandboxed(["true"]), capture_output=True).returncode == 0
    )


class Sandbox:
    """A `Runner` of its own for each submission.

    Args:
        safe: False runs the code without a sandbox, with the rights of the user.
    """

    def __init__(self, safe: bool = True):
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        command = [sys.executable, "-P", str(RUNNER)]
        if safe:
            command = _sandboxed(command)
        self._process = psutil.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=_environment(HOME if safe else self._folder.name),
            start_new_session=True,
        )
        self._reason = ""
        self._received = bytearray()
        self._is_open = True
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=16)
        self._deadline = time.monotonic() + SECONDS_TO_START
        self._reader = threading.Thread(target=self._read, daemon=True)
        for thread in (self._reader, threading.Thread(target=self._watch, daemon=True)):
            thread.start()
        self._send(json.dumps(LIMITS if safe else {}).encode() + b"\n")
        self.run("", "given", SECONDS_TO_START)  # so no cell pays for the start

    def run(self, source: str, kind: str, seconds: float) -> Ran:
        secret = os.urandom(16).hex().encode()
        self._deadline = time.monotonic() + seconds + 3 * SECONDS_TO_STOP
        content = source.encode(errors="replace")
        self._send(b"%s %s %d\n%s" % (secret, kind.encode(), len(content), content))
        try:
            return self._answer(secret, seconds)
        except TimeoutError:
            self._interrupt()
        try:
            return self._answer(secret, SECONDS_TO_STOP)
        except TimeoutError:
            raise self._end(
                f"The cell ran for {seconds:g} seconds and could not be stopped."
            ) from None

    def close(self) -> None:
        """End everything that runs inside."""
        self._is_open = False
        with suppress(psutil.NoSuchProcess):
            tree = [self._process, *self._process.children(recursive=True)]
            for process in tree:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._process.wait()
        self._reader.join(SECONDS_TO_STOP)
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _send(self, message: bytes) -> None:
        try:
            self._process.stdin.write(message)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._end() from None

    def _answer(self, secret: bytes, seconds: float) -> Ran:
        deadline = time.monotonic() + seconds
        answer, searched = None, 0
        while not answer:
            # Whatever stands before the secret, somebody else has written into the pipe.
            start = self._received.find(secret, searched)
            if start >= 0:
                answer = _read_answer(self._received, start)
            if not answer:
                searched = start if start >= 0 else max(0, len(self._received) - len(secret))
                if len(self._received) > LONGEST_ANSWER:
                    raise self._end("The cell wrote more than a notebook can hold.")
                self._received += self._receive(deadline - time.monotonic())
        ran, end = answer
        del self._received[:end]
        return ran

    def _receive(self, seconds: float) -> bytes:
        try:
            received = self._chunks.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            raise TimeoutError from None
        if not received:
            raise self._end()
        return received

    def _read(self) -> None:
        """Take what comes through the pipe: a thread of its own can wait for it on every system."""
        chunk = b"more"
        while chunk:
            chunk = os.read(self._process.stdout.fileno(), 1024 * 1024)
            while self._is_open:
                with suppress(queue.Full):
                    self._chunks.put(chunk, timeout=0.2)
                    break

    def _interrupt(self) -> None:
        """Ctrl-C for the innermost Python: the one that runs the cells."""
        with suppress(psutil.Error, StopIteration, ValueError):
            tree = [self._process, *self._process.children(recursive=True)]
            runner = next(process for process in tree if str(RUNNER) in process.cmdline()[:4])
            runner.send_signal(signal.SIGINT)

    def _end(self, reason: str = "") -> Ended:
        self.close()
        return Ended(self._reason or reason or "The cell ended the program that runs the notebook.")

    def _watch(self) -> None:
        """End the sandbox when it uses too much of anything."""
        while self._is_open:
            with suppress(psutil.Error):
                tree = self._process.children(recursive=True)
                if len(tree) > SANDBOX_PROCESSES:
                    self._reason = f"The cell started more than {SANDBOX_PROCESSES} processes."
                elif sum(_memory(process) for process in tree) > SANDBOX_MEMORY * 1.5:
                    self._reason = (
                        f"The cell used more than {SANDBOX_MEMORY // MEBIBYTE} MiB of memory."
                    )
                elif time.monotonic() > self._deadline:
                    self._reason = "The cell could not be stopped."
                if self._reason:
                    self._process.kill()  # the init of its process namespace: all others end with it
                    return
            time.sleep(0.2)


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _read_answer(received: bytearray, start: int) -> tuple[Ran, int] | None:
    """What cell_runner.py wrote from `start` on, and where it ends. None as long as it is not complete."""
    line_end = received.find(b"\n", start)
    if line_end < 0:
        return None
    _, is_done, length = received[start:line_end].split()
    end = line_end + 1 + int(length)
    if len(received) < end:
        return None
    return Ran(_outputs(received[line_end + 1 : end]), is_done == b"1"), end


def _outputs(written: bytes | bytearray) -> list[dict]:
    """Text and pictures, and nothing else: it could be a script in the page that shows it."""
    outputs: list[dict] = []
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        for output in json.loads(written):
            kind = output["output_type"]
            if kind == "stream":
                outputs.append(
                    {"output_type": kind, "name": "stdout", "text": "".join(output["text"])}
                )
            elif kind == "error":
                lines = [str(line) for line in output["traceback"]]
                name, value = str(output["ename"]), str(output["evalue"])
                outputs.append(
                    {"output_type": kind, "ename": name, "evalue": value, "traceback": lines}
                )
            elif data := _text_and_picture(output["data"]):
                outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return outputs


def _text_and_picture(data: dict) -> dict[str, str]:
    kept = {}
    if isinstance(data.get("text/plain"), str):
        kept["text/plain"] = data["text/plain"]
    with suppress(ValueError, TypeError, KeyError):
        picture = base64.b64decode(data["image/png"], validate=True)
        kept["image/png"] = base64.b64encode(picture).decode()
    return kept


def _environment(home: str) -> dict[str, str]:
    return {
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
    }


def _sandboxed(command: list[str]) -> list[str]:
    system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime"]
    python = {sys.prefix, sys.base_prefix, str(ROOT / "course"), str(ROOT / "server")}
    visible = [
        word for path in [*system, *sorted(python)] for word in ("--ro-bind-try", path, path)
    ]
    return [
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(SANDBOX_DISK), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),
        *("--size", str(SANDBOX_DISK), "--tmpfs", "/tmp"),
        *("--size", str(SANDBOX_DISK), "--tmpfs", HOME, "--chdir", HOME),
        *visible,
        *("--remount-ro", "/"),
        "--",
        *command,
    ]


def demand(safe: bool) -> None:
    """Refuse to run other people's code without a sandbox, unless it is asked for.

    Raises:
        Problem: sandboxes are wanted, and this machine cannot make them.
    """
    if safe and not is_available():
        raise Problem(
            "Submissions are programs of other people, and this machine has no sandbox for them. On Linux install "
            "bubblewrap (apt-get install bubblewrap). Or grade with --unsafe: then each submission can read and "
            "change all your files."
        )
