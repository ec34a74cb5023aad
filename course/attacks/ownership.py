"""Attacks on what belongs to somebody else."""

from course.attacks.attempts import Outcome, attempt, broke_in, cannot_tell, not_there, repelled
from course.attacks.target import VARIABLE, Door, Target, User

MARK = "made by an attack"
BODY = {"title": MARK, "name": MARK, "text": MARK}


def make_thing(target: Target, owner: User, body: dict = BODY) -> tuple[Door, object]:
    """Make something that belongs to a user, where the API has a `POST /things` and a list `GET /things`.

    Returns:
        tuple: the door of the list, and the id of the new thing.
    """
    token = target.token(owner)
    for door in target.doors:
        listing = Door("GET", door.path)
        if door.method != "POST" or door.has_variable or listing not in target.doors:
            continue
        if door.path in (target.login, target.sign_up):
            continue
        response = target.send("POST", door.path, token=token, json=body)
        if response.ok:
            made = response.json()
            target.made.append(f"one of {door.path} of {owner.name}")
            return listing, made.get("id") if isinstance(made, dict) else None
    raise not_there("no known route makes and lists things of a user")


@attempt(
    "the list of somebody else",
    story="The attacker asks for a list, and finds what belongs to others.",
    repair="Ask the database for the rows of the current user only.",
    source="OWASP API1:2023, ASVS 8.2.2",
    lesson="06",
)
def other_list(target: Target) -> Outcome:
    listing, made = make_thing(target, target.victim)
    response = target.send("GET", listing.path, token=target.token(target.attacker))
    if MARK in response.text:
        return broke_in(f"{listing} shows what {target.victim.name} made", response)
    user_id = target.claims(target.victim).get("sub")
    for query in (
        {"user_id": user_id},
        {"user": target.victim.name},
        {"owner": user_id},
        {"all": "1"},
    ):
        response = target.send(
            "GET", listing.path, token=target.token(target.attacker), params=query
        )
        if MARK in response.text:
            return broke_in(f"?{next(iter(query))}= shows what {target.victim.name} made", response)
    if MARK not in target.send("GET", listing.path, token=target.token(target.victim)).text:
        raise cannot_tell("the owner's own list does not show it either")
    return repelled(response)


@attempt(
    "a thing of somebody else",
    story="The attacker puts the number of what somebody else made into the path.",
    repair="Make the owner a part of the query, and answer 404 to everybody else.",
    source="OWASP API1:2023, ASVS 8.2.2",
    lesson="06",
)
def other_thing(target: Target) -> Outcome:
    listing, made = make_thing(target, target.victim)
    doors = [
        door
        for door in target.doors
        if VARIABLE.search(door.path) and VARIABLE.split(door.path)[0] == listing.path + "/"
    ]
    if made is None or not doors:
        raise not_there("no known route takes the id of a thing")
    # DELETE last: nothing is left to read or to change after it.
    for door in sorted(doors, key=lambda door: door.method == "DELETE"):
        path = VARIABLE.sub(str(made), door.path, count=1)
        response = target.send(door.method, path, token=target.token(target.attacker), json=BODY)
        if response.ok:
            return broke_in(
                f"{door} answers {response.status_code} to {target.attacker.name}", response
            )
    if MARK not in target.send("GET", listing.path, token=target.token(target.victim)).text:
        return broke_in(f"{door} was refused, and the thing is gone", response)
    return repelled(response)


@attempt(
    "a thing given to somebody else",
    story="The attacker writes the id of another user into the body of a new thing.",
    repair="Take the owner from the token, and from the body only the fields that you name.",
    source="OWASP API3:2023, ASVS 8.2.3",
    lesson="06",
)
def given_away(target: Target) -> Outcome:
    owner = str(target.claims(target.victim).get("sub"))
    names = ("user_id", "owner_id", "owner", "userId", "account_id")
    mark = MARK + " for another"
    for value in (owner, int(owner)) if owner.isdecimal() else (owner,):
        body = dict.fromkeys(names, value) | dict.fromkeys(BODY, mark)
        listing, _ = make_thing(target, target.attacker, body)
        response = target.send("GET", listing.path, token=target.token(target.victim))
        if mark in response.text:
            return broke_in(f"{target.victim.name} has what {target.attacker.name} wrote", response)
    return repelled(response)


@attempt(
    "the account of somebody else",
    story="The attacker puts the number of another user into the path.",
    repair="Compare the id of the path with the user of the token.",
    source="OWASP API1:2023, ASVS 8.2.2",
    lesson="06",
)
def other_account(target: Target) -> Outcome:
    user_id = target.claims(target.victim).get("sub")
    doors = [
        door
        for door in target.doors
        if door.has_variable and door.path.lstrip("/").startswith(("users/", "user/", "accounts/"))
    ]
    if not doors:
        raise not_there("no known route takes the id of a user")
    own = target.claims(target.attacker).get("sub")
    for door in sorted(doors, key=lambda door: door.method == "DELETE"):
        if door.method != "GET" and not target.victim.made:
            continue  # it would spoil what the attacks did not make
        path = VARIABLE.sub(str(user_id), door.path)
        response = target.send(
            door.method, path, token=target.token(target.attacker), json={"id": own}
        )
        if response.ok:
            return broke_in(
                f"{door} answers {response.status_code} to {target.attacker.name}", response
            )
    return repelled(response)
