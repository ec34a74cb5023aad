"""What is attacked: an API on this machine, and all that an attacker knows of it."""

import dataclasses
import hmac
import ipaddress
import json
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

import flask
import jwt
import requests
from werkzeug.exceptions import HTTPException

from course.attacks.attempts import cannot_tell
from course.problem import Problem
from course.servers.doors import fitting_path
from course.tokens.base64url import encode
from course.tokens.jws import HASHES

SECONDS = 30  # only bounds an answer that never comes
LOG_INS = ("/token", "/login", "/auth/login", "/api/token", "/api/login")
NAMES_OF_TOKENS = ("token", "access_token", "accessToken", "jwt")
JSON_WEB_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*")
VARIABLE = re.compile(r"<[^>]*>|\{[^}]*\}|(?<=/):\w+")
ATTACKER, VICTIM = "mallory", "victor"


@dataclasses.dataclass(frozen=True)
class User:
    """A user of the API. Without a password nobody may log in as this user. `made` says whether the attacks made it."""

    name: str
    password: str | None
    made: bool = False


@dataclasses.dataclass(frozen=True)
class Door:
    """A method and a path. In the path, variables are written as `<id>`, `{id}` or `:id`."""

    method: str
    path: str

    @classmethod
    def of(cls, text: str) -> "Door":
        """Read "GET /tasks", or "/tasks", which means GET."""
        method, _, path = text.rpartition(" ")
        return cls(method.strip().upper() or "GET", path)

    @property
    def has_variable(self) -> bool:
        return bool(VARIABLE.search(self.path))

    def __str__(self):
        return f"{self.method} {self.path}"


class Target:
    """An API that is attacked. `attack` says what the arguments are.

    Attributes:
        doors (list[Door]): the routes that are known.
        seen (list[requests.Response]): every answer so far.
        made (list[str]): what the attacks created, in words.
        probed (bool): whether the attacks on answers have sent what makes many APIs fail.
        has_ended (bool): whether an attack ended the server.
        sessions (dict[User, Session]): log-ins with cookies that the attacks share.
        key (str | None): the key that signs the tokens, if it is known.
        stopwatch (Stopwatch | None): what measures the answers, if the server runs in this process.
    """

    def __init__(
        self,
        url: str,
        *,
        app: flask.Flask | None = None,
        stopwatch: "Stopwatch | None" = None,
        login: str | None = None,
        private: Iterable[str] = (),
        public: Iterable[str] = (),
        sign_up: str | None = None,
        users: Mapping[str, str | None] | None = None,
        fields: tuple[str, str] = ("username", "password"),
        token_field: str | None = None,
        form: bool = False,
        session: str | None = None,
    ):
        self.url = check_loopback(url)
        self.app, self.stopwatch = app, stopwatch
        self.seen: list[requests.Response] = []
        self.made: list[str] = []
        self.probed = self.has_ended = False
        self.fields, self.token_field, self.form = fields, token_field, form
        self._session = requests.Session()
        self._session.trust_env = False  # neither a proxy nor a password of a .netrc
        given = [Door.of(text) for text in _listed(private)]
        self.public = _listed(public)
        self.doors = _doors_of(app) if app is not None else []
        self.doors += [door for door in given if door not in self.doors]
        self.login = login or self._first_post(LOG_INS)
        self.session = session or (
            "/session" if Door("POST", "/session") in self.doors else self.login
        )
        self.sign_up = sign_up or ("/users" if Door("POST", "/users") in self.doors else None)
        self._tokens: dict[User, str] = {}
        self.sessions: dict[User, Any] = {}
        self.users = [User(name, password) for name, password in (users or {}).items()]
        with_password = [user for user in self.users if user.password is not None]
        self.without_password = [user for user in self.users if user.password is None]
        while len(with_password) < 2 and self.sign_up and users is None:
            with_password.append(self.make_user([ATTACKER, VICTIM][len(with_password)]))
        if len(with_password) < 2:
            raise Problem(
                "An attack needs two users, one who attacks the other. Name two that may be spoiled, with their "
                "passwords, or the route where anyone signs up."
            )
        self.attacker, self.victim = with_password[:2]
        self._private: Door | None = None
        for user in (self.attacker, self.victim):
            self.token(user)
        self.key = self._own_key()

    def send(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """Send one request, without cookies but those in `headers`, and note the answer.

        Args:
            method, path: what is asked.
            token: what stands behind `Bearer`, if anything.
            options: more for `requests.request`, such as `json` and `headers`.
        """
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}".encode()
        options = {"timeout": SECONDS, "allow_redirects": False, "headers": headers, **options}
        response = self._session.request(method, self.url + path, **options)
        self._session.cookies.clear()
        self.seen.append(response)
        return response

    def answers(self) -> bool:
        """Whether the server answers anything at all."""
        try:
            self._session.get(self.url, timeout=SECONDS, allow_redirects=False)
        except requests.ConnectionError:
            return False
        except requests.RequestException:
            pass
        return True

    def log_in(self, name: object, password: object) -> requests.Response:
        """Try to log in with a name and a password, which may be anything that JSON holds."""
        return self.log_in_with(dict(zip(self.fields, (name, password), strict=True)))

    def log_in_with(self, body: object) -> requests.Response:
        """Send this body to the log-in."""
        options: dict[str, Any] = {"data": body} if self.form else {"json": body}
        return self.send("POST", self.login, **options)

    def make_user(
        self, name: str, password: str | None = None, more: Mapping[str, object] | None = None
    ) -> User:
        """Sign up a user. If the name is taken, the user gets a number too. `more` are other fields of the body.

        Raises:
            NoVerdict: nobody can sign up.
        """
        if self.sign_up is None:
            raise cannot_tell("nobody can sign up")
        password = password or secrets.token_urlsafe(24)
        for number in range(1, 100):
            user = User(name if number == 1 else f"{name}-{number}", password, made=True)
            response = self.send("POST", self.sign_up, json={**(more or {}), **self._body(user)})
            if response.ok:
                self.made.append(f"the user {user.name}")
                return user
        raise Problem(
            f"POST {self.sign_up} signs nobody up: it answered {response.status_code}. "
            "Name two users that may be spoiled, with their passwords."
        )

    def delete_user(self, user: User) -> None:
        """Delete the row of a user that the attacks made, in the database of a Flask-SQLAlchemy app."""
        app = self.app
        assert app is not None and user.made
        database = app.extensions["sqlalchemy"]
        with app.app_context():
            for table in database.metadata.tables.values():
                if self.fields[0] in table.columns:
                    row = table.columns[self.fields[0]] == user.name
                    database.session.execute(table.delete().where(row))
            database.session.commit()
        self.made.remove(f"the user {user.name}")

    def _body(self, user: User) -> dict:
        return dict(zip(self.fields, (user.name, user.password), strict=True))

    def token(self, user: User) -> str:
        """The access token of a user, who logs in once.

        Raises:
            Problem: the log-in does not work.
        """
        if user not in self._tokens:
            response = self.log_in(user.name, user.password)
            token = self.token_in(response)
            if token is None:
                raise Problem(
                    f"The log-in does not work, so nothing was tried: POST {self.login} for the user {user.name} "
                    f"answered {response.status_code}, without a token that is found. Give the route of the log-in, the names "
                    "of its fields, and users with their passwords."
                )
            self._tokens[user] = token
        return self._tokens[user]

    def token_in(self, response: requests.Response) -> str | None:
        """The token in an answer, or None."""
        try:
            body = response.json()
        except ValueError:
            return None
        if not response.ok or not isinstance(body, dict):
            return None
        names = [self.token_field] if self.token_field else [*NAMES_OF_TOKENS, *body]
        for name in names:
            value = body.get(name)
            if isinstance(value, str) and (self.token_field or JSON_WEB_TOKEN.fullmatch(value)):
                return value
        return None

    def refresh_token_in(self, response: requests.Response) -> str | None:
        """The refresh token in an answer, or None."""
        if self.token_in(response) is None:
            return None
        found = [value for name, value in response.json().items() if "refresh" in name.lower()]
        return found[0] if found and isinstance(found[0], str) else None

    @property
    def private(self) -> Door:
        """A door that opens for a token, and for nobody else. A route that is open on purpose is none.

        Raises:
            NoVerdict: there is none.
        """
        if self._private is None:
            token = self.token(self.attacker)
            for door in self.doors:
                if door.method == "GET" and not door.has_variable and not self.is_public(door):
                    if (
                        self.send("GET", door.path, token=token).ok
                        and not self.send("GET", door.path).ok
                    ):
                        self._private = door
                        break
            else:
                raise cannot_tell("no known route opens for a token and for nobody else")
        return self._private

    def call(self, token: str | None, **options: Any) -> requests.Response:
        """Call the private door with a token, good or bad."""
        return self.send("GET", self.private.path, token=token, **options)

    def claims(self, user: User | None = None) -> dict:
        """What the token of a user says. Nobody checks it.

        Raises:
            NoVerdict: the token is no JWT.
        """
        try:
            token = self.token(user or self.attacker)
            return jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise cannot_tell("the token is no JWT") from None

    @property
    def header(self) -> dict:
        """The header of the attacker's token."""
        self.claims()
        return jwt.get_unverified_header(self.token(self.attacker))

    def signed(self, claims: dict, algorithm: str | None = None, **header: object) -> str:
        """A token with the API's own key.

        Raises:
            NoVerdict: the key is not known.
        """
        if self.key is None:
            raise cannot_tell("only for an app, whose key is known")
        algorithm = algorithm or self.header["alg"]
        header = self.header | header | {"alg": algorithm}
        return sign(unsigned(header, claims), self.key.encode(), algorithm)

    def _own_key(self) -> str | None:
        """The key in the app's settings, if it really signs the tokens."""
        settings = self.app.config if self.app is not None else {}
        for name in ("JWT_SECRET_KEY", "SECRET_KEY"):
            key = settings.get(name)
            if isinstance(key, str) and self._is_signed_with(key):
                return key
        return None

    def _is_signed_with(self, key: str) -> bool:
        token = self.token(self.attacker)
        try:
            algorithm = jwt.get_unverified_header(token)["alg"]
        except jwt.InvalidTokenError:
            return False
        return (
            algorithm in HASHES and sign(token.rpartition(".")[0], key.encode(), algorithm) == token
        )

    def is_public(self, door: Door) -> bool:
        """Whether this door is meant to be open: the log-in, the sign-up, and what `public` confirms."""
        if door.method == "POST" and door.path in (self.login, self.session, self.sign_up):
            return True
        return any(fnmatchcase(str(door), str(Door.of(pattern))) for pattern in self.public)

    def path_of(self, door: Door, value: object = 1) -> str | None:
        """The path of a door, with a value for its variables; None if the value does not fit."""
        path = VARIABLE.sub(str(value), door.path)
        if self.app is None or not door.has_variable:
            return path
        try:
            self.app.url_map.bind("localhost").match(path, door.method)
        except HTTPException:
            return fitting_path(self.app, door.method, door.path) if door.method == "GET" else None
        return path

    def _first_post(self, paths: tuple[str, ...]) -> str:
        known = [path for path in paths if Door("POST", path) in self.doors]
        return known[0] if known else paths[0]


class Stopwatch:
    """An app, and the processor time of its last answer as `.seconds`: other programs do not change that."""

    def __init__(self, app: Callable):
        self._app = app
        self.seconds = 0.0

    def __call__(self, environ: dict, start_response: Callable) -> list[bytes]:
        start = time.thread_time()
        body = self._app(environ, start_response)
        try:
            return [*body]
        finally:
            getattr(body, "close", lambda: None)()
            self.seconds = time.thread_time() - start


def unsigned(header: dict, claims: object) -> str:
    """The first two sections of a token."""
    return ".".join(
        encode(json.dumps(section, separators=(",", ":")).encode()) for section in (header, claims)
    )


def sign(signing_input: str, key: bytes, algorithm: str = "HS256") -> str:
    """A token with a signature: by hand, since a library refuses keys that attackers use."""
    signature = hmac.digest(key, signing_input.encode(), HASHES[algorithm])
    return f"{signing_input}.{encode(signature)}"


def check_loopback(url: str) -> str:
    """Return the address of a server on this machine, without a slash at its end.

    Raises:
        Problem: it is the address of another machine, or none.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or parts.scheme not in ("http", "https"):
        raise Problem(
            f"{url!r:.60} is no address of a server. Write it like http://127.0.0.1:5000."
        )
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port)}
    except OSError:
        addresses = set()
    if not addresses or not all(
        ipaddress.ip_address(a.partition("%")[0]).is_loopback for a in addresses
    ):
        raise Problem(
            f"{host} is not this machine. To attack the server of somebody else is a crime in most countries, so "
            "attack only calls 127.0.0.1, localhost and ::1. Run a copy of the API here."
        )
    return url.rstrip("/")


def _listed(texts: Iterable[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def _doors_of(app: flask.Flask) -> list[Door]:
    return [
        Door(method, rule.rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if rule.endpoint.rpartition(".")[2] != "static"  # of Flask: files for everybody
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
    ]
