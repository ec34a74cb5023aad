"""`python -m server`: runs the finished API on this machine, until Ctrl-C."""

import argparse
import signal
import sys

from werkzeug.serving import make_server

from server import SettingsError, create_app
from server.demo import DEMO_USERS, seed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m server", description="Run the API.")
    parser.add_argument(
        "--port", type=int, default=5000, help="where to listen: 5000, or 0 for any free port"
    )
    parser.add_argument(
        "--seed", action="store_true", help=f"add the demo users {', '.join(DEMO_USERS)}"
    )
    options = parser.parse_args()
    if options.port not in range(65536):
        parser.error(f"--port {options.port}: the number must be from 0 to 65535.")
    # Who stops the program politely lets it remove its temporary database.
    signal.signal(signal.SIGTERM, lambda *signal_and_frame: sys.exit())
    try:
        app = create_app()
    except SettingsError as error:
        sys.exit(str(error))
    if options.seed:
        seed(app)
    server = make_server("127.0.0.1", options.port, app, threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    print(f"The API listens on {url}, its page is {url}/app (Ctrl-C stops both).", flush=True)
    server.serve_forever()
    print("Stopped.")


main()
