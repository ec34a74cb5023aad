"""What makes every answer, every new password and every address safer, whatever the API does."""

from pathlib import Path

from flask import Flask, abort, request
from flask_jwt_extended import verify_jwt_in_request

from server.setup import SettingsError

COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("ascii").split("\n"))

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Browsers take it over TLS only (RFC 6797 section 7.2).
STRICT = "max-age=31536000"


def check_proxies(count: str | None) -> int:
    """Return how many proxies stand before this server: so many addresses of X-Forwarded-For are theirs to write.

    Raises:
        SettingsError: it is not a small number.
    """
    if count and count not in ("0", "1", "2", "3", "4", "5"):
        raise SettingsError(
            f"TRUSTED_PROXIES is {count!r}. It is how many proxies stand before this server: 0 to 5."
        )
    return int(count or 0)


def refuse_common_passwords(app: Flask) -> None:
    """Answer 400 to a new password that thousands of people use (ASVS 5.0 6.2.4)."""

    @app.before_request
    def is_not_common():
        if request.endpoint == "change_password":
            verify_jwt_in_request(fresh=True)  # who may not come in is told nothing else
        elif request.endpoint != "create_user":
            return
        try:
            body = request.get_json(silent=True)
        except RecursionError:  # the view will refuse it
            return
        password = body.get("password") if isinstance(body, dict) else None
        if isinstance(password, str) and password.lower() in COMMON:
            abort(400, "Many people use this password, so it is guessed first. Choose another one.")


def add_security_headers(app: Flask) -> None:
    """Give every answer the headers that it has not yet: keep nothing, guess nothing, show nothing in a frame."""

    @app.after_request
    def security_headers(response):
        missing = HEADERS.keys() - response.headers.keys()
        response.headers.extend({name: HEADERS[name] for name in missing})
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = STRICT
        return response
