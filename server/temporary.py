"""A database for lessons and tests: `sqlite://` asks for one in memory, and gets a file that goes with its app.

In memory, all threads of a server share one connection, which ends in lost rows or the end of the process.
A file has a connection for each thread, and processes that were forked see it too.
"""

import os
import shutil
import tempfile
import weakref
from typing import Any

from flask import Flask
from sqlalchemy import URL, Engine, event


def is_in_memory(url: URL) -> bool:
    """Whether an address means a SQLite database in memory (https://sqlite.org/inmemorydb.html)."""
    unnamed = (url.database or ":memory:").endswith(":memory:")
    return url.get_backend_name() == "sqlite" and (unnamed or url.query.get("mode") == "memory")


def new_file() -> URL:
    """Return the address of a file in a new temporary folder."""
    folder = tempfile.mkdtemp(prefix="server-")
    return URL.create("sqlite", database=os.path.join(folder, "server.db"))


def keep_as_long_as(app: Flask, engine: Engine) -> None:
    """Make the file as fast as memory, and remove it with the app, or at the end of the process."""
    event.listen(engine, "connect", do_not_wait_for_the_disk)
    weakref.finalize(app, remove, engine, os.getpid())


def do_not_wait_for_the_disk(connection: Any, record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # nobody needs the file after a crash
    connection.execute("PRAGMA journal_mode = WAL")  # who reads and who writes do not wait


def remove(engine: Engine, maker: int) -> None:
    """Close and remove the file, but not at the end of a fork, whose parent still needs it."""
    if os.getpid() == maker:
        engine.dispose()  # Windows removes no open file
        shutil.rmtree(os.path.dirname(str(engine.url.database)), ignore_errors=True)
