"""Attacks by the page of another origin that sends requests with the victim's cookies (CSRF).

A page on another port of the same host is of the same site, so SameSite keeps no cookie from it.
"""

from collections.abc import Callable
from typing import Any

import requests

from course.attacks.attempts import Outcome, attempt, broke_in, cannot_tell, not_there, repelled
from course.attacks.cookies import CSRF_HEADERS, Session, is_log_out, shared
from course.attacks.origin import STRANGER
from course.attacks.ownership import BODY
from course.attacks.target import Door, Target

TEXT = {"Content-Type": "text/plain"}


def open_to(session: Session) -> list[Door]:
    """The doors without a variable that take the cookies of the API's own page, with a body that makes something."""
    target = session.target
    own = (target.login, target.session, target.sign_up)
    doors = []
    for door in target.doors:
        # A log-out would end the log-in that other attacks use.
        if door.method != "POST" or door.has_variable or door.path in own or is_log_out(door):
            continue
        is_for_everybody = target.send("POST", door.path, json=BODY).ok
        if not is_for_everybody and session.send("POST", door.path, json=BODY).ok:
            doors.append(door)
    if not doors:
        raise not_there("no known route that changes something opens for the cookies")
    return doors


def forge_each(target: Target, forge: Callable[[Session, str], requests.Response]) -> Outcome:
    """Send a forged request, with the victim's cookies, to each route that the victim's own page may call."""
    session = shared(target, target.victim)
    for door in open_to(session):
        response = forge(session, door.path)
        if response.ok:
            return broke_in(f"{door} answers {response.status_code}", response)
    return repelled(response)


@attempt(
    "a form of another page",
    story="A page of the attacker has a form, and the victim's browser sends it with the victim's cookies.",
    repair="Ask for a CSRF token in a header with every request that changes something.",
    source="ASVS 3.5.1, CWE-352",
    lesson="12",
)
def form(target: Target) -> Outcome:
    return forge_each(target, lambda session, path: session.forge("POST", path, data=BODY))


@attempt(
    "JSON in plain text",
    story="A page of the attacker sends JSON and says that it is plain text, so the browser asks nobody before.",
    repair="Never read a body with force=True, and ask for a CSRF token.",
    source="Fetch standard, ASVS 3.5.2",
    lesson="12",
)
def plain_text(target: Target) -> Outcome:
    body = '{"title": "forged", "name": "forged", "text": "forged", "and=": ""}'
    return forge_each(
        target, lambda session, path: session.forge("POST", path, data=body, headers=TEXT)
    )


@attempt(
    "a wrong CSRF token",
    story="The attacker leaves the CSRF token out, makes one up, or takes one of another log-in.",
    repair="Compare the header with the CSRF token of this log-in, for every request that changes something.",
    source="ASVS 3.5.1, OWASP CSRF Prevention Cheat Sheet",
    lesson="12",
)
def wrong_csrf_token(target: Target) -> Outcome:
    others = shared(target).csrf_tokens()
    if not others:
        raise not_there("the API gives no CSRF token")
    session = shared(target, target.victim)
    values: list[Any] = [None, "", "x", "null", "é".encode(), *others]
    for door in open_to(session):
        for value in values:
            headers = dict.fromkeys(CSRF_HEADERS, value) if value is not None else {}
            response = session.forge("POST", door.path, json=BODY, headers=headers)
            if response.ok or response.status_code >= 500:
                what = "another log-in's" if value in others else repr(value)
                return broke_in(f"{door} answers {response.status_code}, token: {what}", response)
    return repelled(response)


@attempt(
    "a GET that changes something",
    story="A picture or a link of the attacker's page calls a route, and its GET changes or ends something.",
    repair="Let GET only read.",
    source="RFC 9110 section 9.2.1, ASVS 3.5.3",
    lesson="12",
)
def get_that_changes(target: Target) -> Outcome:
    session, mark = Session(target, target.victim), "made by a picture"
    doors = [door for door in target.doors if door.method == "GET" and not door.has_variable]
    reads = [door for door in doors if session.forge("GET", door.path).ok]
    private = [door for door in reads if not target.send("GET", door.path).ok]
    if not private:
        raise not_there("no known route opens for the cookies")
    for door in doors:
        response = session.forge("GET", door.path, params=dict.fromkeys(BODY, mark))
        for other in private:
            after = session.forge("GET", other.path)
            if not after.ok:
                return broke_in(f"{door} ends the log-in", response)
            if mark in after.text:
                return broke_in(f"{door} made something", response)
    return repelled(response)


@attempt(
    "a stranger who reads with cookies",
    story="The API lets the page of any origin send cookies, so that page reads and writes as the victim.",
    repair="With supports_credentials name the one origin: CORS(app, origins=[...]).",
    source="Fetch standard, ASVS 3.4.2",
    lesson="12",
)
def with_credentials(target: Target) -> Outcome:
    session = shared(target, target.victim)
    response = session.forge("GET", target.private.path, headers={"Origin": STRANGER})
    if not response.ok:
        raise cannot_tell("no known route opens for the cookies")
    headers = response.headers
    allowed = headers.get("Access-Control-Allow-Origin") == STRANGER
    if allowed and headers.get("Access-Control-Allow-Credentials") == "true":
        return broke_in(f"{STRANGER} may read with cookies", response)
    return repelled(response)


@attempt(
    "a log-in by another page",
    story="A form of the attacker logs the victim's browser in as the attacker, who later reads what the victim writes.",
    repair="Let the log-in read JSON only, and never with force=True.",
    source="CWE-352, RFC 6749 section 10.12",
    lesson="12",
)
def log_in_by_another_page(target: Target) -> Outcome:
    shared(target)
    user = target.attacker
    body = dict(zip(target.fields, (user.name, user.password), strict=True))
    as_text = requests.Request("POST", "http://x", json=body).prepare().body
    tries: list[dict[str, Any]] = [{"data": body}, {"data": as_text, "headers": TEXT}]
    for options in tries:
        response = target.send("POST", target.session, **options)
        if response.ok and "Set-Cookie" in response.headers:
            return broke_in("a form gets the cookies", response)
    return repelled(response)
