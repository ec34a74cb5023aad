"""The guard of `launch`: it stands between the notebook and a server, and stops the server when the notebook is gone.

A pipe leads from the notebook to the guard's standard input. Whatever ends the kernel, a restart or `kill -9`, closes
the pipe. Standard library only, and run as a file, so that it starts at once.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from queue import SimpleQueue

SECONDS_TO_STOP = 5


def guard(command: list[str]) -> int:
    """Run a command until it ends, or until the notebook says so or is gone. No process that it started is left.

    Returns:
        int: the status with which the command ended.
    """
    over: SimpleQueue[str] = SimpleQueue()
    signal.signal(signal.SIGTERM, lambda *signal: over.put("the guard is told to end"))
    try:
        # In a group of its own, so that all of its processes can be stopped at once.
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started: {error.strerror}.")

    def wait_for_the_server() -> None:
        server.wait()
        over.put("the server has ended")

    def wait_for_the_notebook() -> None:
        os.read(0, 1)
        over.put("the notebook has written, or closed the pipe")

    for wait in (wait_for_the_server, wait_for_the_notebook):
        threading.Thread(target=wait, daemon=True).start()
    over.get()
    stop(server)
    return server.wait()


def stop(server: subprocess.Popen) -> None:
    """End a server and every process that it started. What does not end within 5 seconds is killed.

    On POSIX that is its process group: a program that makes itself a daemon leaves it, and is not found.
    On Windows it is the tree below the server: what a server that has ended left behind is not found.
    """
    if sys.platform == "win32":
        # Windows has no SIGTERM.
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(server.pid)], capture_output=True)
        server.kill()
        return
    # There is no such group when all have ended. macOS says so in another way while the last one is not yet collected.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while time.monotonic() < deadline:
            os.killpg(server.pid, 0)
            time.sleep(0.02)
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(guard(sys.argv[1:]))
