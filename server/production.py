"""Stage `production`: an API that strangers may call, from several processes, behind a proxy."""

import json
from pathlib import Path

import jwt
import redis
from flask import Flask, abort, g, request
from flask_jwt_extended import verify_jwt_in_request
from flask_jwt_extended.config import config
from flask_jwt_extended.exceptions import JWTDecodeError, NoAuthorizationError, WrongTokenError
from jwt.utils import base64url_decode
from werkzeug.middleware.proxy_fix import ProxyFix

from server.errors import complete
from server.limits import ACCOUNT, ADDRESS, Counter, InDatabase, InRedis, account, address
from server.login import text_field
from server.request_log import log_requests
from server.setup import SettingsError, setting

LOG_INS = {"create_token", "start_session"}
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
            f"TRUSTED_PROXIES is {count!r}. It is how many proxies stand before this server: 0, 1, 2 and so on."
        )
    return int(count or 0)


def trust_proxies(app: Flask, count: int) -> None:
    """Take the client's address and scheme from the last proxies, and from nobody before them."""
    if count:
        # Each proxy adds an address to the first header. The second one is of the nearest proxy.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=1)  # type: ignore[method-assign]


def limit_log_ins(app: Flask, counter: Counter) -> None:
    """Answer 429 when too many log-ins failed, from one address or for one account."""

    @app.before_request
    def count_a_try():
        if request.endpoint not in LOG_INS or request.method != "POST":
            return
        name = account(text_field("username"))
        text_field("password")
        # Counted before the password is checked: many tries at once must not all be let through.
        for key, limit in ((address(request.remote_addr), ADDRESS), (name, ACCOUNT)):
            seconds = counter.take(key, limit)
            if seconds:
                msg = f"Too many log-ins have failed. Try again in {seconds} seconds."
                return {"msg": msg}, 429, {"Retry-After": str(seconds)}
        g.account = name

    @app.after_request
    def forget_what_did_not_fail(response):
        if "account" in g and response.status_code != 401:
            counter.give_back(address(request.remote_addr), ADDRESS)
            counter.forget(g.account)
        return response


def refuse_common_passwords(app: Flask) -> None:
    """Answer 400 to a new password that thousands of people use (ASVS 5.0 6.2.4)."""

    @app.before_request
    def is_not_common():
        if request.endpoint == "change_password":
            verify_jwt_in_request(fresh=True)  # who may not come in is told nothing else
        elif request.endpoint != "create_user":
            return
        body = request.get_json(silent=True)
        password = body.get("password") if isinstance(body, dict) else None
        if isinstance(password, str) and password.lower() in COMMON:
            abort(400, "Many people use this password, so it is guessed first. Choose another one.")


def add_ready(app: Flask, counter: Counter) -> None:
    """Add `GET /ready`: whether this process can answer now. `GET /health` only says that it runs."""

    @app.get("/ready")
    def ready():
        InDatabase().check()
        counter.check()
        return {"status": "ready"}

    @app.errorhandler(redis.RedisError)
    def redis_cannot_answer(error):
        app.logger.error("Redis cannot answer: %s", type(error).__name__)
        return {"msg": "The counter of log-ins cannot answer now."}, 503, {"Retry-After": "5"}


def verified_claims(app: Flask, token: str) -> dict:
    """Return the claims of an access token whose signature and time are right, without asking the database.

    The library reads a token three times before it verifies it. This reads it once.

    Raises:
        JWTDecodeError: the token is none, or not one of this server, or over.
        WrongTokenError: it is a refresh token.
    """
    try:
        header = json.loads(base64url_decode(token.partition(".")[0]))
        key = app.extensions["find_key"](header)
        claims = jwt.decode(
            token, key, algorithms=config.decode_algorithms, options={"require": ["sub"]}
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise JWTDecodeError(str(error)) from None
    complete(claims)
    if claims["type"] != "access":
        raise WrongTokenError("Only access tokens are allowed")
    return claims


def add_claims(app: Flask) -> None:
    """Add `GET /claims`: whose an access token is and until when, without one question to the database."""

    # Up to 15 minutes after a log-out it still answers, so nothing stands here that the caller does not hold already.
    @app.get("/claims")
    def claims():
        given = request.authorization
        if given is None or given.type != "bearer" or not given.token:
            raise NoAuthorizationError("Send an access token in the header Authorization.")
        claims = verified_claims(app, given.token)
        return {"sub": claims["sub"], "exp": claims["exp"]}


def add_security_headers(app: Flask) -> None:
    """Give every answer the headers that it has not yet: keep nothing, guess nothing, show nothing in a frame."""

    @app.after_request
    def security_headers(response):
        missing = HEADERS.keys() - response.headers.keys()
        response.headers.extend({name: HEADERS[name] for name in missing})
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = STRICT
        return response


def add_to(app: Flask) -> None:
    """Limit the log-ins, log the requests, say whether the server is ready, and harden every answer."""
    trust_proxies(app, check_proxies(setting(app, "TRUSTED_PROXIES")))
    redis_url = setting(app, "REDIS_URL")
    counter: Counter = InRedis(redis_url) if redis_url else InDatabase()
    log_requests(app)
    limit_log_ins(app, counter)
    refuse_common_passwords(app)
    add_ready(app, counter)
    add_claims(app)
    add_security_headers(app)
