"""Attacks from the page of another origin, which a victim opens in a browser."""

import requests

from course.attacks.attempts import Outcome, attempt, broke_in, not_there, repelled
from course.attacks.target import Target

STRANGER = "https://stranger.example"
ALLOW = "Access-Control-Allow-Origin"


def answers(target: Target, origin: str) -> list[requests.Response]:
    """What the API answers to a page of this origin: a call, a preflight, and a log-in."""
    headers = {"Origin": origin}
    preflight = headers | {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    return [
        target.call(target.token(target.attacker), headers=headers),
        target.send("OPTIONS", target.private.path, headers=preflight),
        target.send("POST", target.login, headers=headers, json={}),
    ]


def has_cors(target: Target) -> bool:
    """Whether the API opens to any origin at all."""
    own = target.app.config.get("ALLOWED_ORIGIN") if target.app is not None else None
    origins = [STRANGER, own or "http://localhost:8888"]
    return any(ALLOW in answer.headers for origin in origins for answer in answers(target, origin))


@attempt(
    "any origin",
    story="A page of a stranger reads the API's answers, because the API lets every page do so.",
    repair="Name the one origin of your front end: CORS(app, origins=[...]).",
    source="Fetch standard, ASVS 3.4.2",
    lesson="11",
)
def any_origin(target: Target) -> Outcome:
    for response in answers(target, STRANGER):
        if response.headers.get(ALLOW) == "*":
            return broke_in(f"{ALLOW}: *", response)
    if not has_cors(target):
        raise not_there("no origin may call this API")
    return repelled(response)


@attempt(
    "the origin as in a mirror",
    story="The API allows whatever origin asks, or one whose name only looks like the right one.",
    repair="Compare the whole origin with a list.",
    source="Fetch standard, ASVS 3.4.2",
    lesson="11",
)
def mirrored(target: Target) -> Outcome:
    own = target.app.config.get("ALLOWED_ORIGIN") if target.app is not None else None
    origins = [STRANGER]
    if own:
        host = own.partition("://")[2].partition(":")[0]
        origins += [f"{own}.stranger.example", f"https://stranger-{host}", f"{own}0"]
    for origin in origins:
        for response in answers(target, origin):
            if response.headers.get(ALLOW) == origin:
                return broke_in(f"{origin} may read the answers", response)
    if not has_cors(target):
        raise not_there("no origin may call this API")
    return repelled(response)


@attempt(
    "the origin null",
    story="A page in a sandboxed frame has the origin null, and anyone can make such a frame.",
    repair="Never allow the origin null.",
    source="Fetch standard, ASVS 3.4.2",
    lesson="11",
)
def null_origin(target: Target) -> Outcome:
    for response in answers(target, "null"):
        if response.headers.get(ALLOW) == "null":
            return broke_in(f"{ALLOW}: null", response)
    if not has_cors(target):
        raise not_there("no origin may call this API")
    return repelled(response)
