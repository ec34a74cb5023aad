"""`door_map(app, token)`: every route of an API, and who gets in."""

import io

import flask

from course.page.style import styled, table


def door_map(app: flask.Flask, token: str) -> "DoorMap":
    """Call every route twice, without a token and with one, and note the two statuses.

    The requests have no body, and variables in a path are 1. They go straight into the app: no server needs to run.

    Args:
        app: the API.
        token: an access token that the API accepts.

    Returns:
        DoorMap: one row for each method of each route.
    """
    client = app.test_client()
    doors = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        with app.test_request_context():
            path = flask.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            without, with_token = (
                # Flask would print the traceback of a broken route into the notebook.
                client.open(path, method=method, headers=headers, errors_stream=io.StringIO())
                for headers in ({}, {"Authorization": f"Bearer {token}"})
            )
            doors.append((method, rule.rule, without.status_code, with_token.status_code))
    return DoorMap(doors)


class DoorMap:
    """The doors of an API.

    Attributes:
        doors (list[tuple[str, str, int, int]]): method, path, status without a token, status with a token.
    """

    columns = ("door", "method", "path", "without token", "with token")

    def __init__(self, doors: list[tuple[str, str, int, int]]):
        self.doors = doors

    def _rows(self):
        for method, path, without, with_token in self.doors:
            yield _state(without, with_token), method, path, without, with_token

    def __repr__(self):
        return "\n".join(
            f"{state:8}{method:8}{path:16}{without!s:16}{with_token!s}"
            for state, method, path, without, with_token in (self.columns, *self._rows())
        )

    def _repr_html_(self):
        marks = {"closed": "●", "open": "○", "broken": "✕"}
        rows = [(f"{marks[state]} {state}", *rest) for state, *rest in self._rows()]
        return styled(table(list(self.columns), rows, [row[0][2:] for row in rows]))


def _state(without: int, with_token: int) -> str:
    if 500 in (without, with_token):
        return "broken"
    return "closed" if without == 401 else "open"
