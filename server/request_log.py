"""One line of JSON for each request, and for each error. No line holds a token, a password or a key."""

import json
import logging
import re
import secrets
import sys
from contextlib import suppress
from time import perf_counter

from flask import Flask, g, request
from flask_jwt_extended import get_jwt

log = logging.getLogger("server.requests")


def request_id() -> str:
    """Return the id that a proxy gave this request, if it is a plain one, or else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if re.fullmatch("[A-Za-z0-9-]{1,64}", given) else secrets.token_hex(8)


def claims_of_request() -> dict:
    """Return the claims of the token with which this request came in, or none."""
    with suppress(RuntimeError):  # this route asks for no token
        return g.get("claims") or get_jwt()
    return {}


def log_requests(app: Flask) -> None:
    """Tell of every request: which one, what came of it, how long it took, and whose token it was.

    The line has the path without its query, and of the token only the claims sub and jti: who reads a log must not be
    able to log in with what stands there.
    """

    @app.before_request
    def start():
        g.started, g.request_id = perf_counter(), request_id()

    @app.after_request
    def tell(response):
        id = g.get("request_id") or request_id()
        response.headers["X-Request-ID"] = id
        if log.isEnabledFor(logging.INFO):
            claims = claims_of_request()
            line = {
                "id": id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
                "sub": claims.get("sub"),
                "jti": claims.get("jti"),
                "address": request.remote_addr,
            }
            log.info("request", extra={"line": line})
        return response


class JSONLines(logging.Formatter):
    """Writes a record as one line of JSON. Of an exception it tells the type and the place: its text may hold a secret."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": self.formatTime(record), "level": record.levelname}
        line |= getattr(record, "line", {"event": record.getMessage()})
        if record.exc_info and record.exc_info[1]:
            trace = record.exc_info[1].__traceback__
            while trace and trace.tb_next:
                trace = trace.tb_next
            line["error"] = type(record.exc_info[1]).__name__
            if trace:
                line["at"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return json.dumps(line)


def write_json_lines() -> None:
    """Let this process write all that it logs to standard output, as lines of JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JSONLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
