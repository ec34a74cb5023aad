"""Who may do what: every door of an API, called by as many callers as one likes."""

from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus

import flask

from course.page.style import styled

Caller = str | Callable[[flask.Flask], str] | None
COLOURS = """<style>
.course .rights .done { color: var(--good); }
.course .rights .refused { color: var(--warn); }
.course .rights .broken { color: var(--bad); }
.course .rights .differs { color: var(--bad); font-weight: bold; text-decoration: underline; }
</style>"""
SAFE = {"GET", "HEAD", "OPTIONS"}  # they change nothing (RFC 9110 section 9.2.1)


class RightsMap:
    """What each caller was answered at each door.

    Attributes:
        callers (list[str]): the names of the callers.
        doors (list[tuple]): method, path, and the status for each caller. Where no request could be made, a text in
            place of the statuses says why.
    """

    def __init__(
        self,
        callers: list[str],
        doors: list[tuple],
        expected: Mapping[tuple[str, str], tuple] | None = None,
    ):
        self.callers = callers
        self.doors = doors
        self._expected = expected or {}

    def against(self, right: "RightsMap") -> "RightsMap":
        """Only the doors at which a caller is answered in another way than in the map of a right API.

        Both maps have the same callers. A door that the right API does not have is left out.
        """
        expected = {door[:2]: door[2:] for door in right.doors}
        differing = [door for door in self.doors if expected.get(door[:2], door[2:]) != door[2:]]
        return RightsMap(self.callers, differing, expected)

    def _rows(self):
        for method, path, *statuses in self.doors:
            expected = self._expected.get((method, path), statuses)
            cells = []
            for status, right in zip(statuses, expected, strict=True):
                differs = "" if status == right else f" ≠ {right}"
                cells.append((_words(status) + differs, _kind(status), bool(differs)))
            yield method, path, cells

    def __repr__(self):
        rows = [("method", "path", *self.callers)]
        rows += [
            (method, path, *(text for text, *_ in cells)) for method, path, cells in self._rows()
        ]
        widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
        lines = ["".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join(lines)

    def _repr_html_(self):
        head = "".join(
            f'<th scope="col">{escape(c)}</th>' for c in ("method", "path", *self.callers)
        )
        body = "".join(
            f"<tr><td>{method}</td><td>{escape(path)}</td>"
            + "".join(
                f'<td class="{kind}{" differs" if differs else ""}">{escape(text)}</td>'
                for text, kind, differs in cells
            )
            + "</tr>"
            for method, path, cells in self._rows()
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return COLOURS + styled(f'<div class="rights">{table}</div>')


def _words(status: int | str) -> str:
    if isinstance(status, str):
        return status
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # a status that no standard knows
        return str(status)


def _kind(status: int | str) -> str:
    if isinstance(status, str):
        return "unknown"
    if status >= 500:
        return "broken"
    if status in (401, 403, 404):
        return "refused"
    return "done" if status < 400 else "unknown"
