"""What a server in the background has seen: its requests, and what went wrong in them."""

import dataclasses
import itertools
import os
import sysconfig
import traceback
from collections import deque
from collections.abc import Iterator
from typing import TypeVar

from course.page.style import styled, table
from course.servers.exchange import Exchange

NUMBERS = itertools.count(1)


@dataclasses.dataclass
class LoggedRequest:
    """One request that a server saw.

    `user` is who the client claims to be: nobody has checked that. `origin` is that of the page that made a
    browser send it, and empty if no browser did. `site` says how the browser sees that page beside the server: its
    `Sec-Fetch-Site`. `cookies` are names. `clock` is how far the server's own clock
    (see `Clock`) was ahead. `seconds` is how long the answer took.
    `error` is the traceback, if the app raised an exception; `fault` is its short form. `number` tells requests apart:
    later ones have higher numbers.
    """

    method: str
    path: str
    status: int | None = None
    user: str = ""
    origin: str = ""
    seconds: float | None = None
    error: str = ""
    fault: str = ""
    site: str = ""
    cookies: list[str] = dataclasses.field(default_factory=list)
    clock: str = ""
    number: int = dataclasses.field(
        default_factory=lambda: next(NUMBERS), compare=False, repr=False
    )

    def note(self, exception: Exception) -> None:
        self.error = "".join(traceback.format_exception(exception))
        own = [
            frame
            for frame in traceback.extract_tb(exception.__traceback__)
            if not _is_library(frame.filename)
        ]
        place = f" (line {own[-1].lineno} of {own[-1].name}: {own[-1].line})" if own else ""
        first_line = (str(exception).splitlines() or [""])[0]
        self.fault = f"{type(exception).__name__}: {first_line}{place}"


Entry = TypeVar("Entry")


class Recent(deque[Entry]):
    """The last entries, oldest first. They can be read while a server adds more."""

    def __init__(self, maxlen: int = 1000):
        super().__init__(maxlen=maxlen)

    def __iter__(self) -> Iterator[Entry]:
        # A deque that grows while it is read raises RuntimeError. The copy is one step for all threads.
        return iter(tuple(super().__iter__()))


class RequestLog(Recent[LoggedRequest]):
    """The last 1,000 requests, oldest first.

    Attributes:
        exchanges (Recent[tuple[int, Exchange]]): what the last 50 of them said and were answered, by their numbers.
    """

    def __init__(self):
        super().__init__()
        self.exchanges: Recent[tuple[int, Exchange]] = Recent(50)

    def __repr__(self):
        lines = [
            f"{r.method:7} {r.path:24} {r.status or 'no answer yet'} {r.fault}".rstrip()
            for r in self
        ]
        return "\n".join(lines) or "No requests yet."

    def _repr_html_(self):
        if not self:
            return styled("<p>No requests yet.</p>")
        rows = [(r.method, r.path, r.status or "no answer yet", r.fault) for r in self]
        return styled(table(["method", "path", "status", "error"], rows))


class Watched:
    """Something that changes, and tells it to those who watch.

    Attributes:
        watchers (list): called without arguments after each change.
    """

    def __init__(self):
        self.watchers = []

    def tell_watchers(self) -> None:
        for watcher in list(self.watchers):
            watcher()


def _is_library(filename: str) -> bool:
    paths = sysconfig.get_paths()
    return filename.startswith(
        (
            "<frozen",
            os.path.dirname(__file__),
            *(paths[name] for name in ("stdlib", "purelib", "platlib")),
        )
    )
