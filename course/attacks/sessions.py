"""Attacks with what was good once: refresh tokens, log-ins that are over, and roles."""

import secrets

import requests

from course.attacks.attempts import (
    Outcome,
    attempt,
    broke_in,
    cannot_tell,
    not_there,
    repelled,
)
from course.attacks.target import Door, Target, User

NO_ROUTE = {404, 405}
ADMIN = {"role": "admin", "roles": ["admin"], "is_admin": True, "admin": True, "scope": "admin"}
"""What an attacker writes who wants to be an admin, in the words of many APIs."""


def log_in_again(target: Target, user: User | None = None) -> tuple[str, str]:
    """The access token and the refresh token of a new log-in, of the attacker if no user is named."""
    user = user or target.attacker
    response = target.log_in(user.name, user.password)
    token, refresh_token = target.token_in(response), target.refresh_token_in(response)
    if token is None:
        raise cannot_tell("a second log-in is refused")
    if refresh_token is None:
        raise not_there("the log-in gives no refresh token")
    return token, refresh_token


def refresh(target: Target, token: str) -> requests.Response:
    """Ask for new tokens."""
    known = [door.path for door in target.doors if door.method == "POST" and "refresh" in door.path]
    # Beside the log-in, if more than one is there: another may be for cookies.
    known.sort(key=lambda path: not path.startswith(target.login))
    response = target.send("POST", (known or [f"{target.login}/refresh"])[0], token=token)
    if response.status_code in NO_ROUTE:
        raise not_there("no route for a refresh is known")
    return response


def log_out(target: Target, tokens: tuple[str, str]) -> None:
    """Log out, with the refresh token or with the access token."""
    doors = [door for door in target.doors if "logout" in door.path.replace("-", "").lower()]
    for door in [Door("DELETE", target.login), *doors, Door("POST", "/logout")]:
        statuses = []
        for token in reversed(tokens):
            response = target.send(door.method, door.path, token=token)
            if response.ok:
                return
            statuses.append(response.status_code)
        if not NO_ROUTE >= set(statuses):
            raise cannot_tell(f"{door} answered {statuses[0]}")
    raise not_there("no route for a log-out is known")


def first_open(tries: dict[str, requests.Response]) -> Outcome:
    """The first of these answers (by what was tried) that is no refusal, or the first refusal."""
    for what, response in tries.items():
        if response.ok:
            return broke_in(what, response)
    return repelled(next(iter(tries.values())))


@attempt(
    "an access token that renews itself",
    story="The attacker has an access token for some minutes, and sends it to the route of the refresh.",
    repair="Write @jwt_required(refresh=True) below the route of the refresh.",
    source="RFC 8725 section 3.12, ASVS 9.2.2",
    lesson="08",
)
def renews_itself(target: Target) -> Outcome:
    token, _ = log_in_again(target)
    return first_open({"the access token gets a new one": refresh(target, token)})


@attempt(
    "a refresh token that was used",
    story="A thief has copied a refresh token. The owner uses it too, so it comes a second time.",
    repair="Give a new refresh token each time, and end the log-in when a used one comes back.",
    source="RFC 9700 section 4.14.2, ASVS 10.4.5",
    lesson="09",
)
def used_again(target: Target) -> Outcome:
    tokens = [log_in_again(target)[1]]
    for _ in range(2):
        response = refresh(target, tokens[-1])
        if not response.ok:
            raise cannot_tell(f"a good refresh token was answered {response.status_code}")
        following = target.refresh_token_in(response)
        if following is None or following in tokens:
            return broke_in("the same refresh token works again and again", response)
        tokens.append(following)
    # Not the last used one: an API may answer that again for some seconds, for a second tab.
    return first_open(
        {
            "a token that was used long before works": refresh(target, tokens[0]),
            "a used token came back, and the log-in goes on": refresh(target, tokens[-1]),
        }
    )


@attempt(
    "after the log-out",
    story="The user logs out. The attacker has copied both tokens before.",
    repair="Keep one row for each log-in, and delete it at the log-out: no row, no access.",
    source="ASVS 7.4.1, RFC 7009 section 2.1",
    lesson="09",
)
def after_log_out(target: Target) -> Outcome:
    token, refresh_token = tokens = log_in_again(target)
    log_out(target, tokens)
    return first_open(
        {
            "the access token still works": target.call(token),
            "the access token works with = behind it": target.call(token + "="),
            "the refresh token still works": refresh(target, refresh_token),
            "the refresh token works with = behind it": refresh(target, refresh_token + "="),
        }
    )


@attempt(
    "after a new password",
    story="The user sets a new password, because somebody has copied the tokens of another device.",
    repair="End all log-ins of a user with the old password.",
    source="ASVS 7.4.3",
    lesson="09",
)
def after_new_password(target: Target) -> Outcome:
    doors = [
        door
        for door in target.doors
        if "password" in door.path.lower() and door.method != "GET" and not door.has_variable
    ]
    if not doors:
        raise not_there("no route for a new password is known")
    user = target.make_user("changer")
    stolen, stolen_refresh = log_in_again(target, user)
    token, _ = log_in_again(target, user)
    new = secrets.token_urlsafe(24)
    body = {target.fields[1]: new, "new_password": new, "old_password": user.password}
    response = target.send(doors[0].method, doors[0].path, token=token, json=body)
    if not response.ok:
        raise cannot_tell(f"{doors[0]} answered {response.status_code}")
    return first_open(
        {
            "the old password still works": target.log_in(user.name, user.password),
            "the access token of another log-in still works": target.call(stolen),
            "the refresh token of another log-in still works": refresh(target, stolen_refresh),
        }
    )


def forbidden(target: Target) -> list[Door]:
    """The doors that answer 403 to the attacker: they are for somebody with a role."""
    token = target.token(target.attacker)
    doors = [door for door in target.doors if door.method == "GET" and not door.has_variable]
    doors = [
        door for door in doors if target.send("GET", door.path, token=token).status_code == 403
    ]
    if not doors:
        raise not_there("no known route answers 403")
    return doors


@attempt(
    "a role in the token",
    story="A token says that its user is an admin, as it was at the log-in, and is no more.",
    repair="Ask the database for the role in each request, and never a token.",
    source="OWASP API5:2023, ASVS 8.3.2",
    lesson="10",
)
def role_in_the_token(target: Target) -> Outcome:
    doors = forbidden(target)
    token = target.signed(target.claims() | ADMIN)
    return first_open(
        {f"{door} believes the token": target.send("GET", door.path, token=token) for door in doors}
    )


@attempt(
    "a sign-up as an admin",
    story="The attacker signs up, and writes a role into the body.",
    repair="Take the fields that you want out of the body, and ignore all others.",
    source="OWASP API3:2023, ASVS 15.3.3",
    lesson="10",
)
def signs_up_as_admin(target: Target) -> Outcome:
    doors = forbidden(target)
    user = target.make_user("climber", more=ADMIN)
    token = target.token_in(target.log_in(user.name, user.password))
    if token is None:
        raise cannot_tell("the log-in of a new user is refused")
    return first_open(
        {
            f"{door} opens for a new user": target.send("GET", door.path, token=token)
            for door in doors
        }
    )
