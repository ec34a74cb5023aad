"""The live panel under a cell that starts a server: whether it runs, a stop button, and the requests as they arrive."""

import threading
import time
from pathlib import Path

import traitlets

from course.page.javascript import module_at
from course.page.widget import LiveWidget
from course.servers.background import RUNNING

ROWS = 50
SECONDS_BETWEEN_UPDATES = 0.2


class ServerPanel(LiveWidget):
    """Shows a server that has `.log`, `.running`, `.stop()` and `.watchers`.

    Attributes:
        running (bool): whether the server answers.
        requests (list[list]): the last requests: method, path, status, milliseconds, user.
        started (float): when it was made, in seconds since 1970: a page that is younger asks whether it is alive.
    """

    _esm = module_at(Path(__file__).with_name("panel.js"))

    running = traitlets.Bool(True, read_only=True).tag(sync=True)
    requests: traitlets.List[list] = traitlets.List(read_only=True).tag(sync=True)
    started = traitlets.Float(read_only=True).tag(sync=True)

    def __init__(self, server):
        super().__init__()
        self.set_trait("started", time.time())
        self._server = server
        self._timer = None
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
        rows = [
            [r.method, r.path, r.status, r.seconds and round(r.seconds * 1000), r.user]
            for r in list(self._server.log)[-ROWS:]
        ]
        with self.hold_sync():
            self.set_trait("requests", rows)
            self.set_trait("running", self._server.running)

    def _answer(self, content):
        if content == "stop":
            self._server.stop()
        elif content == "alive?":
            self.send("alive")

    def __repr__(self):
        return RUNNING

    def _repr_html_(self):
        return None
