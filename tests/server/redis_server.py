"""A Redis server for tests, on a free port, gone with the block that made it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time

import pytest
import redis

from tests import SECONDS


def needed(program: str) -> str:
    """Where a program is that only Linux need have; .ci/run installs it."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail(f"{program} is missing. .ci/run installs it.")
        pytest.skip(f"{program} is not installed.")
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def running_redis():
    """Yield the address of a Redis, and its process."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [needed("redis-server"), *options], stdout=subprocess.DEVNULL, cwd="/tmp"
    )
    url = f"redis://127.0.0.1:{port}/0"
    deadline = time.monotonic() + SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.01)
    try:
        yield url, process
    finally:
        process.kill()
        process.wait()
