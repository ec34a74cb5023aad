"""The server of JupyterLab, as tests start it."""

import contextlib
import json
import socket
import subprocess
import time
from pathlib import Path

from tests import SECONDS


def wait_for_server(process: subprocess.Popen, runtime: Path, log: Path) -> dict:
    """What the server says of itself, its "url" among others, once it answers."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        # The file is there before the server listens, and may be half written.
        for file in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError):
                server = json.loads(file.read_text(encoding="utf-8"))
                socket.create_connection((server["hostname"], server["port"])).close()
                return server
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not start: " + log.read_text(encoding="utf-8"))
