"""Attacks on routes that are open to everybody."""

from course.attacks.attempts import Outcome, attempt, broke_in, cannot_tell, repelled
from course.attacks.target import Door, Target

NO_ID = 2147483000
"""An id that nothing has."""

FROM_BEHIND = {400, 404, 409, 415, 422}
"""What a view answers that looks at a request before it asks who is calling."""


@attempt(
    "an open door",
    story="The attacker calls each route without a token.",
    repair="Write @jwt_required() below the route's own decorator; confirm a route that is meant to be open with public=.",
    source="OWASP API5:2023, ASVS 8.2.1",
    lesson="06",
)
def open_door(target: Target) -> Outcome:
    tried = None
    for door in target.doors:
        path = target.path_of(door) if door.method == "GET" else target.path_of(door, NO_ID)
        # A DELETE of everything would really delete everything.
        if target.is_public(door) or path is None or door == Door("DELETE", path):
            continue
        tried = target.send(door.method, path)
        if tried.ok and not tried.is_redirect:
            return broke_in(f"{door} answers {tried.status_code} without a token", tried)
        if target.app is not None and tried.status_code in FROM_BEHIND:
            return broke_in(f"{door} answers {tried.status_code} without a token, not 401", tried)
    if tried is None:
        raise cannot_tell("no route to try: name the private ones")
    return repelled(tried)


@attempt(
    "another method",
    story="The attacker asks for HEAD instead of GET, or names the method in a header.",
    repair="Protect the route, not one method of it.",
    source="ASVS 4.1.4, OWASP API5:2023",
    lesson="06",
)
def other_method(target: Target) -> Outcome:
    path = target.private.path
    for method, headers in (
        ("HEAD", {}),
        ("POST", {"X-HTTP-Method-Override": "GET"}),
        ("GET", {"X-HTTP-Method-Override": "OPTIONS"}),
        (
            "GET",
            {
                "X-Original-URL": "/",
                "X-Forwarded-For": "127.0.0.1",
                "X-Forwarded-User": target.victim.name,
            },
        ),
        ("GET", {"X-User-Id": "1", "X-User": target.victim.name, "X-Authenticated": "true"}),
    ):
        response = target.send(method, path, headers=headers)
        if response.ok:
            return broke_in(f"{method} with {' '.join(headers) or 'no header'}", response)
    return repelled(response)


@attempt(
    "another spelling of the path",
    story="The attacker writes the path in another way, which a check in front of the routes does not know.",
    repair="Protect the view itself, not a list of paths.",
    source="ASVS 8.3.1",
    lesson="06",
)
def other_spelling(target: Target) -> Outcome:
    path = target.private.path
    for spelling in (
        path + "/",
        "/" + path,
        path.upper(),
        path + "?x=1",
        "/x/..%2f" + path[1:],
        path + "%20",
    ):
        response = target.send("GET", spelling)
        if response.ok and not any(
            str(Door.of(text)) == f"GET {spelling}" for text in target.public
        ):
            return broke_in(
                f"GET {spelling} answers {response.status_code} without a token", response
            )
    return repelled(response)
