"""Attacks with tokens: forged ones, stolen ones, and ones that are good in a way that nobody wants."""

import base64
import hashlib
import json
import secrets
import string
import time

from course.attacks.attempts import (
    Outcome,
    attempt,
    broke_in,
    cannot_tell,
    not_there,
    repelled,
)
from course.attacks.target import Target, sign, unsigned
from course.tokens.base64url import encode
from course.tokens.jws import HASHES

GUESSES = (
    "secret super-secret supersecret super_secret secretkey secret-key secret_key jwt-secret jwt_secret jwtsecret "
    "my-secret my_secret mysecret mysecretkey my-secret-key your-secret-key your_secret_key your-256-bit-secret "
    "change-me changeme change_me please-change-me change-this default dev development test testing key private "
    "password passw0rd admin root user token jwt flask django express fastapi app 1234 12345 123456 12345678 qwerty "
    "t0p-s3cr3t s3cr3t shhhhh shhhhhhared-secret keyboard-cat hello world abc abc123 letmein"
).split()
GUESSES += [
    "",
    "super secret",
    "keyboard cat",
    "your secret key",
    'Change this "super secret" with something else!',
]
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def try_each(target: Target, tokens: dict[str, str]) -> Outcome:
    """Call the private door with each of these bad tokens (by name): none may open it."""
    refusals = []
    for name, token in tokens.items():
        refusals.append(target.call(token))
        if refusals[-1].ok:
            return broke_in(f"accepted: {name}", refusals[-1])
    if not target.call(target.token(target.attacker)).ok:
        raise cannot_tell("afterwards a good token was refused too")
    return repelled(refusals[0])


@attempt(
    "no signature",
    story="Anyone can write a token whose header says that it has no signature.",
    repair='Tell the function that decodes which algorithms you use: algorithms=["HS256"].',
    source="RFC 8725 section 3.1, ASVS 9.1.2",
    lesson="03",
)
def no_signature(target: Target) -> Outcome:
    claims, header = target.claims(target.victim), target.header
    signature = target.token(target.attacker).rpartition(".")[2]
    tokens = {
        f"alg {word}": unsigned(header | {"alg": word}, claims) + "."
        for word in ("none", "None", "NONE", "nOnE", "")
    }
    tokens["alg none with a signature"] = tokens["alg none"] + signature
    tokens["alg none in two sections"] = tokens["alg none"][:-1]
    return try_each(target, tokens)


@attempt(
    "a wrong signature",
    story="The attacker changes the user in a token, or signs it with a key of their own.",
    repair="Verify the signature before you read a claim, and take nothing for true that you only decoded.",
    source="RFC 8725 section 3.3, ASVS 9.1.1",
    lesson="03",
)
def wrong_signature(target: Target) -> Outcome:
    header, claims = target.header, target.claims(target.victim)
    own = target.token(target.attacker)
    signature = own.rpartition(".")[2]
    raw = base64.urlsafe_b64decode(signature + "==")
    forged = unsigned(header, claims)
    signing_input = own.rpartition(".")[0]
    return try_each(
        target,
        {
            "the victim's claims with the attacker's signature": f"{forged}.{signature}",
            "another header": unsigned(header | {"typ": "jwt"}, target.claims()) + f".{signature}",
            "signed with another key": sign(forged, b"a key of the attacker"),
            "signed with an empty key": sign(forged, b""),
            "a hash without a key": f"{forged}.{encode(hashlib.sha256(forged.encode()).digest())}",
            "an empty signature": f"{forged}.",
            "two sections": forged,
            "zero bytes": f"{forged}.{encode(bytes(len(raw)))}",
            "the first bit flipped": f"{signing_input}.{encode(bytes([raw[0] ^ 128]) + raw[1:])}",
            "the last bit flipped": f"{signing_input}.{encode(raw[:-1] + bytes([raw[-1] ^ 1]))}",
            "half a signature": f"{signing_input}.{encode(raw[: len(raw) // 2])}",
            "one byte of a signature": f"{signing_input}.{encode(raw[:1])}",
            "a byte too many": f"{signing_input}.{encode(raw + b'0')}",
        },
    )


@attempt(
    "a key in the token",
    story="The attacker signs a token, and puts the key that verifies it into its header.",
    repair="Take the key from your settings only, and never from a token.",
    source="RFC 8725 section 3.10, ASVS 9.1.3",
    lesson="03",
)
def key_in_the_token(target: Target) -> Outcome:
    key = b"a key of the attacker with 32 bytes"
    jwk = {"kty": "oct", "k": encode(key)}
    claims = target.claims(target.victim)
    header = target.header | {"alg": "HS256"}
    tokens = {
        f"{name} in the header": sign(unsigned(header | {name: value}, claims), key)
        for name, value in {"jwk": jwk, "k": jwk["k"], "kid": key.decode()}.items()
    }
    # The program looks for the key in a file of this name.
    tokens["kid is an empty file"] = sign(unsigned(header | {"kid": "/dev/null"}, claims), b"")
    return try_each(target, tokens)


@attempt(
    "a key from a list",
    story="The attacker tries keys from tutorials on a token of their own, without a single request.",
    repair='Make a random key of 32 bytes: python -c "import secrets; print(secrets.token_urlsafe(32))".',
    source="RFC 8725 section 3.5, RFC 7518 section 3.2",
    lesson="04",
)
def key_from_a_list(target: Target) -> Outcome:
    algorithm = target.header["alg"]
    if algorithm not in HASHES:
        raise not_there("the tokens have no shared key")
    token = target.token(target.attacker)
    for guess in GUESSES:
        if sign(token.rpartition(".")[0], guess.encode(), algorithm) == token:
            target.key = guess  # the next attacks use it, too
            forged = unsigned(target.header, target.claims(target.victim))
            response = target.call(sign(forged, guess.encode(), algorithm))
            return broke_in(f"the key is {guess!r}", response)
    return repelled(target.call(token))


@attempt(
    "something that is no token",
    story="A client sends null, half a token, or credentials of another kind.",
    repair="Let a library read the header, and refuse whatever is not `Bearer` and a token.",
    source="RFC 6750 section 2.1, ASVS 9.1.1",
    lesson="06",
)
def no_token(target: Target) -> Outcome:
    good = target.token(target.attacker)
    values = ["", "Bearer", "Bearer ", "Bearer null", "Bearer undefined", "Bearer ..", "Bearer x"]
    values += [
        "Basic bWFsbG9yeTptYWxsb3J5",
        f"Basic {good}",
        f"Token x{good}",
        f"Bearer {good.partition('.')[0]}",
    ]
    values += [f"Bearer {good}.x", f"Bearer x.{good}.x", "Bearer true", "Bearer 1", "Bearer {}"]
    for value in values:
        response = target.call(None, headers={"Authorization": value.encode()})
        if response.ok:
            return broke_in(f"accepted: {value[:20]!r}", response)
    return repelled(response)


@attempt(
    "one token in two spellings",
    story="A signature has characters that decode to the same bytes, so a token on a list of blocked ones comes back.",
    repair="Use a library that refuses them, such as PyJWT 2.15, and block tokens by their jti.",
    source="RFC 7515 section 2, RFC 4648 section 3.5",
    lesson="03",
)
def two_spellings(target: Target) -> Outcome:
    good = target.token(target.attacker)
    target.claims()
    if len(good.rpartition(".")[2]) % 4 == 0:
        raise not_there("each character of the signature counts")
    last = ALPHABET[ALPHABET.index(good[-1]) ^ 1]
    return try_each(target, {"another last character": good[:-1] + last})


@attempt(
    "a token that is too much",
    story="A token of 60 KB, or with lists in lists in lists, shall make the server fail.",
    repair="Set a limit for the size of a request, and answer an error of the parser like a bad token.",
    source="ASVS 16.5.3",
    lesson="07",
)
def too_much(target: Target) -> Outcome:
    deep = b'{"sub":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    header = json.dumps(target.header).encode()
    sections = {
        "deep lists in the payload": (header, deep),
        "deep lists in the header": (deep, b"{}"),
        "60 KB": (header, b"{" + b" " * 45_000 + b"}"),
        "a number of 5,000 digits": (header, b'{"exp":1' + b"0" * 5000 + b"}"),
        "an endless exp": (header, b'{"exp":1e999}'),
    }
    tokens = {
        name: f"{encode(first)}.{encode(second)}.AAAA" for name, (first, second) in sections.items()
    }
    if target.key is not None:
        claims = target.claims()
        tokens["a signed exp of 400 digits"] = target.signed(claims | {"exp": 10**400})
    for name, token in tokens.items():
        response = target.call(token)
        if response.status_code >= 500 or response.ok and not name.startswith("a signed"):
            return broke_in(f"{response.status_code} for {name}", response)
    return repelled(response)


@attempt(
    "a token in the address",
    story="Addresses are kept in logs and histories, so a token there is read by others.",
    repair="Take tokens from the header Authorization only.",
    source="RFC 6750 section 5.3, ASVS 14.2.1",
    lesson="06",
)
def token_in_the_address(target: Target) -> Outcome:
    token = target.token(target.attacker)
    for name in ("access_token", "token", "jwt", "auth", "authorization"):
        response = target.call(None, params={name: token})
        if response.ok:
            return broke_in(f"accepted: ?{name}=", response)
    return repelled(response)


@attempt(
    "a token that never ends",
    story="Whoever steals a token without exp has it for ever.",
    repair="Give each token an exp of minutes.",
    source="RFC 6750 section 5.3",
    lesson="04",
)
def never_ends(target: Target) -> Outcome:
    claims = target.claims()
    response = target.call(target.token(target.attacker))
    if "exp" not in claims:
        return broke_in("the token has no exp", response)
    if claims["exp"] > time.time() + 24 * 3600 + 60:
        return broke_in("the token is good for more than a day", response)
    return repelled(response)


@attempt(
    "a secret in the token",
    story="Whoever sees a token can read what is in it.",
    repair="Put the user's id into the token, and nothing that others must not read.",
    source="RFC 7519 section 12, ASVS 14.2.6",
    lesson="02",
)
def secret_in_the_token(target: Target) -> Outcome:
    text = json.dumps(target.claims())
    response = target.call(target.token(target.attacker))
    for name in ("password", "passwd", "pwd", "hash", "secret"):
        if f'{name}"' in text.lower():
            return broke_in(f"the token has a claim for a {name}", response)
    if str(target.attacker.password) in text:
        return broke_in("the token holds the password", response)
    return repelled(response)


@attempt(
    "another algorithm with the same key",
    story="A token is signed with the right key, and with an algorithm that nobody chose.",
    repair="Allow exactly the algorithm that signs your tokens.",
    source="RFC 8725 section 3.1, ASVS 9.1.2",
    lesson="04",
)
def other_algorithm(target: Target) -> Outcome:
    claims, own = target.claims(), target.header["alg"]
    return try_each(target, {name: target.signed(claims, name) for name in HASHES if name != own})


@attempt(
    "an expired token",
    story="The attacker finds an old token, for example in a log.",
    repair="Let the library check exp and nbf, and never switch that off.",
    source="RFC 7519 section 4.1.4, ASVS 9.2.1",
    lesson="04",
)
def expired(target: Target) -> Outcome:
    claims, now = target.claims(), int(time.time())
    return try_each(
        target,
        {
            "exp is an hour ago": target.signed(
                claims | {"iat": now - 7200, "nbf": now - 7200, "exp": now - 3600}
            ),
            "exp is in 1970": target.signed(claims | {"iat": 0, "nbf": 0, "exp": 1}),
            "nbf is in an hour": target.signed(claims | {"nbf": now + 3600, "exp": now + 7200}),
        },
    )


def without(claim: str, target: Target) -> Outcome:
    """Call with a token of the API's own key that lacks one claim."""
    claims = target.claims()
    if claim not in claims:
        raise not_there(f"the API's own tokens have no {claim}")
    del claims[claim]
    return try_each(target, {f"no {claim}": target.signed(claims)})


@attempt(
    "a token without exp",
    story="Another program with the same key signs a token without an end.",
    repair="Require the claim exp when you decode.",
    source="RFC 6750 section 5.3",
    lesson="07",
)
def without_exp(target: Target) -> Outcome:
    return without("exp", target)


@attempt(
    "a token without jti",
    story="A token without a name cannot be revoked.",
    repair="Require the claim jti when you decode.",
    source="RFC 7519 section 4.1.7, ASVS 7.4.1",
    lesson="07",
)
def without_jti(target: Target) -> Outcome:
    return without("jti", target)


@attempt(
    "a token of another type",
    story="A refresh token, or a token without a type, is sent where only an access token is good.",
    repair="Require the claim type, and compare it.",
    source="RFC 8725 sections 3.11 and 3.12, ASVS 9.2.2",
    lesson="07",
)
def other_type(target: Target) -> Outcome:
    claims = target.claims()
    if "type" not in claims:
        raise not_there("the API's own tokens have no type")
    tokens = {
        f"type {word}": target.signed(claims | {"type": word}) for word in ("refresh", "id", "")
    }
    del claims["type"]
    return try_each(target, tokens | {"no type": target.signed(claims)})


@attempt(
    "a refresh token in place of an access token",
    story="A refresh token is good for a long time, and the attacker uses it as an access token.",
    repair="Give both another type, and compare it.",
    source="RFC 8725 section 3.12, ASVS 9.2.2",
    lesson="08",
)
def refresh_token(target: Target) -> Outcome:
    log_in = next(response for response in target.seen if target.token_in(response))
    token = target.refresh_token_in(log_in)
    if token is None:
        raise not_there("the log-in gives no refresh token")
    return try_each(target, {"the refresh token": token})


@attempt(
    "a token for another service",
    story="A token that was made for another service, or by another one, is sent here.",
    repair="Pass audience= and issuer= to the function that decodes.",
    source="RFC 8725 sections 3.8 and 3.9, ASVS 9.2.3",
    lesson="04",
)
def other_service(target: Target) -> Outcome:
    claims = target.claims()
    names = [name for name in ("aud", "iss") if name in claims]
    if not names:
        raise not_there("the API's own tokens have no aud and no iss")
    return try_each(
        target,
        {
            f"a foreign {name}": target.signed(claims | {name: "https://other.example"})
            for name in names
        },
    )


@attempt(
    "a token of nobody",
    story="The user of a token was deleted, or there has never been one.",
    repair="Look the user up in each request, and answer 401 if there is none.",
    source="RFC 8725 section 3.8, ASVS 7.4.2",
    lesson="06",
)
def of_nobody(target: Target) -> Outcome:
    claims = target.claims()
    if "sub" not in claims:
        raise not_there("the API's own tokens have no sub")
    number, tokens = str(claims["sub"]).isdecimal(), {}
    subjects = ["2147483000", "0", "-1", "99999999999999999999", "nobody-has-this-name", ""]
    if number:
        subjects += [f" {claims['sub']}", f"0{claims['sub']}", f"{claims['sub']}.0"]
    for subject in subjects:
        tokens[f"sub {subject!r}"] = target.signed(claims | {"sub": subject})
    del claims["sub"]
    return try_each(target, tokens | {"no sub": target.signed(claims)})


@attempt(
    "an id that comes back",
    story="A user is deleted, the next one gets the same id, and the old token opens the new account.",
    repair='Give no id twice: "sqlite_autoincrement": True.',
    source="RFC 8725 section 3.8; SQLite, AUTOINCREMENT",
    lesson="05",
)
def id_comes_back(target: Target) -> Outcome:
    if target.app is None or "sqlalchemy" not in target.app.extensions:
        raise cannot_tell("only for an app with Flask-SQLAlchemy")
    old = target.make_user(f"gone-{secrets.token_hex(8)}")
    token = target.token(old)
    try:
        target.delete_user(old)
    except Exception as error:  # of any database: the app may have rules of its own
        raise cannot_tell(f"the user cannot be deleted ({type(error).__name__})") from None
    target.make_user("newcomer")
    response = target.call(token)
    return (
        broke_in("the old token is good for the new user", response)
        if response.ok
        else repelled(response)
    )
