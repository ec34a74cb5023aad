"""What an attack is, how it ends, and the list of all of them."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import requests

from course.servers.exchange import Exchange, message, show

if TYPE_CHECKING:
    from course.attacks.target import Target

REPELLED = "repelled"
BROKE_IN = "broke in"
NOT_THERE = "not there"
CANNOT_TELL = "cannot tell"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How an attack ended.

    Attributes:
        state: REPELLED, BROKE_IN, NOT_THERE (the API has nothing that this attack aims at) or CANNOT_TELL.
        reason: what happened, in a few words.
        exchange: the request and the answer that show it, or None.
    """

    state: str
    reason: str = ""
    exchange: Exchange | None = None


class NoVerdict(Exception):
    """Ends an attack that found nothing to attack. `outcome` says which of the two states it is."""

    def __init__(self, outcome: Outcome):
        self.outcome = outcome


def not_there(reason: str) -> NoVerdict:
    """What an attack raises if the API lacks what it aims at."""
    return NoVerdict(Outcome(NOT_THERE, reason))


def cannot_tell(reason: str) -> NoVerdict:
    """What an attack raises if it could not be tried, or if its result says nothing."""
    return NoVerdict(Outcome(CANNOT_TELL, reason))


def repelled(response: requests.Response) -> Outcome:
    """What an attack returns if the API held. `response` is the last refusal."""
    return Outcome(REPELLED, "", show(response))


def broke_in(reason: str, response: requests.Response) -> Outcome:
    """What an attack returns if it won."""
    return Outcome(BROKE_IN, reason, show(response))


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One attack: a function that gets a target, and what a reader must know of it.

    Attributes:
        subject: what it aims at: the name of its module, in words.
        name: a few words, unique.
        story: one sentence: what the attacker does.
        repair: one sentence.
        source: the rule that an API breaks if the attack wins.
        lesson: two digits: the lesson that closes it.
        run: the function. It returns an Outcome, or raises NoVerdict.
    """

    subject: str
    name: str
    story: str
    repair: str
    source: str
    lesson: str
    run: Callable[["Target"], Outcome]

    def on(self, target: "Target") -> Outcome:
        """Try it. A server that has ended was alive before, so the attack that ended it has won."""
        if target.has_ended:
            return Outcome(CANNOT_TELL, "the server has ended")
        try:
            return self.run(target)
        except NoVerdict as ending:
            return ending.outcome
        except requests.RequestException as error:
            if not target.answers():
                target.has_ended = True
                return Outcome(BROKE_IN, "it ended the server", _unanswered(error.request))
            return Outcome(CANNOT_TELL, f"no answer ({type(error).__name__})")


def _unanswered(request: Any) -> Exchange:
    first_line = f"{request.method} {request.path_url} HTTP/1.1"
    body = request.body or ""
    text = body if isinstance(body, str) else body.decode(errors="replace")
    return Exchange(message(first_line, request.headers.items(), text), "(no answer)")


ATTEMPTS: list[Attempt] = []
"""All attacks, in the order of their modules and, in each, from top to bottom."""


def attempt(name: str, *, story: str, repair: str, source: str, lesson: str) -> Callable:
    """Make the decorated function one of the attacks. `Attempt` says what the arguments are."""

    def add(run: Callable[["Target"], Outcome]) -> Callable[["Target"], Outcome]:
        subject = run.__module__.rpartition(".")[2].replace("_", " ")
        ATTEMPTS.append(Attempt(subject, name, story, repair, source, lesson, run))
        return run

    return add
