"""`attack(app)`: every attack on one API, and the board of what came of it."""

import time
from collections.abc import Iterable, Mapping
from html import escape
from importlib import import_module
from typing import Any

import flask
import requests

from course.attacks.attempts import (
    ATTEMPTS,
    BROKE_IN,
    CANNOT_TELL,
    NOT_THERE,
    REPELLED,
    Attempt,
    Outcome,
)
from course.attacks.target import Stopwatch, Target
from course.page.style import styled
from course.problem import Problem
from course.servers.background import BackgroundServer

# The last one reads the answers of all others.
SUBJECTS = ("tokens", "keys", "log_in", "sessions", "doors", "ownership", "origin")
for subject in (*SUBJECTS, "cookies", "forged_requests", "answers"):
    import_module(f"course.attacks.{subject}")

MARKS = {REPELLED: "●", BROKE_IN: "✕", NOT_THERE: "◌", CANNOT_TELL: "?"}


def attack(
    target: flask.Flask | str,
    *,
    users: Mapping[str, str | None] | None = None,
    login: str | None = None,
    private: Iterable[str] = (),
    public: Iterable[str] = (),
    sign_up: str | None = None,
    fields: tuple[str, str] = ("username", "password"),
    token_field: str | None = None,
    form: bool = False,
    session: str | None = None,
) -> "Board":
    """Throw every attack at an API on this machine, and say which ones broke in.

    The requests really do what they do, so attack an API whose data nobody needs. The attacks make users and other
    things (`.made` says which), and delete nothing that they did not make.

    Args:
        target: a Flask app, which is served while the attacks last, or the address of a server, such as
            "http://127.0.0.1:5000".
        users: two users who may be spoiled, with their passwords: {"ana": "open sesame", ...}. The password None is
            for a user who has none. Without `users`, the attacks sign up their own.
        login: the route of the log-in, such as "/token".
        private: routes that need a token, such as "/protected" or "DELETE /tasks/<id>". Those of an app are known.
        public: routes that are open on purpose, such as "GET /health". `*` stands for anything.
        sign_up: the route where anyone may sign up: "/users" if an app has that.
        fields: the names of the two fields of the log-in.
        token_field: the name of the field that has the token. Without it, the token is looked for.
        form: whether the log-in reads a form and not JSON.
        session: the route of the log-in that sets cookies: "/session" if an app has that, or else `login`.

    Returns:
        Board: what came of it.

    Raises:
        Problem: it is no app and no address of this machine, or the log-in does not work.

    Example:
        >>> attack("http://192.0.2.1:5000")
        Traceback (most recent call last):
        course.problem.Problem: 192.0.2.1 is not this machine. To attack the server of somebody else is a crime in most countries, so attack only calls 127.0.0.1, localhost and ::1. Run a copy of the API here.
    """
    settings: dict[str, Any] = {
        "users": users,
        "login": login,
        "private": private,
        "public": public,
        "sign_up": sign_up,
        "fields": fields,
        "token_field": token_field,
        "form": form,
        "session": session,
    }
    if isinstance(target, str):
        try:
            return Board.of(Target(target, **settings))
        except requests.ConnectionError:
            raise Problem(
                f"Nothing answers at {target}. Start the server, and look for its address in what it prints."
            ) from None
    if not isinstance(target, flask.Flask):
        raise Problem(
            f"attack needs a Flask app or an address such as http://127.0.0.1:5000, and got {type(target).__name__}."
        )
    stopwatch = Stopwatch(target)
    with BackgroundServer(stopwatch) as server:
        return Board.of(Target(server.url, app=target, stopwatch=stopwatch, **settings))


class Board:
    """What came of all attacks.

    Attributes:
        rows (list[tuple[Attempt, Outcome]]): each attack, and how it ended.
        made (list[str]): what the attacks created in the API.
        seconds (float): how long all of it took.
    """

    def __init__(self, rows: list[tuple[Attempt, Outcome]], made: list[str], seconds: float):
        self.rows, self.made, self.seconds = rows, made, seconds

    @classmethod
    def of(cls, target: Target) -> "Board":
        """Try every attack on a target."""
        start = time.perf_counter()
        rows = [(attempt, attempt.on(target)) for attempt in ATTEMPTS]
        return cls(rows, target.made, time.perf_counter() - start)

    def names(self, state: str) -> list[str]:
        """The names of the attacks that ended in this state."""
        return [attempt.name for attempt, outcome in self.rows if outcome.state == state]

    @property
    def broke_in(self) -> list[str]:
        """The names of the attacks that won."""
        return self.names(BROKE_IN)

    @property
    def summary(self) -> str:
        """One line: what is not there was no attack, and what nobody can tell was not repelled."""
        count = {state: len(self.names(state)) for state in MARKS}
        tried = len(self.rows) - count[NOT_THERE]
        rest = ", ".join(f"{count[state]} {state}" for state in (BROKE_IN, CANNOT_TELL, NOT_THERE))
        return f"{count[REPELLED]} of {tried} repelled ({rest})"

    @property
    def exit_status(self) -> int:
        """0 if nothing broke in, 1 if something did, 2 if the private routes could not even be tried."""
        if self.broke_in:
            return 1
        tried = {attempt.subject for attempt, outcome in self.rows if outcome.state == REPELLED}
        return 0 if {"tokens", "log in"} <= tried else 2

    def report(self) -> str:
        """The board for a terminal, with the exchange of each attack that won, and what was created."""
        parts = [repr(self)]
        for attempt, outcome in self.rows:
            if outcome.state == BROKE_IN:
                parts.append(f"{attempt.name} ({attempt.source})\n{outcome.exchange}")
        made = ", ".join(self.made) or "nothing"
        parts.append(f"Created, and not deleted: {made}. {self.seconds:.1f} seconds.")
        if self.exit_status == 2:
            parts.append(
                "Too little could be tried. Name a route that opens for a token and for nobody else: --private /protected"
            )
        return "\n\n".join(parts)

    def as_json(self) -> dict:
        """The board for programs."""
        return {
            "summary": self.summary,
            "made": self.made,
            "seconds": round(self.seconds, 1),
            "attacks": [
                {
                    "subject": attempt.subject,
                    "name": attempt.name,
                    "state": outcome.state,
                    "reason": outcome.reason,
                    "source": attempt.source,
                    "lesson": attempt.lesson,
                    "repair": attempt.repair,
                    "request": outcome.exchange.request if outcome.exchange else None,
                    "answer": outcome.exchange.answer if outcome.exchange else None,
                }
                for attempt, outcome in self.rows
            ],
        }

    def __repr__(self):
        lines = [self.summary]
        for attempt, outcome in self.rows:
            reason = f": {outcome.reason}" if outcome.reason else ""
            lines.append(f"{MARKS[outcome.state]} {outcome.state:12}{attempt.name}{reason}")
            if outcome.state == BROKE_IN:
                lines.append(f"{'':14}repair (lesson {attempt.lesson}): {attempt.repair}")
        return "\n".join(lines)

    def _repr_html_(self):
        rows, subject = "", ""
        for attempt, outcome in self.rows:
            if attempt.subject != subject:
                subject = attempt.subject
                rows += f"<h4>{escape(subject)}</h4>"
            rows += _row(attempt, outcome)
        return styled(f'<div class="board"><p><strong>{self.summary}</strong></p>{rows}</div>')


def _row(attempt: Attempt, outcome: Outcome) -> str:
    reason = f": {escape(outcome.reason)}" if outcome.reason else ""
    exchange = outcome.exchange.as_html() if outcome.exchange else ""
    return (
        f'<details><summary><span class="{outcome.state.replace(" ", "-")}">'
        f"{MARKS[outcome.state]} {outcome.state}</span> {escape(attempt.name)}{reason}</summary>"
        f"<p>{escape(attempt.story)}</p>"
        f"<p>Repair: {escape(attempt.repair)} (Lesson {attempt.lesson}; {escape(attempt.source)}.)</p>"
        f"{exchange}</details>"
    )
