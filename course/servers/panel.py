"""The live panel under a cell that starts a server: whether it runs, a stop button, and the requests as they arrive."""

import threading
import time
from pathlib import Path

import traitlets

from course.page.javascript import module_at
from course.page.widget import LiveWidget
from course.servers.background import RUNNING
from course.servers.log import LoggedRequest

SECONDS_BETWEEN_UPDATES = 0.2


class ServerPanel(LiveWidget):
    """Shows a server that has `.url`, `.log`, `.running`, `.stop()` and `.watchers`.

    The requests go to the page as messages, each row once and again when it changes. They are no state: a saved
    notebook has none of them.

    Attributes:
        url (str): where the server answers.
        running (bool): whether the server answers.
        started (float): when it was made, in seconds since 1970: a page that is younger asks whether it is alive.
    """

    _esm = module_at(Path(__file__).with_name("panel.js"))

    url = traitlets.Unicode(read_only=True).tag(sync=True)
    running = traitlets.Bool(True, read_only=True).tag(sync=True)
    started = traitlets.Float(read_only=True).tag(sync=True)

    def __init__(self, server):
        super().__init__()
        self.set_trait("started", time.time())
        self.set_trait("url", server.url)
        self._server = server
        self._timer = None
        self._sent: list[list] = []
        self.on_msg(lambda widget, content, buffers: self._answer(content))
        server.watchers.append(self.update)
        if server.log:
            self.update()

    def update(self) -> None:
        """Show what has changed, soon: many requests become one message to the page."""
        if self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(SECONDS_BETWEEN_UPDATES, self._show)
            self._timer.daemon = True
            self._timer.start()

    def _show(self):
        self._timer = None
        rows = [_row(request) for request in self._server.log]
        known = {row[0]: row for row in self._sent}
        self._sent = rows
        if new := [row for row in rows if known.get(row[0]) != row]:
            self.send({"rows": new})
        self.set_trait("running", self._server.running)

    def _answer(self, content):
        if content == "stop":
            self._server.stop()
        elif content == "rows?":
            self.send({"rows": [_row(request) for request in self._server.log]})
        elif isinstance(content, dict):
            number = content["exchange"]
            kept = dict(self._server.log.exchanges).get(number)
            self.send({"exchange": number, "sides": kept and [kept.request, kept.answer]})

    def __repr__(self):
        return RUNNING

    def _repr_html_(self):
        return None


def _row(request: LoggedRequest) -> list:
    milliseconds = None if request.seconds is None else round(request.seconds * 1000)
    return [
        request.number,
        request.method,
        request.path,
        request.status,
        milliseconds,
        request.user,
        request.origin,
        request.site,
        ", ".join(request.cookies),
        request.clock,
    ]
