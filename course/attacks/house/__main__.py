"""`python -m course.attacks.house PORT [NAME ...]`: broken servers under paths of one port, on this machine only.

`launch` starts it and ends it. The flags are made here, after the start, and never leave but through `GET /flag` of their server:
the front page tells their SHA-256, and what the last token that got one said in its header.
"""

import hashlib
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import jwt
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from course.attacks.house.servers import SERVERS, new_flag, new_key

HOST = "127.0.0.1"
LONGEST_BODY = 100_000


def main(port: int, names: list[str]) -> None:
    # A stop from outside also takes the folder away.
    signal.signal(signal.SIGTERM, lambda *signal: sys.exit())
    with tempfile.TemporaryDirectory() as folder:
        make_server(HOST, port, front_door(Path(folder), names), threaded=True).serve_forever()


def front_door(folder: Path, names: list[str]) -> Callable:
    """One app with every server under its name, and a front page."""
    front = Flask("house", static_folder=None)
    seals: dict[str, dict[str, str]] = {}
    doors = {}
    for name in names:
        place = folder / name
        place.mkdir()
        flag = new_flag()
        seals[name] = {"sha256": hashlib.sha256(flag.encode()).hexdigest(), "way": ""}
        app = SERVERS[name](flag, new_key(name, place))
        app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
        doors[f"/{name}"] = noting_the_way(app, seals[name])
    front.get("/")(lambda: seals)
    return DispatcherMiddleware(front, doors)


def noting_the_way(app: Callable, seal: dict[str, str]) -> Callable:
    """The same app. When it gives its flag, the seal says how the token looked that got it."""

    def answer(environ: dict, start_response: Callable) -> Iterable[bytes]:
        def note(status: str, *rest: object) -> object:
            if status.startswith("200") and environ["PATH_INFO"] == "/flag":
                seal["way"] = way_of(environ["HTTP_AUTHORIZATION"].split()[-1])
            return start_response(status, *rest)

        return app(environ, note)

    return answer


def way_of(token: str) -> str:
    """What the header of a token says about its key: "alg HS256, kid ../page/style.css"."""
    header = jwt.get_unverified_header(token)
    said = [f"alg {header.get('alg')}"]
    said += [f"{name} {header[name]}" for name in ("kid", "jku") if name in header]
    said += ["a key in jwk"] if "jwk" in header else []
    return ", ".join(said)[:120]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or list(SERVERS))
