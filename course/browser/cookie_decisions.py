"""`cookie_decisions()`: when Chromium sent a cookie along with a request, and when not. Recorded, not reasoned."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from course.problem import Problem

RECORDED = json.loads(Path(__file__).with_name("cookie_decisions.json").read_text("utf-8"))


class CookieDecision(NamedTuple):
    """One request that a page made, and whether the browser sent a cookie with it.

    Attributes:
        page (str): the origin of the page.
        url (str): where the request goes. A response from there has set the cookie, with Path=/.
        site (str): how the browser sees the page beside the URL, as in the header `Sec-Fetch-Site` (Fetch Metadata).
        kind (str): what made the request, such as "form POST top", which is a form whose answer becomes the page.
        method (str): the method of HTTP.
        top_level (bool): the answer becomes the page that the address bar names.
        samesite (str | None): the attribute SameSite of the cookie. None: it has none.
        secure (bool): the cookie has the attribute Secure.
        age (int): seconds since the cookie was set.
        sent (bool): the browser sent the cookie.
    """

    page: str
    url: str
    site: str
    kind: str
    method: str
    top_level: bool
    samesite: str | None
    secure: bool
    age: int
    sent: bool


def cookie_decisions(**wanted: Any) -> list[CookieDecision]:
    """The 600 recorded decisions, or those of them that fit.

    Args:
        **wanted: values of attributes of `CookieDecision`, such as samesite="Lax".

    Raises:
        Problem: there is no such attribute.

    Example:
        >>> decisions = cookie_decisions(site="cross-site", kind="link GET top", samesite="Strict")
        >>> {decision.sent for decision in decisions}
        {False}
    """
    if unknown := wanted.keys() - set(CookieDecision._fields):
        raise Problem(
            f"A decision has no {', '.join(sorted(unknown))}. It has: {', '.join(CookieDecision._fields)}."
        )
    decisions = [
        CookieDecision._make([*request, *cookie, sent == "1"])
        for *request, all_sent in RECORDED["requests"]
        for cookie, sent in zip(RECORDED["cookies"], all_sent, strict=True)
    ]
    return [
        decision
        for decision in decisions
        if all(getattr(decision, name) == value for name, value in wanted.items())
    ]
