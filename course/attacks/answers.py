"""What the answers of an API give away. These attacks read all answers that came before, so they run last."""

import hashlib
import re
from collections.abc import Callable

import requests

from course.attacks.attempts import Outcome, attempt, broke_in, repelled
from course.attacks.target import Target

TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|werkzeug debugger|"
    r"\n\s+at .{1,200}:\d+:\d+\)?|\bat [\w.<>]+ ?\(/?[\w./-]+:\d+:\d+\)|sqlalchemy\.exc\.|sqlite3\.\w+Error",
    re.IGNORECASE,
)
PASSWORD_HASH = re.compile(r"(scrypt:\d+:|pbkdf2:\w+:|\$2[aby]\$\d|\$argon2|\$scrypt\$|\$pbkdf2)")


def first(target: Target, bad: Callable[[requests.Response], bool], reason: str) -> Outcome:
    """Look for the first bad answer among all answers so far."""
    probe(target)
    for response in target.seen:
        if bad(response):
            return broke_in(reason.format(response=response), response)
    return repelled(target.seen[-1])


def probe(target: Target) -> None:
    """Ask once for everything, and for what makes many APIs fail."""
    if target.probed:
        return
    target.probed = True
    as_json = {"Content-Type": "application/json"}
    target.send("GET", "/no-such-path")
    target.send("PATCH", target.login)
    for body in (
        "{",
        '"text"',
        "[1]",
        "null",
        "[" * 5000,
        '{"username": "\\ud800", "password": "\\u0000"}',
    ):
        target.send("POST", target.login, data=body, headers=as_json)
    target.send("POST", target.login, data="x")
    target.log_in("x" * 10_000, "x" * 10_000)
    target.log_in(["x"], {"x": 1})
    token = target.token(target.attacker)
    for door in target.doors:
        if door.method == "GET" and not door.has_variable:
            target.send("GET", door.path, token=token)
            target.send("GET", door.path, token="x.y.z")
        if door.method == "POST" and not door.has_variable:
            for body in ("{", "[1]", '{"title": {"x": 1}, "name": 1}'):
                target.send("POST", door.path, token=token, data=body, headers=as_json)


@attempt(
    "a crash",
    story="The attacker sends what nobody expects, until the server says that it failed.",
    repair="Check what comes in; a mistake of the client is answered with 400, not with 500.",
    source="ASVS 16.5.3",
    lesson="07",
)
def crash(target: Target) -> Outcome:
    return first(
        target,
        lambda response: response.status_code >= 500 and response.status_code != 503,
        "{response.request.method} {response.request.path_url:.40} answered {response.status_code}",
    )


@attempt(
    "an error in HTML",
    story="A program gets a web page where it expects JSON.",
    repair="Give every error of the API one JSON shape.",
    source="ASVS 4.1.1, RFC 9457",
    lesson="07",
)
def html(target: Target) -> Outcome:
    return first(
        target,
        lambda response: (
            response.status_code >= 400
            and "html" in response.headers.get("Content-Type", "")
            and bool(response.content)
        ),
        "{response.status_code} with a page of HTML",
    )


@attempt(
    "a look inside",
    story="An answer shows the text of an error, with files and lines of the program.",
    repair="Switch debug mode off, and answer an error with a sentence of your own.",
    source="ASVS 16.5.1",
    lesson="07",
)
def inside(target: Target) -> Outcome:
    return first(
        target,
        lambda response: bool(TRACEBACK.search(response.text)),
        "an answer shows the program",
    )


@attempt(
    "a password or a key in an answer",
    story="An answer shows a password, a password hash or the key that signs tokens.",
    repair="Name the fields of an answer one by one, and never a whole row.",
    source="OWASP API3:2023, ASVS 14.2.6",
    lesson="05",
)
def secret_in_an_answer(target: Target) -> Outcome:
    users = [target.attacker, target.victim]
    secrets = [str(user.password) for user in users if len(str(user.password)) > 5]
    secrets += [
        hashlib.new(name, secret.encode()).hexdigest()
        for secret in secrets
        for name in ("md5", "sha1", "sha256", "sha512")
    ]
    if target.key:
        secrets.append(target.key)

    def shows(response: requests.Response) -> bool:
        text = response.text
        return bool(PASSWORD_HASH.search(text)) or any(secret in text for secret in secrets)

    return first(
        target, shows, "{response.request.method} {response.request.path_url:.40} shows one"
    )


@attempt(
    "a token that a cache keeps",
    story="A cache on the way keeps the answer with the token, and gives it to the next one.",
    repair="Send Cache-Control: no-store with every token.",
    source="RFC 6749 section 5.1, ASVS 14.3.2",
    lesson="05",
)
def cached(target: Target) -> Outcome:
    return first(
        target,
        lambda response: (
            target.token_in(response) is not None
            and "no-store" not in response.headers.get("Cache-Control", "")
        ),
        "the answer with the token may be kept",
    )


@attempt(
    "a refusal without a reason",
    story="A client cannot tell a bad token from a bad request, and goes on with the bad token.",
    repair="Answer 401 with the header WWW-Authenticate to every bad token.",
    source="RFC 6750 section 3, RFC 9110 section 15.5.2",
    lesson="07",
)
def challenge(target: Target) -> Outcome:
    good = target.token(target.attacker)
    for token in (None, good[:-8] + "AAAAAAAA", "x.y.z"):
        response = target.call(token)
        if response.status_code != 401:
            return broke_in(
                f"{response.status_code} for {'a bad' if token else 'no'} token, not 401", response
            )
        if not response.headers.get("WWW-Authenticate", "").lower().startswith("bearer"):
            return broke_in("401 without a challenge", response)
    return repelled(response)
