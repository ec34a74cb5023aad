"""`door_map(app, token)`: every route of an API, and who gets in; with callers by name, who may do what."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice, product
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import flask
from werkzeug.routing import AnyConverter, BaseConverter, Rule
from werkzeug.routing.converters import NumberConverter

from course.page.style import styled, table
from course.problem import Problem
from course.servers.background import PRODUCTION
from course.servers.rights import SAFE, Caller, RightsMap

# What a variable of a path may be: the first that fits is taken.
VALUES = [*"123456789", "a", "1.0", str(UUID(int=1))]
VALUES += [letter * length for length in range(2, 65) for letter in "1a"]


def door_map(
    app: flask.Flask | Callable[[], flask.Flask],
    token: str | None = None,
    public: Iterable[str] = (),
    *,
    body: dict[str, Any] | None = None,
    **callers: Caller,
) -> "DoorMap | RightsMap":
    """Call every route without a token and with one, or as each of some callers, and note the statuses.

    Each route really does what it does: a DELETE deletes. So use it with data that nobody needs. The requests have no
    cookies, and variables in a path are 1, or another value that fits. They go straight into the app: no server needs
    to run. A door is closed if it answers 401 without a token. Whose data it shows is another question: for that,
    name callers. Then each request that may change something gets an app of its own.

    Args:
        app: the API. For these requests it is neither in debug mode nor testing. With callers: a function that makes
            the API, with the same users and data each time.
        token: an access token that the API accepts.
        public: the doors that are meant to be open, as method and path: "GET /health". Their rows say "public", and
            "open" is left for doors that nobody has meant to open.
        body: what each request but GET has as its JSON body.
        callers: for each name an access token, None for nobody, or a function that gets the app and returns a token.

    Returns:
        DoorMap: one row for each method of each route. With callers a RightsMap, with a column for each of them.

    Raises:
        Problem: `app` is no Flask app, or has no such door as one of `public`.

    Example:
        >>> door_map(app, token).doors
        [('GET', '/health', 200, 200)]
        >>> door_map(lambda: app, nobody=None, ana=token).doors
        [('GET', '/health', 200, 200)]
    """
    if callers:
        return _rights(app, body, callers)
    if not isinstance(app, flask.Flask):
        raise Problem(
            f"door_map needs the Flask app itself, and got {type(app).__name__}: {app!r:.60}."
        )
    if token is None:
        raise Problem("door_map needs an access token, or callers: door_map(app, token).")
    doors = _doors(app)
    public = [public] if isinstance(public, str) else list(public)
    _check_public(public, [f"{method} {rule.rule}" for method, rule in doors])
    with _in_production(app):
        return DoorMap(
            [(method, rule.rule, *_statuses(app, rule, method, token)) for method, rule in doors],
            public,
        )


def _rights(make_app: Any, body: dict | None, callers: dict[str, Caller]) -> RightsMap:
    if isinstance(make_app, flask.Flask) or not callable(make_app):
        raise Problem(
            "door_map with callers needs a function that makes the app, since a DELETE really deletes: "
            "door_map(make_app, nobody=None, ana=token)."
        )
    first = app = make_app()
    if not isinstance(app, flask.Flask):
        raise Problem(f"door_map needs a function that returns a Flask app, not {app!r:.60}.")
    rows = []
    for method, rule in _doors(first):
        path, why_not = _way(first, rule, method)
        statuses: list[int | str] = []
        for caller in callers.values():
            if path is None:
                statuses.append(why_not)
                continue
            token = caller(app) if callable(caller) else caller
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            json = None if method in SAFE else body
            with _in_production(app):
                statuses.append(_status(app, path, method, headers, json))
            if method not in SAFE:  # what it has changed, the next caller must not meet
                app = make_app()
        rows.append((method, rule.rule, *statuses))
    return RightsMap(list(callers), rows)


def _doors(app: flask.Flask) -> list[tuple[str, Rule]]:
    return [
        (method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
    ]


def _check_public(public: list[str], doors: list[str]) -> None:
    unknown = [door for door in public if door not in doors]
    if unknown:
        raise Problem(
            f"The app has no door {unknown[0]!r:.60}. Write method and path as the map shows them, "
            f'such as public=["{doors[0] if doors else "GET /health"}"].'
        )


@contextmanager
def _in_production(app: flask.Flask) -> Iterator[None]:
    before = {name: app.config[name] for name in PRODUCTION}
    app.config.update(PRODUCTION)
    try:
        yield
    finally:
        app.config.update(before)


def _statuses(
    app: flask.Flask, rule: Rule, method: str, token: str
) -> tuple[int, int] | tuple[str, str]:
    """The statuses without and with the token, or twice the reason why there are none."""
    path, why_not = _way(app, rule, method)
    if path is None:
        return why_not, why_not
    authorization = {"Authorization": f"Bearer {token}"}
    return _status(app, path, method, {}), _status(app, path, method, authorization)


def _way(app: flask.Flask, rule: Rule, method: str) -> tuple[str | None, str]:
    """A path that leads to a route, or None and the reason why there is none."""
    choices = {name: _fitting(converter) for name, converter in rule._converters.items()}
    for name, values in choices.items():
        if not values:
            return None, f"no value for {name}"
    return _path(app, rule, method, choices), "never reached"


def _fitting(converter: BaseConverter) -> list[object]:
    """The values that a variable of a path may have (werkzeug's documentation, "Built-in converters")."""
    texts = list(VALUES)
    if isinstance(converter, AnyConverter):
        texts += sorted(converter.items)
    if isinstance(converter, NumberConverter):
        limits = [number for number in (converter.min, converter.max) if number is not None]
        texts += [str(number).zfill(converter.fixed_digits) for number in limits]
        texts += [str(float(number)) for number in limits]
    values = []
    for text in texts:
        if re.fullmatch(converter.regex, text):
            with suppress(Exception):  # a converter of the app may raise anything
                values.append(converter.to_python(text))
    return values


def _path(
    app: flask.Flask, rule: Rule, method: str, choices: dict[str, list[object]]
) -> str | None:
    """A path that leads to this route, and to no other."""
    adapter = app.url_map.bind("localhost")
    for values in islice(product(*choices.values()), 200):
        with suppress(Exception):  # NotFound and others, or what a converter of the app raises
            built = rule.build(dict(zip(choices, values, strict=True)))
            if built and adapter.match(unquote(built[1]), method, return_rule=True)[0] is rule:
                return built[1]
    return None


def _status(
    app: flask.Flask, path: str, method: str, headers: dict[str, str], json: dict | None = None
) -> int:
    client = app.test_client()  # a new one, which has no cookies
    try:
        # Flask would print the traceback of a broken route into the notebook.
        answer = client.open(
            path, method=method, headers=headers, json=json, errors_stream=io.StringIO()
        )
        with answer:
            return answer.status_code
    except Exception:  # in a place where Flask catches nothing, such as the body
        return 500


class DoorMap:
    """The doors of an API.

    Attributes:
        doors (list[tuple]): method, path, status without a token, status with a token. Where no request could be
            made, a text in place of both statuses says why.
    """

    columns = ("door", "method", "path", "without token", "with token")
    marks = {"closed": "●", "public": "◌", "open": "○", "broken": "✕", "unknown": "?"}

    def __init__(
        self, doors: list[tuple[str, str, int | str, int | str]], public: Iterable[str] = ()
    ):
        self.doors = doors
        self._public = set(public)

    def _rows(self):
        for method, path, without, with_token in self.doors:
            state = _state(without, with_token)
            if state == "open" and f"{method} {path}" in self._public:
                state = "public"
            yield state, method, path, without, with_token

    def __repr__(self):
        width = max(15, *(len(path) for _, path, _, _ in self.doors), 0) + 1
        return "\n".join(
            f"{state:8}{method:8}{path:{width}}{without!s:16}{with_token!s}"
            for state, method, path, without, with_token in (self.columns, *self._rows())
        )

    def _repr_html_(self):
        rows = [(f"{self.marks[state]} {state}", *rest) for state, *rest in self._rows()]
        return styled(table(list(self.columns), rows, [row[0][2:] for row in rows]))


def _state(without: int | str, with_token: int | str) -> str:
    if isinstance(without, str):
        return "unknown"
    if 500 in (without, with_token):
        return "broken"
    return "closed" if without == 401 else "open"
