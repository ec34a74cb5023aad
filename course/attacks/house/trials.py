"""What a patched server must withstand, and whom it must let in: for each server its attacks and its honest users."""

import hmac
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask
import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from course.attacks.house.servers import STYLESHEET
from course.servers.background import BackgroundServer
from course.tokens.base64url import encode

# What was tried, and what came of it: nothing, if the attack failed.
Trials = Iterator[tuple[str, str]]
SECONDS = 60


@dataclass
class Door:
    """A patched server, from outside. Whoever judges it has also made its flag and its key.

    Attributes:
        url (str): where it answers.
        flag (str): what nobody may get.
        key (object): what it signs with.
        session (requests.Session): one connection for all that is asked.
        by_luck (bool): whether a token was refused for the reason that PyJWT does not take such a key.
    """

    url: str
    flag: str
    key: Any
    session: requests.Session
    by_luck: bool = False

    def ask(
        self, path: str, token: str = "", body: object = None, **headers: str
    ) -> requests.Response:
        """GET, or POST if there is a body."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        method = "GET" if body is None else "POST"
        return self.session.request(
            method, self.url + path, json=body, headers=headers, timeout=SECONDS
        )

    def token(self) -> str:
        """A token of the log-in, or a text that is none."""
        return field_of(self.ask("/token", body={}), "token")

    def enter(self, token: str) -> str:
        """What somebody gets with a token that should be refused: nothing, or a sentence that says what."""
        answer = self.ask("/flag", token)
        self.by_luck |= answer.status_code == 401 and "InvalidKeyError" in answer.text
        if self.flag in answer.text:
            return "GET /flag gave the flag."
        answer = self.ask("/me", token)
        if answer.status_code == 200:
            return f"GET /me answered 200: {answer.text.strip()[:80]}"
        return ""


def field_of(answer: requests.Response, name: str) -> str:
    """A text in a JSON answer, or an empty text."""
    try:
        found = answer.json()[name]
    except (ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def claims_of(user: str = "1", seconds: int = 3600) -> dict[str, Any]:
    return {"sub": user, "exp": int(time.time()) + seconds}


def written(header: dict, claims: dict, signature: bytes = b"") -> str:
    """A token with any header, any claims and any signature."""
    sections = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join(encode(section) for section in [*sections, signature])


def signed_hs(header: dict, claims: dict, key: bytes, bits: str = "256") -> str:
    """A token signed by HMAC with any bytes, also with those that PyJWT does not take for a key."""
    signing_input = written(header, claims).rpartition(".")[0]
    signature = hmac.digest(key, signing_input.encode(), f"sha{bits}")
    return f"{signing_input}.{encode(signature)}"


def new_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def header_of(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return {}


# Honest users


def honest_user(door: Door) -> Iterator[str]:
    """User 7 logs in, is known, and may not read the flag."""
    answer = door.ask("/token", body={})
    token = field_of(answer, "token")
    if answer.status_code != 200 or not token:
        yield f"An honest user was refused: POST /token answered {answer.status_code}, and not 200 with a token."
        return
    answer = door.ask("/me", token)
    if answer.status_code != 200 or field_of(answer, "user") != "7":
        yield (
            f"An honest user was refused: GET /me with the token of user 7 answered {answer.status_code}: "
            f"{answer.text.strip()[:120]}"
        )
    answer = door.ask("/flag", token)
    if answer.status_code != 403:
        yield f"GET /flag with the token of user 7 answered {answer.status_code}, and not 403."


def honest_page(door: Door) -> Iterator[str]:
    yield from honest_user(door)
    answer = door.ask("/page/style.css")
    if answer.content != STYLESHEET:
        yield f"An honest reader was refused: GET /page/style.css answered {answer.status_code}, and not the page."


def honest_pem(door: Door) -> Iterator[str]:
    yield from honest_user(door)
    answer = door.ask("/public.pem")
    if answer.content != pem_of(door.key):
        yield (
            f"An honest reader was refused: GET /public.pem answered {answer.status_code}, and not the public key. "
            "A public key needs no hiding."
        )


def honest_key_set(door: Door) -> Iterator[str]:
    yield from honest_user(door)
    answer = door.ask("/keys.json")
    if answer.status_code != 200 or '"n"' not in answer.text:
        yield f"An honest reader was refused: GET /keys.json answered {answer.status_code}, and not the public keys."


def honest_newcomer(door: Door) -> Iterator[str]:
    for name in ("ana", "Łukasz"):
        answer = door.ask("/users", body={"username": name})
        token = field_of(answer, "token")
        if answer.status_code != 201 or not token:
            yield (
                f"An honest user was refused: POST /users with the username {name} and nothing else answered "
                f"{answer.status_code}, and not 201 with a token."
            )
            return
        answer = door.ask("/me", token)
        if answer.status_code != 200 or (field_of(answer, "sub"), field_of(answer, "role")) != (
            name,
            "reader",
        ):
            yield (
                f"GET /me of a new user answered {answer.status_code}: {answer.text.strip()[:120]}. "
                f"It should say sub {name} and role reader."
            )
        if door.ask("/flag", token).status_code != 403:
            yield "GET /flag of a new user did not answer 403."


def honest_subscriber(door: Door) -> Iterator[str]:
    yield from honest_user(door)
    link = field_of(door.ask("/newsletter/7"), "link")
    answer = door.ask(f"/unsubscribe?token={link}")
    if answer.status_code != 200 or field_of(answer, "unsubscribed") != "7":
        yield (
            f"An honest user was refused: the link in the newsletter of user 7 answered {answer.status_code}, and not "
            "200 with the user."
        )


def honest_refresher(door: Door) -> Iterator[str]:
    yield from honest_user(door)
    header = header_of(door.token())
    claims = jwt.decode(door.token(), options={"verify_signature": False})
    # Whoever refreshes has a token that expired.
    claims["exp"] = int(time.time()) - 60
    expired = jwt.encode(claims, door.key, header["alg"], headers=header)
    refresh_token = field_of(door.ask("/refresh_token"), "refresh_token")
    answer = door.ask("/token/refresh", body={"token": expired, "refresh_token": refresh_token})
    if field_of(door.ask("/me", field_of(answer, "token")), "user") != "7":
        yield (
            "An honest user was refused: POST /token/refresh with an expired token and the refresh token of user 7 "
            f"answered {answer.status_code}, and no token of user 7."
        )


# Attacks


def on_any(door: Door) -> Trials:
    """What no server may take, whatever it was broken by."""
    yield "no token at all", door.enter("")
    header = header_of(door.token())
    yield "alg none, and no signature", door.enter(written(header | {"alg": "none"}, claims_of()))
    _, _, signature = door.token().rpartition(".")
    token = written(header, claims_of()).rpartition(".")[0]
    yield "user 1 in the payload, with the signature of user 7", door.enter(f"{token}.{signature}")


def expired(door: Door) -> Trials:
    """A token that the right key has signed, and that expired an hour ago."""
    header = {name: value for name, value in header_of(door.token()).items() if name != "alg"}
    algorithm = "HS256" if isinstance(door.key, str) else "RS256"
    token = jwt.encode(claims_of("1", -3600), door.key, algorithm, headers=header)
    yield "a token of user 1 that expired an hour ago", door.enter(token)


def on_reader(door: Door) -> Trials:
    yield from on_any(door)
    header = header_of(door.token())
    other = secrets.token_bytes(32)
    yield (
        "a token of user 1, signed with a key of the thief",
        door.enter(signed_hs(header, claims_of(), other)),
    )
    yield "alg HS256 and an empty signature", door.enter(written(header, claims_of()))
    yield from expired(door)


def on_sign_up(door: Door) -> Trials:
    for role in ("admin", "editor", "Reader"):
        body = {"username": "mallory", "role": role}
        token = field_of(door.ask("/users", body=body), "token")
        got = field_of(door.ask("/me", token), "role")
        flag = door.flag in door.ask("/flag", token).text
        came = "GET /flag gave the flag." if flag else f"GET /me says role {got}."
        yield f'POST /users with "role": "{role}"', came if flag or got == role else ""
    yield from on_any_sign_up(door)


def on_any_sign_up(door: Door) -> Trials:
    claims = {"sub": "mallory", "role": "admin"}
    token = written({"alg": "none"}, claims)
    yield "alg none and the role admin", door.enter(token)
    token = signed_hs({"alg": "HS256"}, claims, secrets.token_bytes(32))
    yield "the role admin, signed with a key of the thief", door.enter(token)


def on_newsletter(door: Door) -> Trials:
    for user in ("1", "7"):
        link = field_of(door.ask(f"/newsletter/{user}"), "link")
        yield f"the link of user {user} as a token for the API", door.enter(link)
    yield from on_any(door)
    yield from expired(door)


def on_wallet(door: Door) -> Trials:
    own = new_rsa()
    header = header_of(door.token())
    public = RSAAlgorithm.to_jwk(own.public_key(), as_dict=True)
    named = header.get("jwk")
    theirs = named if isinstance(named, dict) else {}

    def entered(jwk: dict, key: Any = own, algorithm: str = "RS256") -> str:
        return door.enter(jwt.encode(claims_of(), key, algorithm, headers={"jwk": jwk}))

    yield "a key of the thief in jwk", entered(public)
    yield "a key of the thief in jwk, with all other members as they were", entered(theirs | public)
    curve = ec.generate_private_key(ec.SECP256R1())
    yield (
        "an EC key of the thief in jwk",
        entered(ECAlgorithm.to_jwk(curve.public_key(), as_dict=True), curve, "ES256"),
    )
    shared = secrets.token_bytes(32)
    yield (
        "a shared key of the thief in jwk",
        entered({"kty": "oct", "k": encode(shared)}, shared, "HS256"),
    )
    yield from on_any(door)
    yield from expired(door)


def on_cabinet(door: Door) -> Trials:
    folder: Path = door.key
    made = secrets.token_hex(8)
    known_bytes = secrets.token_bytes(32)
    (folder / "keys-old").mkdir()
    for path in (
        folder / "page" / f"{made}.css",
        folder / "page" / made,
        folder / "keys-old" / made,
    ):
        path.write_bytes(known_bytes)
    kids = [
        ("../page/style.css", STYLESHEET),
        ("....//page/style.css", STYLESHEET),
        ("../keys/../page/style.css", STYLESHEET),
        (f"../page/{made}", known_bytes),
        (f"../keys-old/{made}", known_bytes),
        (str(folder / "page" / f"{made}.css"), known_bytes),
    ]
    if os.name == "nt":
        kids.append((r"..\page\style.css", STYLESHEET))
    for kid, key in kids:
        shown = (
            "the whole path of a file" if os.path.isabs(kid) else kid.replace(made, "a-new-file")
        )
        token = signed_hs({"alg": "HS256", "kid": kid}, claims_of(), key)
        yield f"kid {shown}, signed with the bytes of that file", door.enter(token)
    yield from on_any(door)


def pem_of(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def on_two_locks(door: Door) -> Trials:
    pem = pem_of(door.key)
    for bits in ("256", "384", "512"):
        token = signed_hs({"alg": f"HS{bits}", "typ": "JWT"}, claims_of(), pem, bits)
        yield f"alg HS{bits}, signed with the bytes of /public.pem", door.enter(token)
    token = jwt.encode(claims_of(), new_rsa(), "RS256")
    yield "alg RS256, signed with a key of the thief", door.enter(token)
    yield from on_any(door)
    yield from expired(door)
    token = signed_hs({"alg": "HS256"}, claims_of("1", -3600), pem)
    yield "alg HS256 with /public.pem, expired an hour ago", door.enter(token)


def on_second_token(door: Door) -> Trials:
    lost = door.ask("/log").text.split("GET /me 401 ")[-1].split('"')[0].split()[0]
    refresh_token = field_of(door.ask("/refresh_token"), "refresh_token")

    def refreshed(token: str, second: str) -> str:
        answer = door.ask("/token/refresh", body={"token": token, "refresh_token": second})
        token = field_of(answer, "token")
        # Whoever has the refresh token of user 7 may get a token of user 7.
        return "" if field_of(door.ask("/me", token), "user") == "7" else door.enter(token)

    yield (
        "the lost token of user 1 with the refresh token of user 7",
        refreshed(lost, refresh_token),
    )
    yield "the lost token of user 1 with a refresh token of nobody", refreshed(lost, "of nobody")
    forged = written({"alg": "none"}, claims_of())
    yield (
        "a token of user 1 with alg none and the refresh token of user 7",
        refreshed(forged, refresh_token),
    )
    yield "the lost token of user 1, without any refresh", door.enter(lost)
    yield from on_any(door)


def on_key_set(door: Door) -> Trials:
    own = new_rsa()
    thief = flask.Flask("thief", static_folder=None)
    public = RSAAlgorithm.to_jwk(own.public_key(), as_dict=True) | {"kid": "1", "use": "sig"}
    thief.get("/<path:any>", endpoint="keys")(lambda any: {"keys": [public]})
    thief.get("/", endpoint="root")(lambda: {"keys": [public]})
    with BackgroundServer(thief) as server:

        def token(jku: str) -> str:
            return jwt.encode(claims_of(), own, "RS256", headers={"kid": "1", "jku": jku})

        there = f"{server.url}/keys.json"
        yield "jku leads to a server of the thief", door.enter(token(there))
        for tail in ("/keys.json?from=", "/#", "/"):
            jku = f"{server.url}{tail}{door.url}/keys.json"
            yield (
                f"jku leads to a server of the thief, and the right address stands behind it ({tail})",
                door.enter(token(jku)),
            )
        answer = door.ask("/flag", token(there), Host=server.url.removeprefix("http://"))
        got = "GET /flag gave the flag." if door.flag in answer.text else ""
        yield "jku leads to a server of the thief, and the header Host says the same", got
    yield from on_any(door)
    yield from expired(door)


HONEST: dict[str, Callable[[Door], Iterator[str]]] = {
    "reader": honest_user,
    "sign_up": honest_newcomer,
    "newsletter": honest_subscriber,
    "wallet": honest_user,
    "cabinet": honest_page,
    "two_locks": honest_pem,
    "second_token": honest_refresher,
    "key_set": honest_key_set,
}
ATTACKS: dict[str, Callable[[Door], Trials]] = {
    "reader": on_reader,
    "sign_up": on_sign_up,
    "newsletter": on_newsletter,
    "wallet": on_wallet,
    "cabinet": on_cabinet,
    "two_locks": on_two_locks,
    "second_token": on_second_token,
    "key_set": on_key_set,
}
