"""Attacks on a log-in that keeps its tokens in cookies."""

import copy
import dataclasses
import math
import time
from contextlib import suppress
from typing import Any

import jwt
import requests

from course.attacks.attempts import (
    NoVerdict,
    Outcome,
    attempt,
    broke_in,
    cannot_tell,
    not_there,
    repelled,
)
from course.attacks.target import JSON_WEB_TOKEN, Door, Target, User

CSRF_HEADERS = ("X-CSRF-TOKEN", "X-CSRFToken", "X-XSRF-TOKEN")
NO_ROUTE = {404, 405}


@dataclasses.dataclass(frozen=True)
class Cookie:
    """A cookie as an answer sets it (RFC 6265 section 5.2). The names of its attributes are in lower case."""

    name: str
    value: str
    attributes: dict[str, str]

    @classmethod
    def of(cls, line: str) -> "Cookie":
        """Read one `Set-Cookie`."""
        pair, *rest = line.split(";")
        name, _, value = pair.partition("=")
        parts = [part.strip().partition("=") for part in rest]
        return cls(name.strip(), value.strip(), {key.lower(): text for key, _, text in parts})

    @property
    def is_csrf_token(self) -> bool:
        return any(word in self.name.lower() for word in ("csrf", "xsrf"))

    @property
    def path(self) -> str:
        return self.attributes.get("path") or "/"

    def goes_to(self, path: str) -> bool:
        """Whether a browser sends it with a request for this path (RFC 6265 section 5.1.4)."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class Session:
    """A user in a browser: a log-in whose cookies are kept and sent as browsers do, over HTTP on this machine.

    Raises:
        NoVerdict: the log-in sets no cookie.
    """

    def __init__(self, target: Target, user: User | None = None):
        user = user or target.attacker
        self.target = target
        self.cookies: dict[str, Cookie] = {}
        body = dict(zip(target.fields, (user.name, user.password), strict=True))
        options: dict[str, Any] = {"data": body} if target.form else {"json": body}
        self.log_in = target.send("POST", target.session, **options)
        self._keep(self.log_in)
        if not self.log_in.ok or not self.tokens:
            raise not_there("no log-in that sets cookies is known")

    @property
    def tokens(self) -> list[Cookie]:
        """The cookies that say who calls."""
        return [cookie for cookie in self.cookies.values() if not cookie.is_csrf_token]

    def header(self, path: str) -> dict[str, str]:
        """The header `Cookie` of a request for this path."""
        sent = [cookie for cookie in self.cookies.values() if cookie.goes_to(path)]
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)}

    def csrf_tokens(self) -> list[str]:
        """The values that the API's own page can read and send in a header."""
        found = [cookie.value for cookie in self.cookies.values() if cookie.is_csrf_token]
        return list(dict.fromkeys(found))

    def forge(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send what the page of another origin can make the browser send: all cookies, and no CSRF token."""
        headers = self.header(path) | options.pop("headers", {})
        return self.target.send(method, path, headers=headers, **options)

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send what the API's own page sends: the cookies and the CSRF token."""
        for value in self.csrf_tokens() or [""]:
            response = self.forge(
                method, path, headers=dict.fromkeys(CSRF_HEADERS, value), **options
            )
            if response.status_code not in (401, 403):
                break
        self._keep(response)
        return response

    def refresh(self) -> requests.Response:
        """Ask for new cookies."""
        posts = [door.path for door in self.target.doors if door.method == "POST"]
        known = [path for path in posts if "refresh" in path]
        known.sort(key=lambda path: not path.startswith(self.target.session))
        response = self.send("POST", (known or [f"{self.target.session}/refresh"])[0])
        if response.status_code in NO_ROUTE:
            raise not_there("no route for a refresh is known")
        return response

    def log_out(self) -> requests.Response:
        """Log out."""
        doors = [door for door in self.target.doors if is_log_out(door)]
        for door in [Door("DELETE", self.target.session), *doors, Door("POST", "/logout")]:
            response = self.send(door.method, door.path)
            if response.ok:
                return response
            if response.status_code not in NO_ROUTE:
                raise cannot_tell(f"{door} answered {response.status_code}")
        raise not_there("no route for a log-out is known")

    def _keep(self, response: requests.Response) -> None:
        for cookie in set_cookies(response):
            self.cookies[cookie.name] = cookie
            if not cookie.value or cookie.attributes.get("max-age") == "0":
                del self.cookies[cookie.name]


def is_log_out(door: Door) -> bool:
    """Whether the name of a route says that it ends a log-in."""
    return "logout" in door.path.replace("-", "").lower()


def set_cookies(response: requests.Response) -> list[Cookie]:
    """The cookies that an answer sets. requests itself joins them with commas, which dates have too."""
    return [Cookie.of(line) for line in response.raw.headers.getlist("Set-Cookie")]


def shared(target: Target, user: User | None = None) -> Session:
    """The session of a user, who logs in once, for attacks that end no session. `Session` says what it raises."""
    user = user or target.attacker
    if user not in target.sessions:
        target.sessions[user] = Session(target, user)
    return target.sessions[user]


def each_token(target: Target, fault: Any) -> Outcome:
    """Look for the first cookie with a token that has this fault: `fault(cookie)` is the reason, or nothing."""
    session = shared(target)
    for cookie in session.tokens:
        if reason := fault(cookie):
            return broke_in(f"{cookie.name} {reason}", session.log_in)
    return repelled(session.log_in)


@attempt(
    "a cookie that scripts can read",
    story="A script of the attacker runs in the page, and reads the token out of document.cookie.",
    repair="Set HttpOnly for each cookie with a token.",
    source="RFC 6265 section 4.1.2.6, ASVS 3.3.4",
    lesson="12",
)
def readable(target: Target) -> Outcome:
    return each_token(
        target, lambda cookie: "httponly" not in cookie.attributes and "has no HttpOnly"
    )


@attempt(
    "a cookie without encryption",
    story="The browser sends the cookie over plain HTTP, and somebody on the way reads it.",
    repair="Set Secure for each cookie: JWT_COOKIE_SECURE = True.",
    source="RFC 6265 section 4.1.2.5, ASVS 3.3.1",
    lesson="12",
)
def insecure(target: Target) -> Outcome:
    return each_token(target, lambda cookie: "secure" not in cookie.attributes and "has no Secure")


@attempt(
    "a cookie for every site",
    story="The page of another site sends a request, and the browser adds the cookie.",
    repair='Set SameSite: JWT_COOKIE_SAMESITE = "Strict", or "Lax".',
    source="RFC 6265bis section 4.1.2.7, ASVS 3.3.2",
    lesson="12",
)
def every_site(target: Target) -> Outcome:
    def fault(cookie: Cookie) -> str:
        value = cookie.attributes.get("samesite", "")
        return "" if value.lower() in ("strict", "lax") else f"has SameSite {value or 'missing'}"

    return each_token(target, fault)


@attempt(
    "a cookie for the neighbours",
    story="A server on another name below the same domain gets the cookie.",
    repair="Set no Domain: the cookie then belongs to one host.",
    source="RFC 6265 section 4.1.2.3, ASVS 3.3.3",
    lesson="12",
)
def for_neighbours(target: Target) -> Outcome:
    return each_token(target, lambda cookie: cookie.attributes.get("domain") and "has a Domain")


@attempt(
    "a prefix that is not true",
    story="The name of a cookie promises what its attributes do not keep, so browsers drop it.",
    repair="__Secure- needs Secure; __Host- needs Secure, Path=/ and no Domain.",
    source="RFC 6265bis section 4.1.3, ASVS 3.3.1",
    lesson="12",
)
def untrue_prefix(target: Target) -> Outcome:
    if not any(c.name.startswith(("__Host-", "__Secure-")) for c in shared(target).tokens):
        raise not_there("no cookie has a prefix")

    def fault(cookie: Cookie) -> str:
        attributes = cookie.attributes
        if cookie.name.startswith(("__Host-", "__Secure-")) and "secure" not in attributes:
            return "has no Secure"
        is_host = cookie.name.startswith("__Host-")
        if is_host and (attributes.get("path") != "/" or attributes.get("domain")):
            return "needs Path=/ and no Domain"
        return ""

    return each_token(target, fault)


@attempt(
    "a cookie that outlives its token",
    story="The browser keeps the cookie for a year, though the token in it is good for minutes.",
    repair="Give the cookie the life of its token: max_age=.",
    source="ASVS 7.3.2, RFC 6265 section 4.1.2.2",
    lesson="12",
)
def outlives(target: Target) -> Outcome:
    def fault(cookie: Cookie) -> str:
        try:
            life = int(cookie.attributes.get("max-age", "0"))
        except ValueError:
            return ""
        # A minute more is the clock's, not the server's.
        end = _claims(cookie).get("exp", math.inf)
        return "lives longer than its token" if time.time() + life > end + 60 else ""

    tokens = [c for c in shared(target).tokens if "exp" in _claims(c)]
    if not tokens:
        raise not_there("no cookie holds a JWT with an exp")
    return each_token(target, fault)


def _claims(cookie: Cookie) -> dict:
    try:
        return jwt.decode(cookie.value, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}


@attempt(
    "a token beside the cookie",
    story="The log-in or the refresh sets a cookie and writes the token into the body too, where a script reads it.",
    repair="Answer a request for cookies with cookies only.",
    source="ASVS 3.3.4",
    lesson="12",
)
def beside_the_cookie(target: Target) -> Outcome:
    session = Session(target)
    answers = [session.log_in]
    if not shows_token(session.log_in):
        with suppress(NoVerdict):  # without a refresh, the log-in alone is looked at
            answers.append(session.refresh())
    for response in answers:
        if shows_token(response):
            return broke_in("the body of the answer holds a token", response)
    return repelled(session.log_in)


def shows_token(response: requests.Response) -> bool:
    """Whether the body of an answer holds a JWT, or what is in one of its cookies that scripts cannot read."""
    hidden = [cookie.value for cookie in set_cookies(response) if not cookie.is_csrf_token]
    words = response.text.replace('"', " ").split()
    is_jwt = [word for word in words if JSON_WEB_TOKEN.fullmatch(word) and len(word) > 60]
    return bool(is_jwt) or any(value and value in response.text for value in hidden)


@attempt(
    "cookies after the log-out",
    story="The user logs out of the page. The attacker has copied the cookies before.",
    repair="End the log-in in the server, and let the answer of the log-out unset the cookies.",
    source="ASVS 7.4.1",
    lesson="12",
)
def after_log_out(target: Target) -> Outcome:
    session, stolen = Session(target), copy.copy(shared(target))
    path = target.private.path
    if not session.forge("GET", path).ok:
        raise cannot_tell("no known route opens for the cookies")
    stolen.cookies = dict(session.cookies)
    response = session.log_out()
    if session.tokens:
        return broke_in(f"the browser still has {session.tokens[0].name}", response)
    response = stolen.forge("GET", path)
    if response.ok:
        return broke_in("a copy of the cookies still works", response)
    return repelled(response)


@attempt(
    "a refresh cookie that was used",
    story="The attacker has copied the cookies. The owner's page refreshes them, and again, and then the copy comes.",
    repair="Give a new refresh token each time, and end the log-in when a used one comes back.",
    source="RFC 9700 section 4.14.2, ASVS 10.4.5",
    lesson="12",
)
def used_cookie(target: Target) -> Outcome:
    session, stolen = Session(target), copy.copy(shared(target))
    stolen.cookies = dict(session.cookies)
    for _ in range(2):
        response = session.refresh()
        if not response.ok:
            raise cannot_tell(f"good cookies were answered {response.status_code}")
    response = stolen.refresh()
    return broke_in("used cookies get new ones", response) if response.ok else repelled(response)
