"""Crafted tokens, nearly all of them bad, and `score`: how well do verifiers tell them apart?"""

import dataclasses
import json
from collections.abc import Callable
from html import escape
from pathlib import Path

import jwt

from course.page.style import styled, table

DATA = json.loads(Path(__file__).with_name("crafted_tokens.json").read_text(encoding="utf-8"))

KEY = DATA["key"].encode()
"""The key (bytes) of the server that the tokens are sent to."""

WITHOUT_KEY = "got in without the key"


@dataclasses.dataclass(frozen=True)
class CraftedToken:
    """One token, and why a strict HS256 verifier accepts or refuses it.

    Attributes:
        name: a few words, unique.
        token: the token as it arrives at the server.
        reason: one or two sentences.
        payload: the claims (dict) if the token is good; None if it must be refused.
        forged: whether it was made without the key. A signed token that is only written in another way is not.
    """

    name: str
    token: str
    reason: str
    payload: dict | None = None
    forged: bool = False


def crafted_tokens() -> list[CraftedToken]:
    """Every crafted token, good ones first.

    Example:
        >>> crafted_tokens()[0].reason
        'A well-formed HS256 token.'
    """
    return [CraftedToken(**token) for token in DATA["tokens"]]


def score(**verifiers: Callable[[str, bytes], dict]) -> "Scoreboard":
    """Give every crafted token to every verifier.

    Args:
        verifiers: functions `verify(token, key)` by name. A verifier returns the payload (dict) of a good token.
            It refuses a bad one with a `ValueError` or one of PyJWT's exceptions. Any other exception counts as a
            crash: in an API it would be an answer 500.

    Returns:
        Scoreboard: a bar for each verifier, and `.mistakes(name)`.

    Example:
        >>> score(PyJWT=lambda token, key: jwt.decode(token, key, algorithms=["HS256"]))
        PyJWT ████████████████████████████████████░░░░ 76 of 84 right, 8 bad ones accepted, 0 of them without the key, 0 crashed
    """
    return Scoreboard(
        {
            name: [_judge(verify, token) for token in crafted_tokens()]
            for name, verify in verifiers.items()
        }
    )


def _judge(verify: Callable[[str, bytes], dict], token: CraftedToken) -> str:
    try:
        payload = verify(token.token, KEY)
    except (ValueError, jwt.PyJWTError):
        return "right" if token.payload is None else "refused a good token"
    except Exception as error:
        return f"crashed: {type(error).__name__}"
    if token.forged:
        return WITHOUT_KEY
    if token.payload is None:
        return "accepted"
    return "right" if payload == token.payload else "returned another payload"


class Scoreboard:
    """The verdicts of some verifiers, as `.verdicts`: one list of texts for each name, in the order of the tokens."""

    def __init__(self, verdicts: dict[str, list[str]]):
        self.verdicts = verdicts

    def right(self, name: str) -> int:
        """How many verdicts of this verifier are right."""
        return self.verdicts[name].count("right")

    def mistakes(self, name: str) -> "Mistakes":
        """The tokens that this verifier got wrong, with what it did and what would have been right."""
        return Mistakes(
            (token.name, verdict, token.reason)
            for token, verdict in zip(crafted_tokens(), self.verdicts[name], strict=True)
            if verdict != "right"
        )

    def _rows(self):
        for name, verdicts in self.verdicts.items():
            forged = verdicts.count(WITHOUT_KEY)
            accepted = verdicts.count("accepted") + forged
            crashed = sum(verdict.startswith("crashed") for verdict in verdicts)
            yield name, self.right(name), len(verdicts), accepted, forged, crashed

    def __repr__(self):
        width = max(map(len, self.verdicts), default=0)
        return "\n".join(
            f"{name:{width}} {'█' * (40 * right // total):░<40} {right} of {total} right, "
            f"{accepted} bad ones accepted, {forged} of them without the key, {crashed} crashed"
            for name, right, total, accepted, forged, crashed in self._rows()
        )

    def _repr_html_(self):
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td><div class="track"><div style="width: {right / total:.1%}">'
            f"</div></div></td><td>{right} of {total}</td><td>{accepted}</td><td>{forged}</td><td>{crashed}</td></tr>"
            for name, right, total, accepted, forged, crashed in self._rows()
        )
        columns = ["verifier", "right verdicts", "", "bad ones accepted", WITHOUT_KEY, "crashed"]
        head = "".join(f'<th scope="col">{column}</th>' for column in columns)
        return styled(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")


class Mistakes(list):
    """Rows of (token's name, what the verifier did, the truth about the token)."""

    def __repr__(self):
        return (
            "\n".join(f"{name} · {verdict} · {reason}" for name, verdict, reason in self)
            or "No mistakes."
        )

    def _repr_html_(self):
        return styled(
            table(["token", "verdict", "reason"], self) if self else "<p>No mistakes.</p>"
        )
