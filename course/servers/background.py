"""`serve(app)`: a web server in the background of the notebook.

The server is a thread, not a process. So nothing can outlive the kernel: whatever ends the kernel,
a restart or `kill -9`, ends the server and frees its port.
"""

import inspect
import io
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flask
from IPython.display import display
from werkzeug.serving import WSGIRequestHandler, make_server

from course.page.cell import has_page, start_in_cell
from course.problem import Problem
from course.servers.exchange import Exchange, NotedInput, Passing, message
from course.servers.log import LoggedRequest, RequestLog, Watched
from course.servers.sender import claimed_user, cookie_names, page_origin

HOST = "127.0.0.1"
RUNNING = "The server is running in the background."
# In debug mode and in tests Flask passes exceptions on instead of answering, and writes JSON in another way.
PRODUCTION = {"DEBUG": False, "TESTING": False, "PROPAGATE_EXCEPTIONS": False}


def serve(app: Callable) -> "BackgroundServer":
    """Run a web app in the background and return when it answers.

    Running the same notebook cell again stops the servers of its last run, and the new ones keep their ports.
    A Flask app leaves debug mode and testing when its first request comes: it answers as it does in production.

    Args:
        app: any WSGI application (PEP 3333), for example a Flask app.

    Returns:
        BackgroundServer: with `.url`, `.log` and `.stop()`. It is also a context manager.

    Raises:
        Problem: `app` is not a WSGI application.

    Example:
        >>> server = serve(Flask("an app without routes"))
        The server is running in the background.
        >>> requests.get(server.url).status_code
        404
    """
    check_is_app(app, "serve")
    server = start_in_cell(lambda port: BackgroundServer(app, port))
    announce(server)
    if hasattr(app, "_repr_html_"):  # a Clock, which is set beside the log
        display(app)
    return server


def announce(server: Any) -> None:
    """Show that a server runs: a live panel where there is a page, else a line that is the same on every run."""
    if not has_page():
        print(RUNNING)
        return
    from course.servers.panel import ServerPanel  # only now, since widgets take a while to load

    display(ServerPanel(server))


class BackgroundServer(Watched):
    """An app that answers on a free port of 127.0.0.1, in a thread of this process.

    Attributes:
        url (str): where it answers, for example "http://127.0.0.1:49152", without a slash at the end.
        log (RequestLog): the requests it saw.
        watchers (list): called when a request arrives, is answered, or the server stops.
    """

    def __init__(self, app: Callable, port: int = 0):
        super().__init__()
        reach_loopback_directly()
        self._app = app
        self.log = RequestLog()
        with bind(port) as listener:
            self._server = make_server(
                HOST,
                0,
                self._answer,
                threaded=True,
                request_handler=_QuietHandler,
                fd=listener.fileno(),
            )
        self.port = self._server.port
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port. A request that is already inside is still answered. Stopping twice is fine."""
        if not self._thread.is_alive():
            return
        threading.Thread(target=self._server.shutdown, daemon=True).start()
        with suppress(OSError):  # wakes the accept loop, which else looks up only every half second
            socket.create_connection((HOST, self.port), timeout=1).close()
        self._thread.join()
        self.tell_watchers()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def __repr__(self):
        return f"<BackgroundServer: {'running' if self.running else 'stopped'}>"

    def _answer(self, environ, start_response):
        path = environ.get("PATH_INFO", "") + (
            "?" + environ["QUERY_STRING"] if environ.get("QUERY_STRING") else ""
        )
        request = LoggedRequest(
            environ["REQUEST_METHOD"],
            path,
            user=claimed_user(environ),
            origin=page_origin(environ),
            site=environ.get("HTTP_SEC_FETCH_SITE", ""),
            cookies=cookie_names(environ),
        )
        start = time.perf_counter()
        self.log.append(request)
        self.tell_watchers()
        environ["course.request"] = request
        # Flask would print the traceback into the notebook. The log has it.
        environ["wsgi.errors"] = io.StringIO()
        environ["wsgi.input"] = received = NotedInput(environ["wsgi.input"])
        sent = Passing()
        first_line, headers_sent = "", []

        def note_status(status, headers, error=None):
            nonlocal first_line, headers_sent
            request.status = int(status.split()[0])
            first_line, headers_sent = f"HTTP/1.1 {status}", headers
            return start_response(status, headers, error)

        body = []
        try:
            body = self._app(environ, note_status)
            for piece in body:
                sent.note(piece)
                yield piece
        except Exception as exception:
            request.note(exception)
            note_status(
                "500 Internal Server Error", [("Content-Type", "text/plain")], sys.exc_info()
            )
            piece = b"The app raised an exception. See the server's log.\n"
            sent.note(piece)
            yield piece
        finally:
            getattr(body, "close", lambda: None)()
            request.seconds = time.perf_counter() - start
            exchange = Exchange(
                _request_message(environ, received),
                message(first_line, headers_sent, str(sent)),
            )
            self.log.exchanges.append((request.number, exchange))
            self.tell_watchers()


def _request_message(environ: dict, body: NotedInput) -> str:
    """The request as the client wrote it, as far as an app is told (PEP 3333, "environ Variables")."""
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").title(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    ]
    read = str(body.read_so_far)
    if not read and environ.get("CONTENT_LENGTH", "0") != "0":
        read = f"({environ['CONTENT_LENGTH']} bytes that the app did not read)"
    first_line = f"{environ['REQUEST_METHOD']} {environ['REQUEST_URI']} HTTP/1.1"
    return message(first_line, headers, read)


class _QuietHandler(WSGIRequestHandler):
    def log(self, *message):
        """Nothing: the requests are in the server's log, not on the notebook's error stream."""


@flask.request_started.connect
def _leave_debug_mode(app, **extra):
    # Here, since this also finds a Flask app inside of another WSGI app.
    if "course.request" in flask.request.environ:
        app.config.update(PRODUCTION)


@flask.got_request_exception.connect
def _note_flask_exception(app, exception, **extra):
    # Flask turns an exception into a 500 answer by itself, so it never reaches the server.
    if "course.request" in flask.request.environ:
        flask.request.environ["course.request"].note(exception)


def check_is_app(app: object, taker: str) -> None:
    """Raise a Problem if `app`, which was given to `taker`, is no WSGI application."""
    if isinstance(app, type):
        raise Problem(
            f"{taker} needs an app, and {app.__name__} is a class. Make one first: {taker}({app.__name__}(...))."
        )
    if not callable(app):
        raise Problem(
            f"{taker} needs an app such as Flask(__name__), and got {type(app).__name__}: {app!r:.60}."
        )
    if not _asks_for_two_arguments(app):
        name = getattr(app, "__name__", type(app).__name__)
        raise Problem(
            f"{taker} needs a WSGI app, which is called with two arguments (environ, start_response), and {name} does "
            f"not ask for two. If {name} is a function that makes an app, call it: {taker}({name}())."
        )


def _asks_for_two_arguments(app: Any) -> bool:
    """Whether it can be called as a WSGI app. A function that can do without the two makes apps, and is none."""
    try:
        taken = inspect.signature(app).bind("environ", "start_response")
    except TypeError:
        return False
    except ValueError:
        return True  # a callable written in C tells nothing about its arguments
    needs_both = all(
        taken.signature.parameters[name].default is inspect.Parameter.empty
        for name in taken.arguments
    )
    return needs_both or not inspect.isroutine(app)


def bind(port: int) -> socket.socket:
    """A listening socket on `port`, or on any free port if that one is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # on Windows this option would let two programs share one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.bind((HOST, 0))
    listener.listen(128)
    return listener


def reach_loopback_directly() -> None:
    """Keep a proxy that is set for the internet out of the way between the notebook and its own server."""
    for name in ("no_proxy", "NO_PROXY"):
        hosts = os.environ.get(name) or os.environ.get(name.swapcase()) or ""
        # "*" means every host, but only when it stands alone.
        if hosts != "*" and HOST not in hosts.replace(" ", "").split(","):
            hosts = ",".join(filter(None, [hosts, HOST]))
        os.environ[name] = hosts
