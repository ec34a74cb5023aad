"""`door_map(app, token)`: every route of an API, and who gets in."""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice, product
from urllib.parse import unquote
from uuid import UUID

import flask
from werkzeug.routing import AnyConverter, BaseConverter, Rule
from werkzeug.routing.converters import NumberConverter

from course.page.style import styled, table
from course.problem import Problem
from course.servers.background import PRODUCTION

# What a variable of a path may be: the first that fits is taken.
VALUES = [*"123456789", "a", "1.0", str(UUID(int=1))]
VALUES += [letter * length for length in range(2, 65) for letter in "1a"]


def door_map(app: flask.Flask, token: str, public: Iterable[str] = ()) -> "DoorMap":
    """Call every route twice, without a token and with one, and note the two statuses.

    Each route really does what it does: a DELETE deletes. So use it with data that nobody needs. The requests have no
    body and no cookies, and variables in a path are 1, or another value that fits. They go straight into the app: no
    server needs to run. A door is closed if it answers 401 without a token. Whose data it shows is another question.

    Args:
        app: the API. For these requests it is neither in debug mode nor testing.
        token: an access token that the API accepts.
        public: the doors that are meant to be open, as method and path: "GET /health". Their rows say "public", and
            "open" is left for doors that nobody has meant to open.

    Returns:
        DoorMap: one row for each method of each route.

    Raises:
        Problem: `app` is no Flask app, or has no such door as one of `public`.

    Example:
        >>> door_map(app, token).doors
        [('GET', '/health', 200, 200)]
    """
    if not isinstance(app, flask.Flask):
        raise Problem(
            f"door_map needs the Flask app itself, and got {type(app).__name__}: {app!r:.60}."
        )
    doors = [
        (method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
    ]
    public = [public] if isinstance(public, str) else list(public)
    _check_public(public, [f"{method} {rule.rule}" for method, rule in doors])
    with _in_production(app):
        return DoorMap(
            [(method, rule.rule, *_statuses(app, rule, method, token)) for method, rule in doors],
            public,
        )


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
    choices = {name: _fitting(converter) for name, converter in rule._converters.items()}
    for name, values in choices.items():
        if not values:
            return (f"no value for {name}",) * 2
    path = _path(app, rule, method, choices)
    if path is None:
        return ("never reached",) * 2
    authorization = {"Authorization": f"Bearer {token}"}
    return _status(app, path, method, {}), _status(app, path, method, authorization)


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


def fitting_path(app: flask.Flask, method: str, path: str) -> str | None:
    """A path that leads to the route of this method and rule, such as "/tasks/1" for "/tasks/<int:id>"; else None."""
    for rule in app.url_map.iter_rules():
        if rule.rule == path and method in (rule.methods or {"GET"}):
            choices = {name: _fitting(converter) for name, converter in rule._converters.items()}
            return _path(app, rule, method, choices)
    return None


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


def _status(app: flask.Flask, path: str, method: str, headers: dict[str, str]) -> int:
    client = app.test_client()  # a new one, which has no cookies
    try:
        # Flask would print the traceback of a broken route into the notebook.
        answer = client.open(path, method=method, headers=headers, errors_stream=io.StringIO())
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
