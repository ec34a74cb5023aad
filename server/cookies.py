"""Stage `cookies`: a session for browsers. Its tokens are in cookies that no script can read."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, make_response, request, send_from_directory
from flask_jwt_extended import (
    get_jwt,
    jwt_required,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
)
from flask_jwt_extended.exceptions import CSRFError

from server.browser import FRONT_END, PAGE_HEADERS
from server.clock import now
from server.errors import refusal
from server.models import Login, db
from server.revocation import OVER, end_login, login_with_password, rotate, tokens
from server.setup import SettingsError, setting

LOOPBACK = ("localhost", "127.0.0.1", "::1")
WITH_COOKIES = FRONT_END.with_name("cookies")


def check_plain_address(address: str | None) -> bool:
    """Return whether cookies go without Secure, for browsers that keep no Secure cookie of http://localhost.

    Args:
        address: where the page is, or None.

    Raises:
        SettingsError: it is not plain HTTP on this machine.
    """
    if not address:
        return False
    try:
        parts = urlsplit(address)
        is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    except ValueError:
        is_here = False
    if not is_here:
        raise SettingsError(
            f"COOKIES_WITHOUT_SECURE is {address!r}. It is for a page on this machine only, "
            "such as http://localhost:5000. Everywhere else use HTTPS, and leave it out."
        )
    return True


def keep_tokens_in_cookies(app: Flask, is_plain: bool) -> None:
    """Say which cookies there are. Each prefix makes browsers refuse a cookie that is less than its name says."""
    host, secure = ("", "") if is_plain else ("__Host-", "__Secure-")
    app.config.update(
        JWT_TOKEN_LOCATION=["headers", "cookies"],
        JWT_COOKIE_SECURE=not is_plain,
        JWT_COOKIE_SAMESITE="Strict",
        JWT_COOKIE_CSRF_PROTECT=True,
        JWT_CSRF_CHECK_FORM=False,
        JWT_ACCESS_COOKIE_NAME=f"{host}access",
        JWT_ACCESS_CSRF_COOKIE_NAME=f"{host}csrf-access",
        JWT_REFRESH_COOKIE_NAME=f"{secure}refresh",
        JWT_REFRESH_COOKIE_PATH="/session",
        JWT_REFRESH_CSRF_COOKIE_NAME=f"{host}csrf-refresh",
    )


def refuse_other_hosts(app: Flask) -> None:
    """Answer nobody who calls this server by a name of another machine."""

    @app.before_request
    def only_on_this_machine():
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            abort(
                403, "Cookies go without Secure here, so this server is for its own machine only."
            )


def refuse_forged_requests(app: Flask) -> None:
    """Answer 403 to a request that came with a cookie, and without its CSRF token."""

    @app.before_request
    def no_csrf_token_is_beyond_ascii():
        # Comparing such a text raises a TypeError in the library. This one fits as little.
        if not request.headers.get("X-CSRF-TOKEN", "").isascii():
            request.environ["HTTP_X_CSRF_TOKEN"] = "not ASCII"

    @app.errorhandler(CSRFError)
    def request_is_forged(error):
        return {"msg": str(error)}, 403


def in_cookies(login: Login, is_fresh: bool = False) -> Response:
    """Return the answer with both tokens of a log-in: in cookies, and never in the body."""
    # One CSRF token for the whole log-in: a page can remember it, and knows by it which log-in goes on.
    given, headers = tokens(login, is_fresh, csrf=login.id)
    answer = jsonify(user_id=login.user_id)
    answer.headers.update(headers)
    set_access_cookies(answer, given["token"], given["expires_in"])
    set_refresh_cookies(answer, given["refresh_token"], login.expires_at - now())
    return answer


def add_session(app: Flask) -> None:
    """Add `POST` and `DELETE /session`, and `POST /session/refresh`."""

    @app.post("/session")
    def start_session():
        login = login_with_password()
        if login is None:
            return {"msg": "Bad username or password"}, 401
        answer = in_cookies(login, is_fresh=True)
        db.session.commit()
        return answer

    @app.post("/session/refresh")
    @jwt_required(refresh=True, locations="cookies")
    def refresh_session():
        login = rotate(get_jwt()["sid"], get_jwt()["jti"])
        answer = in_cookies(login) if login else refusal(OVER, "invalid_token")
        db.session.commit()
        return answer

    @app.delete("/session")
    @jwt_required(refresh=True, locations="cookies")
    def end_session():
        end_login(get_jwt()["sid"])
        db.session.commit()
        answer = make_response("", 204)
        unset_jwt_cookies(answer)
        return answer


def add_page(app: Flask) -> None:
    """Serve the front end that keeps its session in cookies."""

    @app.endpoint("front_end")
    def front_end(name):
        page = send_from_directory(WITH_COOKIES, name)
        page.headers.update(PAGE_HEADERS)
        return page


def add_to(app: Flask) -> None:
    """Add the session of a browser, and let every private route take its cookie."""
    is_plain = check_plain_address(setting(app, "COOKIES_WITHOUT_SECURE"))
    keep_tokens_in_cookies(app, is_plain)
    if is_plain:
        refuse_other_hosts(app)
    refuse_forged_requests(app)
    add_session(app)
    add_page(app)
