"""Stage `browser`: one other origin may call the API, and the front end is served at `/app`."""

import mimetypes
import re
from pathlib import Path

from flask import Flask, redirect, send_from_directory
from flask_cors import CORS

from server.setup import SettingsError, setting

FRONT_END = Path(__file__).parent / "app" / "tokens"
PAGE_HEADERS = {
    # Scripts, styles and requests of this origin, and nothing else: text that becomes a script does not run.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

# On Windows other programs may have registered .js as plain text, which browsers do not run.
mimetypes.add_type("text/javascript", ".js")


def check_origin(origin: str | None) -> str | None:
    """Return the origin whose pages may call the API, or None.

    Returns:
        str | None: scheme, host and port as browsers write them (RFC 6454 section 6.2).

    Raises:
        SettingsError: it is not exactly one origin.
    """
    if origin and not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", origin):
        raise SettingsError(
            f"ALLOWED_ORIGIN is {origin!r}, and must be one origin: scheme, host and port, "
            "in small letters and without a slash at the end, such as http://localhost:8888."
        )
    return origin


def add_to(app: Flask) -> None:
    """Let the pages of ALLOWED_ORIGIN call the API, and add `GET /app/`, to which `GET /` leads."""
    origin = check_origin(setting(app, "ALLOWED_ORIGIN"))
    if origin:
        may_send = ["Authorization", "Content-Type"]
        CORS(app, origins=[origin], allow_headers=may_send, expose_headers=["WWW-Authenticate"])

    @app.get("/app/", defaults={"name": "index.html"})
    @app.get("/app/<path:name>")
    def front_end(name):
        page = send_from_directory(FRONT_END, name)
        page.headers.update(PAGE_HEADERS)
        return page

    # A relative address: a proxy may put all of this into a folder.
    app.add_url_rule("/", "start", lambda: redirect("app/"))
