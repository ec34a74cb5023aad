"""Attacks on the log-in and the sign-up."""

import json
import secrets
import statistics

from course.attacks.attempts import Outcome, attempt, broke_in, cannot_tell, not_there, repelled
from course.attacks.target import Target, User

WRONG = "a wrong guess"
# A server that lets more through in a row has no limit worth its name.
MANY = 20
PASSWORDS = [
    "null",
    "None",
    "undefined",
    "password",
    "123456",
    "12345678",
    "qwerty",
    "secret",
    "changeme",
    " ",
]
NAMES = ["admin", "root", "test", "guest", "demo"]


@attempt(
    "no password",
    story="The attacker sends a name and no password.",
    repair="Refuse a request whose password is not a text, and a user who has no password hash.",
    source="OWASP API2:2023, ASVS 2.2.1",
    lesson="05",
)
def no_password(target: Target) -> Outcome:
    name, password = target.fields
    for user in [*target.without_password, target.victim]:
        bodies = {
            "without a password": {name: user.name},
            "with the password null": {name: user.name, password: None},
            "with an empty password": {name: user.name, password: ""},
        }
        for how, body in bodies.items():
            response = target.log_in_with(body)
            if target.token_in(response):
                return broke_in(f"logged in as {user.name} {how}", response)
    return repelled(response)


@attempt(
    "a password that is no text",
    story="JSON has more than texts: the password is a number, true, an object or a list.",
    repair="Check that each field is a text before you use it, and answer 400 if it is not.",
    source="ASVS 2.2.1",
    lesson="05",
)
def password_is_no_text(target: Target) -> Outcome:
    if target.form:
        raise not_there("the log-in reads a form")
    values = [0, 1, True, False, [], ["x"], {}, {"$ne": None}, {"$gt": ""}]
    tries: list[tuple[str, User, object]] = [
        (json.dumps(value), target.victim, value) for value in values
    ]
    users = [target.victim, target.attacker]
    if target.sign_up:
        users.append(target.make_user("digits", str(10**15 + secrets.randbelow(10**15))))
    for user in users:
        if user.password and user.password.isdecimal():
            # Some databases compare the number 12341234 with the text "12341234".
            tries.append(("the password as a number", user, int(user.password)))
    tries.append(("the password in a list", target.victim, [target.victim.password]))
    return _nobody_logs_in(target, tries)


@attempt(
    "a password that is nearly right",
    story="The attacker sends the password in another case, shortened, or with a space.",
    repair="Compare the password as it came: no strip, no lower, no cut.",
    source="ASVS 6.2.8",
    lesson="05",
)
def nearly_right(target: Target) -> Outcome:
    password = str(target.victim.password)
    wrong = {
        "any password": WRONG,
        "another user's password": str(target.attacker.password),
        "the last character missing": password[:-1],
        "a character too many": password + "x",
        "spaces around": f" {password} ",
        "another case": password.swapcase(),
    }
    tries = [(how, target.victim, value) for how, value in wrong.items() if value != password]
    return _nobody_logs_in(target, tries)


@attempt(
    "a usual guess",
    story="Ten passwords that many people use are tried for users without one, and five names with themselves.",
    repair="Make no user in the program's text, and let nobody in who has no password hash.",
    source="OWASP API2:2023, ASVS 6.2.4",
    lesson="05",
)
def usual_guess(target: Target) -> Outcome:
    tries = [(repr(name), User(name, None), name) for name in NAMES]
    tries += [
        (repr(guess), user, guess) for user in target.without_password[:1] for guess in PASSWORDS
    ]
    return _nobody_logs_in(target, tries)


def _nobody_logs_in(target: Target, tries: list) -> Outcome:
    """Log in with each of these: in words, the user, the password."""
    for how, user, password in tries:
        response = target.log_in(user.name, password)
        if target.token_in(response):
            return broke_in(f"logged in as {user.name} with {how}", response)
    return repelled(response)


@attempt(
    "a database query in the name",
    story="The name holds a piece of SQL, which makes the query true for everybody.",
    repair="Give values to the database as parameters, never as a part of the query's text.",
    source="OWASP A03:2021, ASVS 1.2.4",
    lesson="05",
)
def query_in_the_name(target: Target) -> Outcome:
    victim = target.victim.name
    for name in (f"{victim}' -- ", "' OR 1=1 -- ", f'{victim}" -- ', "'"):
        response = target.log_in(name, "' OR '1'='1")
        if target.token_in(response) or "syntax error" in response.text:
            return broke_in(f"the name {name!r}", response)
    return repelled(response)


@attempt(
    "who has an account? (words)",
    story="The attacker compares the refusal of a known name with that of an unknown one.",
    repair="Send the same refusal from the same line for both.",
    source="ASVS 6.3.8",
    lesson="05",
)
def words_tell(target: Target) -> Outcome:
    known = target.log_in(target.victim.name, WRONG)
    unknown = target.log_in(f"nobody-{len(target.victim.name)}", WRONG)
    if known.status_code == 429 or unknown.status_code == 429:
        raise cannot_tell("the API refuses more log-ins for now")
    if (known.status_code, known.content) != (unknown.status_code, unknown.content):
        return broke_in(
            f"{unknown.status_code} for an unknown name differs from {known.status_code} for a known one",
            unknown,
        )
    return repelled(unknown)


@attempt(
    "who has an account? (time)",
    story="A password hash is slow. If only known names need one, the time tells them.",
    repair="Check one password hash in each log-in, also for a name that nobody has.",
    source="ASVS 6.3.8",
    lesson="05",
)
def time_tells(target: Target) -> Outcome:
    # A user of its own: the victim's wrong passwords may have been counted.
    user = target.make_user("timed") if target.sign_up else target.victim
    names = user.name, "nobody-has-this-name"
    times: dict[str, list[float]] = {name: [] for name in names}
    for name in names * 4:
        response = target.log_in(name, WRONG)
        if response.status_code == 429:
            raise cannot_tell("the API refuses more log-ins for now")
        seconds = response.elapsed.total_seconds()
        times[name].append(target.stopwatch.seconds if target.stopwatch else seconds)
    known, unknown = times.values()
    if target.stopwatch:
        # Processor time. The least of several is what the work itself costs.
        if abs(min(known) - min(unknown)) > 0.003 and not 0.5 < min(known) / min(unknown) < 2:
            return broke_in("the two names cost a different amount of work", response)
        return repelled(response)
    medians = statistics.median(known), statistics.median(unknown)
    ratio = medians[0] / medians[1]
    if 1 / 1.5 < ratio < 1.5 or abs(medians[0] - medians[1]) < 0.003:
        return repelled(response)
    slow, fast = (known, unknown) if ratio > 1 else (unknown, known)
    if min(slow) > 2 * max(fast) and min(slow) - max(fast) > 0.003:
        return broke_in("the two names take a different time", response)
    raise cannot_tell("the times differ, and overlap: the machine may be busy")


@attempt(
    "two users of one name",
    story="The attacker signs up with the name of somebody else.",
    repair="Make the name unique in the table, and answer 409.",
    source="OWASP API2:2023, ASVS 2.2.1",
    lesson="05",
)
def two_of_one_name(target: Target) -> Outcome:
    if target.sign_up is None:
        raise not_there("nobody can sign up")
    name, password = target.fields
    response = target.send(
        "POST", target.sign_up, json={name: target.victim.name, password: "another password"}
    )
    if response.ok:
        return broke_in(f"a second {target.victim.name} signed up", response)
    return repelled(response)


@attempt(
    "a short password",
    story="A user signs up with a password of seven characters, one, or none.",
    repair="Demand eight characters or more when a user signs up.",
    source="ASVS 6.2.1",
    lesson="05",
)
def short_password(target: Target) -> Outcome:
    if target.sign_up is None:
        raise not_there("nobody can sign up")
    name, password = target.fields
    for number, value in enumerate(("", None, "1", "seven77")):
        who = f"{target.attacker.name}-short-{number}"
        response = target.send("POST", target.sign_up, json={name: who, password: value})
        if response.ok:
            target.made.append(f"the user {who}")
            return broke_in(f"the password {value!r} was accepted", response)
        if response.status_code == 409:
            raise cannot_tell("an earlier attack has signed up the same user")
    return repelled(response)


@attempt(
    "as many tries as you like",
    story="The attacker tries one password after the other.",
    repair="After some wrong passwords, answer 429 for a while.",
    source="ASVS 6.3.1",
    lesson="15",
)
def many_tries(target: Target) -> Outcome:
    # A user of its own: the other attacks go on with theirs.
    user = (
        target.make_user("tried-often") if target.sign_up else User("nobody-tries-so-often", None)
    )
    for number in range(1, MANY + 1):
        response = target.log_in(user.name, f"{WRONG} {number}")
        if response.status_code == 429:
            return repelled(response)
    raise not_there(f"no limit in {MANY} tries")
