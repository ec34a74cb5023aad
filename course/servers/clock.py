"""`Clock(app)`: an app whose clock can be set, and nobody else's."""

import contextvars
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from numbers import Real
from pathlib import Path
from typing import Any

import traitlets

from course.page.javascript import module_at
from course.page.style import styled
from course.page.widget import LiveWidget
from course.problem import Problem
from course.servers.background import check_is_app

# The modules that ask what time it is while an API answers. Each does so with its own name `datetime`.
ASKING = [
    "jwt.api_jwt",
    "flask_jwt_extended.tokens",
    "flask_jwt_extended.view_decorators",
    "server.clock",
]
FARTHEST = timedelta(days=36525)  # later the dates of a token with a long life do not exist

_ahead = contextvars.ContextVar("_ahead", default=timedelta())


class _AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class _ServerDatetime(datetime, metaclass=_AnyDatetime):
    """The class `datetime` for the modules that ask: in a request, now is the time of the server's clock."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + _ahead.get()


class Clock(LiveWidget):
    """An app with a clock of its own, which can be set ahead or back. It runs on as fast as that of this computer.

    `serve(clock)` serves the app. Only what the app does in a request has the time of the clock, the making of a body
    in pieces included: other servers and the notebook keep theirs. What asks for the time are PyJWT,
    Flask-JWT-Extended and `server.clock.now`. `app.test_client()` reaches the app without its clock;
    `werkzeug.test.Client(clock)` reaches it with the clock.

    In JupyterLab the clock is a slider, which `serve` shows below the log.

    Args:
        app: any WSGI application (PEP 3333), for example a Flask app.

    Attributes:
        now (datetime): what the clock shows, in UTC.

    Raises:
        Problem: `app` is not a WSGI application.

    Example:
        >>> clock = Clock(app)
        >>> server = serve(clock)
        The server is running in the background.
        The clock of this server is right.
        >>> clock.set(minutes=16)
        >>> clock
        The clock of this server is 0:16:00 ahead.
    """

    _esm = module_at(Path(__file__).with_name("clock.js"))

    seconds = traitlets.Float().tag(sync=True)
    text = traitlets.Unicode(read_only=True).tag(sync=True)
    started = traitlets.Float(read_only=True).tag(sync=True)

    def __init__(self, app: Callable):
        check_is_app(app, "Clock")
        super().__init__()
        self.set_trait("started", datetime.now(UTC).timestamp())
        self._app = app
        self._write()
        self.on_msg(lambda widget, content, buffers: self.send("here"))
        for name in ASKING:
            vars(import_module(name))["datetime"] = _ServerDatetime

    def set(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Set the clock so far ahead of this computer's; less than nothing is back. `clock.set()` sets it right.

        How the clock was set before does not matter: setting it twice is like setting it once.

        Raises:
            Problem: something is no number, or the clock would be off by more than 100 years.
        """
        parts = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
        for name, value in parts.items():
            if not isinstance(value, Real) or isinstance(value, bool):
                raise Problem(
                    f"Set a clock with numbers, such as clock.set({name}=5), not {value!r:.60}."
                )
        try:
            ahead = timedelta(**{name: float(value) for name, value in parts.items()})
            possible = abs(ahead) <= FARTHEST
        except (OverflowError, ValueError):  # infinity, or not a number
            possible = False
        if not possible:
            raise Problem("A clock can be set at most 100 years ahead or back.")
        self.seconds = ahead.total_seconds()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterator[bytes]:
        """Answer one request (PEP 3333)."""
        # In a context of its own: between two pieces of the body, other code has its own time.
        context = contextvars.copy_context()
        context.run(_ahead.set, timedelta(seconds=self.seconds))
        if "course.request" in environ:
            environ["course.request"].clock = _written(self.seconds)
        body = context.run(self._app, environ, start_response)
        try:
            pieces = context.run(iter, body)
            while (piece := context.run(next, pieces, None)) is not None:
                yield piece
        finally:
            context.run(getattr(body, "close", lambda: None))

    @traitlets.observe("seconds")
    def _write(self, change: object = None) -> None:
        off = _written(abs(self.seconds))
        side = "ahead" if self.seconds > 0 else "behind"
        off = f"{off} {side}" if self.seconds else "right"
        self.set_trait("text", f"The clock of this server is {off}.")

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return styled(f"<p>{self.text}</p>")


def _written(seconds: float) -> str:
    """Days, hours, minutes and seconds, as Python writes them: "29 days, 0:00:00". Behind is "-0:05:00"."""
    sign = "-" if seconds < 0 else ""
    return sign + str(timedelta(seconds=abs(seconds)))
