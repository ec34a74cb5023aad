"""`python -m server`: runs the finished API on this machine, until Ctrl-C."""

import argparse
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
