"""Stage `production`: an API that strangers may call, from several processes, behind a proxy."""

import redis
from flask import Flask, g, request
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

from server.claims import add_claims
from server.hardening import add_security_headers, check_proxies, refuse_common_passwords
from server.limits import ACCOUNT, ADDRESS, Counter, InDatabase, InRedis, account, address
from server.login import text_field
from server.models import db
from server.request_log import log_requests
from server.setup import setting

LOG_INS = {"create_token", "start_session"}


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
        if "account" in g and response.status_code == 200:
            counter.give_back(address(request.remote_addr), ADDRESS)
            counter.forget(g.account)
        return response


def add_ready(app: Flask, counter: Counter) -> None:
    """Add `GET /ready`: whether this process can answer now. `GET /health` only says that it runs."""

    @app.get("/ready")
    def ready():
        db.session.execute(select(1))
        counter.check()
        return {"status": "ready"}

    @app.errorhandler(redis.RedisError)
    def redis_cannot_answer(error):
        app.logger.error("Redis cannot answer: %s", type(error).__name__)
        return {"msg": "The counter of log-ins cannot answer now."}, 503, {"Retry-After": "5"}


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
