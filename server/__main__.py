"""`python -m server`: runs the finished API on this machine, until Ctrl-C. `python -m server keys` makes keys for it."""

import argparse
import signal
import sys
import threading
import time

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from server import STAGES, SettingsError, create_app, key_command
from server.demo import DEMO_USERS, seed
from server.login import NOT_TEXT
from server.models import User, db
from server.roles import grant

# So long a request that has begun may still take when the server stops.
SECONDS_TO_FINISH = 10


class RequestHandler(WSGIRequestHandler):
    """Answers one request, and logs it without the query of its path, where a token may stand."""

    at_work: set[threading.Thread] = set()

    def run_wsgi(self) -> None:
        self.at_work.add(threading.current_thread())
        try:
            super().run_wsgi()
        finally:
            self.at_work.discard(threading.current_thread())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if hasattr(self, "path"):  # not if the request could not be read
            self.path = self.path.partition("?")[0]
        super().log_request(code, size)


def finish_requests() -> None:
    """Wait until the requests that have begun are answered."""
    end = time.monotonic() + SECONDS_TO_FINISH
    for thread in list(RequestHandler.at_work):
        thread.join(max(0, end - time.monotonic()))


def make_admin(app: Flask, username: str) -> None:
    """Give the role admin to a user who exists, or end the program with a sentence."""
    nobody = f"--admin {username}: there is no user of this name. Sign up first, or add --seed."
    if NOT_TEXT.search(username):
        sys.exit(nobody)
    with app.app_context():
        user = db.session.scalar(select(User).filter_by(username=username))
        if user is None:
            sys.exit(nobody)
        grant(user.id, "admin")


def main() -> None:
    if sys.argv[1:2] == ["keys"]:
        key_command.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Run the API.",
        epilog="python -m server keys --help tells of the keys that sign.",
    )
    parser.add_argument(
        "--port", type=int, default=5000, help="where to listen: 5000, or 0 for any free port"
    )
    parser.add_argument(
        "--seed", action="store_true", help=f"add the demo users {', '.join(DEMO_USERS)}"
    )
    parser.add_argument(
        "--stage", choices=STAGES[1:], help="build the API up to this stage, not all of it"
    )
    parser.add_argument("--admin", metavar="NAME", help="make this user an admin")
    options = parser.parse_args()
    if options.port not in range(65536):
        parser.error(f"--port {options.port}: the number must be from 0 to 65535.")
    # Who stops the program politely lets it remove its temporary database.
    signal.signal(signal.SIGTERM, lambda *signal_and_frame: sys.exit())
    try:
        app = create_app(options.stage)
    except SettingsError as error:
        sys.exit(str(error))
    if options.seed:
        seed(app)
    if options.admin is not None:
        make_admin(app, options.admin)
    server = make_server(
        "127.0.0.1", options.port, app, threaded=True, request_handler=RequestHandler
    )
    url = f"http://127.0.0.1:{server.port}"
    page = f", its page is {url}/app" if "front_end" in app.view_functions else ""
    print(f"The API listens on {url}{page} (Ctrl-C stops it).", flush=True)
    # In a thread: an exception here could hit the server while it takes a request, and cut it off.
    signal.signal(
        signal.SIGTERM, lambda *signal_and_frame: threading.Thread(target=server.shutdown).start()
    )
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        finish_requests()
    print("Stopped.")


main()
