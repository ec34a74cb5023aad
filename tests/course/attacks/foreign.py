"""An API that knows nothing of Flask: http.server, hmac, and nothing else. It has some flaws of its own."""

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = b"a fixed key for tests only, 32 bytes"
PASSWORDS = {"ana": "open sesame", "bruno": "correct horse"}


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims: dict) -> str:
    sections = {"alg": "HS256", "typ": "JWT"}, claims
    text = ".".join(encode(json.dumps(section).encode()) for section in sections)
    return f"{text}.{encode(hmac.digest(KEY, text.encode(), hashlib.sha256))}"


def user_of(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    signing_input, _, signature = token.rpartition(".")
    good = encode(hmac.digest(KEY, signing_input.encode("latin-1"), hashlib.sha256))
    if scheme != "Bearer" or not hmac.compare_digest(good.encode(), signature.encode("latin-1")):
        return None
    payload = signing_input.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims["user"] if claims["exp"] > time.time() else None


class Api(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/end":
            threading.Thread(target=self.end).start()
        try:
            body = json.loads(body)
            name, password = body["email"], body["pass"]
            right = isinstance(password, str) and PASSWORDS.get(name) == password
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.answer(400, {"error": "bad request"})
        if self.path != "/session" or not right:
            return self.answer(401, {"error": "no"}, {"WWW-Authenticate": "Bearer"})
        token = sign({"user": name, "exp": int(time.time()) + 600})
        self.answer(200, {"data": 1, "bearer": token})

    def do_GET(self):
        user = user_of(self.headers.get("Authorization", ""))
        if self.path == "/open":
            return self.answer(200, {"everybody": "reads this"})
        if self.path != "/me":
            return self.answer(404, {"error": "not found"})
        if user is None:
            return self.answer(401, {"error": "no"}, {"WWW-Authenticate": "Bearer"})
        self.answer(200, {"user": user})

    do_PATCH = do_HEAD = do_OPTIONS = lambda self: self.answer(405, {"error": "no"})

    def end(self):
        self.server.shutdown()
        self.server.socket.close()

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **dict(headers)}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *message):
        pass


@contextmanager
def foreign():
    """Serve it on a free port, and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
