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
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from course.environment import ROOT
from course.exercises.running import Ended, Ran
from course.grading.seccomp import is_root, program
from course.problem import Problem

RUNNER = Path(__file__).with_name("cell_runner.py")
MEBIBYTE = 1024 * 1024
SANDBOX_MEMORY = 1024 * MEBIBYTE  # of all processes together
HOME = "/submission"
NOBODY = "65534"
WRITABLE = (HOME, "/tmp", "/dev/shm")
SANDBOX_DISK = 64 * MEBIBYTE  # of each of these
SANDBOX_FILES = 20_000
SANDBOX_PROCESSES = 64
LONGEST_ANSWER = 4 * MEBIBYTE  # of one cell
LONGEST_NOTEBOOK = 20 * MEBIBYTE  # of all cells; from then on there are errors only
SECONDS_TO_START = 60
SECONDS_TO_STOP = 3
LIMITS = {
    # Private memory that can be written: unlike the address space, programs do not reserve more than they use.
    "RLIMIT_DATA": SANDBOX_MEMORY,
    "RLIMIT_FSIZE": SANDBOX_DISK,
    "RLIMIT_NPROC": 4 * SANDBOX_PROCESSES,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
}


# Memory and processes of all together, where a systemd of the user can hold them (man systemd.resource-control).
SCOPE = {
    "MemoryMax": SANDBOX_MEMORY * 3 // 2,
    "MemorySwapMax": 0,
    "TasksMax": 4 * SANDBOX_PROCESSES,
}
# The settings of Linux that can forbid sandboxes, and the value with which they do.
SETTINGS = Path("/proc/sys")
FORBIDDEN = {
    "kernel/apparmor_restrict_unprivileged_userns": "1",
    "kernel/unprivileged_userns_clone": "0",
    "user/max_user_namespaces": "0",
}
CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))  # as Docker and Podman mark theirs
# How to reach that systemd. Not for the eyes of the submission.
SYSTEMD = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


def is_available() -> bool:
    """Whether this machine can make sandboxes."""
    return bool(guards())


@cache
def guards() -> tuple[str, ...]:
    """What this machine has against submissions, empty if it cannot make sandboxes."""
    bubblewrap = [_bubblewrap(), *_options()]
    if not _runs([*bubblewrap, "true"]):
        return ()
    found = ["namespaces"]
    if program():
        found.append("filter of system calls")
    if _runs([*bubblewrap, "--disable-userns", "true"]):
        found.append("no namespaces inside")
    if _runs([*_scope(), "true"]):
        found.append("memory cgroup")
    return tuple(found)


def _runs(command: list[str]) -> bool:
    with suppress(OSError):
        return subprocess.run(command, capture_output=True).returncode == 0
    return False


class Sandbox:
    """A `Runner` of its own for each submission.

    Args:
        safe: False runs the code without a sandbox, with the rights of the user.
    """

    def __init__(self, safe: bool = True):
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        command, files = [sys.executable, "-P", str(RUNNER)], []
        environment = _environment(HOME if safe else self._folder.name)
        if safe:
            options = _options()
            if "no namespaces inside" in guards():
                options.append("--disable-userns")
            if filtered := program():
                files.append(_file_of(filtered))
                options += ["--seccomp", str(files[-1])]
            # Through a pipe: what stands in the command line can be read inside.
            files.append(_file_of("\0".join(options).encode()))
            command = [_bubblewrap(), "--args", str(files[-1]), "--", *command]
            if "memory cgroup" in guards():
                command = [*_scope(), *command]
                environment |= {name: os.environ[name] for name in SYSTEMD if name in os.environ}
        self._process = psutil.Popen(
            command,
            pass_fds=files,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment,
            start_new_session=True,
        )
        for file in files:
            os.close(file)
        self._reason = ""
        self._received = bytearray()
        self._written = 0
        self._is_open, self._is_ready = True, False
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=16)
        self._deadline = time.monotonic() + SECONDS_TO_START
        self._reader = threading.Thread(target=self._read, daemon=True)
        for thread in (self._reader, threading.Thread(target=self._watch, daemon=True)):
            thread.start()
        self._send(json.dumps(LIMITS if safe else {}).encode() + b"\n")
        self.run("", "given", SECONDS_TO_START)  # so no cell pays for the start
        self._is_ready = safe  # before, its processes see the disks of this machine

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
        self._kill()
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
        self._written += end
        if self._written > LONGEST_NOTEBOOK:
            ran.outputs = [output for output in ran.outputs if output["output_type"] == "error"]
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

    def _kill(self) -> None:
        with suppress(psutil.NoSuchProcess):
            for process in [self._process, *self._process.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def _watch(self) -> None:
        """End the sandbox when it uses too much of anything."""
        if sys.platform == "linux":
            # Linux sets no limit of processes to root: so the watcher must not wait for thousands of them.
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, 0, -20)  # of this thread; only root may
        while self._is_open:
            with suppress(psutil.Error):
                tree = self._process.children(recursive=True)
                if len(tree) > SANDBOX_PROCESSES:
                    self._reason = f"The cell started more than {SANDBOX_PROCESSES} processes."
                elif _is_too_much(tree):
                    self._reason = (
                        f"The cell used more than {SANDBOX_MEMORY // MEBIBYTE} MiB of memory."
                    )
                elif self._is_ready and _count_files(tree) > SANDBOX_FILES:
                    self._reason = f"The cell made more than {SANDBOX_FILES} files."
                elif time.monotonic() > self._deadline:
                    self._reason = "The cell could not be stopped."
                if self._reason:
                    self._kill()
                    return
            time.sleep(0.2)


def _is_too_much(tree: list[psutil.Process]) -> bool:
    """Whether these processes use too much memory. What several share counts once."""
    limit = SANDBOX_MEMORY * 1.5
    return _sum(tree, lambda process: process.memory_info().rss) > limit and (
        _sum(tree, lambda process: getattr(process.memory_full_info(), "pss", 0)) > limit
    )


def _sum(tree: list[psutil.Process], measure: Callable[[psutil.Process], int]) -> int:
    total = 0
    for process in tree:
        with suppress(psutil.Error):
            total += measure(process)
    return total


def _count_files(tree: list[psutil.Process]) -> int:
    """How many files the sandbox holds: an empty one needs no disk, but memory of the system."""
    total = 0
    if sys.platform == "linux" and tree:
        for place in WRITABLE:
            with suppress(OSError):
                disk = os.statvfs(f"/proc/{tree[-1].pid}/root{place}")
                total += disk.f_files - disk.f_ffree
    return total


def _file_of(content: bytes) -> int:
    """A file descriptor from which a program that is started can read the content."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


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
                text = _text("".join(output["text"]))
                outputs.append({"output_type": kind, "name": "stdout", "text": text})
            elif kind == "error":
                lines = [_text(line) for line in output["traceback"]]
                name, value = _text(output["ename"]), _text(output["evalue"])
                outputs.append(
                    {"output_type": kind, "ename": name, "evalue": value, "traceback": lines}
                )
            elif data := _text_and_picture(output["data"]):
                outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return outputs


def _text(value: object) -> str:
    return str(value).encode(errors="replace").decode()  # JSON can carry half characters


def _text_and_picture(data: dict) -> dict[str, str]:
    kept = {}
    if isinstance(data.get("text/plain"), str):
        kept["text/plain"] = _text(data["text/plain"])
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


def _bubblewrap() -> str:
    return shutil.which("bwrap") or "bwrap"


def _scope() -> list[str]:
    limits = [word for name, amount in SCOPE.items() for word in ("-p", f"{name}={amount}")]
    return [
        shutil.which("systemd-run") or "systemd-run",
        "--user",
        "--scope",
        "--quiet",
        "--collect",
        *limits,
        "--",
    ]


def _options() -> list[str]:
    system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime"]
    python = {sys.prefix, sys.base_prefix, str(ROOT / "course"), str(ROOT / "server")}
    visible = [
        word for path in [*system, *sorted(python)] for word in ("--ro-bind-try", path, path)
    ]
    writable = [
        word for path in WRITABLE for word in ("--size", str(SANDBOX_DISK), "--tmpfs", path)
    ]
    return [
        "--unshare-all",
        "--unshare-user",
        *("--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL"),
        "--die-with-parent",
        "--new-session",
        *(word for name in SYSTEMD for word in ("--unsetenv", name)),
        # What belongs to root below /proc and /dev would obey a sandbox of root, though that has no capabilities.
        *("--proc", "/proc", "--ro-bind", "/dev/null", "/proc/keys", "--remount-ro", "/proc"),
        *("--dev", "/dev"),
        *writable,
        *("--remount-ro", "/dev", "--chdir", HOME),
        *visible,
        *("--remount-ro", "/"),
    ]


def demand(safe: bool) -> None:
    """Refuse to run other people's code without a sandbox, unless it is asked for.

    Raises:
        Problem: sandboxes are wanted, and this machine cannot make them.
    """
    if safe and is_available() and is_root() and not program():
        raise Problem(
            "Do not grade as root: this machine has no filter for what belongs to root. Use an account of your own."
        )
    if safe and not is_available():
        raise Problem(
            "Submissions are programs of other people, and this machine has no sandbox for them. "
            f"{_why_not()} Or grade with --unsafe: then each submission can read and change all your files."
        )


def _why_not() -> str:
    """Why this machine cannot make sandboxes, and what to do."""
    if not shutil.which("bwrap"):
        return "On Linux install bubblewrap: sudo apt-get install bubblewrap."
    made = subprocess.run([_bubblewrap(), *_options(), "true"], capture_output=True, text=True)
    said = (made.stderr.strip().splitlines() or ["nothing"])[-1]
    sentence = f"bubblewrap is installed, but cannot make one. It says: {said}."
    if any(mark.exists() for mark in CONTAINER):
        return (
            f"{sentence} A container must allow user namespaces and a /proc of its own. Start it with: "
            "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined."
        )
    for name, forbids in FORBIDDEN.items():
        with suppress(OSError):
            if (SETTINGS / name).read_text().strip() == forbids:
                return (
                    f"{sentence} This system forbids user namespaces, by {name} = {forbids}: "
                    "see Untrusted code in INSTRUCTORS.md."
                )
    return sentence
