"""Keys in a folder: what signs, what verifies, what is published, and how one is replaced with nobody logged out."""

import hmac
import json
import os
import subprocess
import sys
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.utils import base64url_encode

from server import SettingsError, create_app
from server.demo import seed
from server.key_folder import new_key, read_keys, thumbprint, withdraw
from server.models import db
from tests import SECONDS
from tests.reading import ROOT
from tests.server.conftest import KEY, add_login
from tests.server.test_answers import ask, signed
from tests.server.test_revocation import log_in, refresh

pytestmark = pytest.mark.usefixtures("quick_log_ins")
JWKS = "/.well-known/jwks.json"
PUBLIC = {"kty", "crv", "x", "y", "kid", "use", "alg"}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "keys"
    new_key(folder)
    return folder


@pytest.fixture
def start(database_url):
    """Starts the API anew on one database, with or without the folder."""
    apps = []

    def start(folder=None):
        settings = {"JWT_SECRET_KEY": KEY, "DATABASE_URL": database_url}
        app = create_app(**settings, SIGNING_KEYS=folder and str(folder))
        seed(app)
        add_login(app)
        apps.append(app)
        return app.test_client()

    yield start
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def status(client, token: str) -> int:
    return ask(client, f"Bearer {token}").status_code


def header_of(token: str) -> dict:
    return jwt.get_unverified_header(token)


# --- what signs, and what is published


def test_without_the_folder_all_is_as_before(start):
    client = start()
    assert client.get(JWKS).status_code == 404
    assert header_of(log_in(client)["token"]) == {"alg": "HS256", "typ": "JWT"}


def test_the_first_key_signs_and_all_are_published_with_public_members_only(start, folder):
    new_key(folder)
    client = start(folder)
    answer = client.get(JWKS)
    published = answer.json["keys"]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert [key["kid"] for key in published] == [key.kid for key in read_keys(folder)]
    assert len(published) == 2 and all(key.keys() == PUBLIC for key in published)
    tokens = log_in(client)
    for token in tokens["token"], tokens["refresh_token"]:
        assert header_of(token) == {"alg": "ES256", "typ": "JWT", "kid": published[0]["kid"]}
        assert jwt.decode(token, jwt.PyJWK(published[0]), ["ES256"])["sub"] == "1"
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.decode(token, jwt.PyJWK(published[1]), ["ES256"])
    assert status(client, tokens["token"]) == 200
    assert refresh(client, tokens["refresh_token"]).status_code == 200


def test_a_kid_is_the_thumbprint_of_the_public_members_in_the_right_order():
    # The first key of RFC 7517 appendix A.1, and what other libraries, such as jose4j, give for it.
    members = {
        "kid": "1",
        "use": "enc",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "crv": "P-256",
        "kty": "EC",
    }
    assert thumbprint(members) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_a_second_service_can_verify_and_cannot_sign(start, folder):
    client = start(folder)
    published = client.get(JWKS).json
    ring = jwt.PyJWKSet.from_dict(published)
    token = log_in(client)["token"]
    key = ring[header_of(token)["kid"]]
    assert jwt.decode(token, key, ["ES256"])["sub"] == "1"
    with pytest.raises((TypeError, AttributeError, jwt.PyJWTError)):
        jwt.encode({"sub": "1"}, key.key, "ES256")


# --- what verifies


def test_tokens_of_the_secret_key_stay_good_through_the_change(start, folder):
    old = log_in(start())
    client = start(folder)
    assert status(client, old["token"]) == 200
    new = refresh(client, old["refresh_token"])
    assert new.status_code == 200 and header_of(new.json["token"])["alg"] == "ES256"


def forged(key=KEY, alg="HS256", **headers) -> str:
    """A token of the secret key, with another header."""
    claims = jwt.decode(signed(), options={"verify_signature": False})
    return jwt.encode(claims, key, alg, headers=headers)


def test_no_mixture_of_key_and_algorithm_opens_or_breaks_anything(start, folder):
    client = start(folder)
    [mine] = read_keys(folder)
    stranger = ec.generate_private_key(ec.SECP256R1())
    pem = mine.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    named = {"alg": "HS256", "typ": "JWT", "kid": mine.kid}
    tokens = {
        "HS256 and a kid of ours": forged(kid=mine.kid),
        "HS256 and an unknown kid": forged(kid="x"),
        "ES256 without a kid": forged(mine.private, "ES256"),
        "ES256 of a stranger": forged(stranger, "ES256", kid=mine.kid),
        "ES256 of a stranger, with its kid": forged(stranger, "ES256", kid="mine"),
        "HS256 with the JWK": signed_with_bytes(json.dumps(mine.jwk).encode(), named),
        "HS256 with the PEM": signed_with_bytes(pem, named),
        "jwk": forged(stranger, "ES256", kid=mine.kid, jwk=mine.jwk),
    }
    for name, token in tokens.items():
        assert status(client, token) == 401, name
    assert status(client, forged()) == status(client, forged(mine.private, "ES256", kid=mine.kid))
    assert status(client, forged()) == 200


def signed_with_bytes(key: bytes, header: dict) -> str:
    """What PyJWT refuses to make: an HMAC with any bytes."""
    claims = jwt.decode(signed(), options={"verify_signature": False})
    parts = [base64url_encode(json.dumps(part).encode()) for part in (header, claims)]
    signature = base64url_encode(hmac.digest(key, b".".join(parts), "sha256"))
    return b".".join([*parts, signature]).decode()


@pytest.mark.parametrize(
    "kid",
    [7, 1.5, None, True, False, [], ["x"], {}, {"a": 1}, "", "../../etc/passwd", "é", "x" * 5000],
)
def test_a_kid_of_any_kind_is_a_bad_token_and_no_fault(start, folder, kid):
    client = start(folder)
    for alg in ("HS256", "ES256"):
        token = signed_with_bytes(KEY.encode(), {"alg": alg, "typ": "JWT", "kid": kid})
        answer = ask(client, f"Bearer {token}")
        assert (
            answer.status_code == 401
            and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
        )


# --- replacing a key


def age(path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_key_is_replaced_with_nobody_logged_out(start, folder):
    first = log_in(start(folder))
    new_key(folder)
    published = start(folder)
    second = log_in(published)
    assert header_of(second["token"])["kid"] == header_of(first["token"])["kid"]
    old, new = read_keys(folder)
    withdraw(old)
    client = start(folder)
    third = log_in(client)
    assert header_of(third["token"])["kid"] == new.kid
    # A process that was not started again knows the new key already, since it was published before.
    assert status(published, third["token"]) == 200
    for tokens in (first, second, third):
        assert status(client, tokens["token"]) == 200
        assert refresh(client, tokens["refresh_token"]).status_code == 200
    old.path.unlink()
    client = start(folder)
    assert [status(client, tokens["token"]) for tokens in (second, third)] == [401, 200]


# --- files that are not good


def pem(key, encryption=None) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )


GOOD = pem(ec.generate_private_key(ec.SECP256R1()))
BAD_FILES = {
    "encrypted": (
        pem(ec.generate_private_key(ec.SECP256R1()), serialization.BestAvailableEncryption(b"x")),
        "encrypted",
    ),
    "literal line breaks": (GOOD.replace(b"\n", rb"\n"), r"line breaks"),
    "RSA of 1024": (pem(rsa.generate_private_key(65537, 1024)), "ES256"),
    "RSA of 2048": (pem(rsa.generate_private_key(65537, 2048)), "ES256"),
    "Ed25519": (pem(ed25519.Ed25519PrivateKey.generate()), "ES256"),
    "another curve": (pem(ec.generate_private_key(ec.SECP384R1())), "ES256"),
    "no key": (b"hello", "no key"),
    "empty": (b"", "no key"),
    "cut off": (GOOD[:90], "no key"),
    "a public key that is none": (
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "no key",
    ),
    "twice": (None, "the same key"),
}


@pytest.mark.parametrize("content, word", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_a_sentence_with_its_name_and_no_start(folder, content, word):
    [first] = folder.iterdir()
    path = folder / "9.pem"
    path.write_bytes(first.read_bytes() if content is None else content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=word) as refused:
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", SIGNING_KEYS=str(folder))
    assert "9.pem" in str(refused.value)


@pytest.mark.parametrize("kind", ["missing", "empty", "public only", "a file"])
def test_a_folder_without_a_key_that_signs_is_a_sentence(tmp_path, folder, kind):
    if kind == "missing":
        folder = tmp_path / "nothing"
    elif kind == "a file":
        folder = next(folder.iterdir())
    elif kind == "empty":
        next(folder.iterdir()).unlink()
    else:
        withdraw(read_keys(folder)[0])
    with pytest.raises(SettingsError, match="SIGNING_KEYS .*python -m server keys new"):
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", SIGNING_KEYS=str(folder))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights of files.")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_private_key_that_others_can_read_is_refused(folder, mode):
    [path] = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700
    path.chmod(mode)
    with pytest.raises(SettingsError, match="Others can read .* chmod 600"):
        read_keys(folder)
    path.chmod(0o600)
    withdraw(read_keys(folder)[0])
    path.chmod(0o644)  # a public key is for everybody
    assert read_keys(folder)[0].private is None


# --- the command


def keys(folder, *words):
    environment = {name: value for name, value in os.environ.items() if name != "SIGNING_KEYS"}
    if folder:
        environment["SIGNING_KEYS"] = str(folder)
    ended = subprocess.run(
        [sys.executable, "-m", "server", "keys", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def states(folder) -> list[str]:
    return [line.split()[0] for line in keys(folder, "list").stdout.splitlines()]


def test_the_command_makes_lists_and_retires_keys_with_the_waits_between(tmp_path):
    folder = tmp_path / "a folder" / "keys"
    assert keys(folder, "new").returncode == 0
    assert states(folder) == ["signs"]
    alone = keys(folder, "retire")
    assert alone.returncode != 0 and "keys new" in alone.stderr
    assert "5.5 minutes" in keys(folder, "new").stdout
    assert states(folder) == ["signs", "next"]
    early = keys(folder, "retire")
    assert early.returncode != 0 and "Wait" in early.stderr and states(folder) == ["signs", "next"]
    for key in read_keys(folder):
        age(key.path, 331)
    assert keys(folder, "retire").returncode == 0
    assert states(folder) == ["retired", "signs"]
    # The private half is nowhere any more.
    assert [b"PRIVATE" in path.read_bytes() for path in sorted(folder.iterdir())] == [False, True]


@pytest.mark.parametrize("number", [1, 2])
def test_after_a_leak_the_key_goes_at_once(folder, number):
    for _ in range(number - 1):
        new_key(folder)
    leaked, *others = [key.kid for key in read_keys(folder)]
    assert keys(folder, "retire", "--leaked").returncode == 0
    left = [key.kid for key in read_keys(folder)]
    assert leaked not in left and len(left) == 1 and (not others or left == others)


@pytest.mark.parametrize(
    "words, word",
    [(["new"], "SIGNING_KEYS"), (["list"], "SIGNING_KEYS"), ([], "required"), (["x"], "choose")],
)
def test_a_command_without_a_folder_or_a_name_is_a_sentence(words, word):
    ended = keys(None, *words)
    assert ended.returncode != 0 and word in ended.stderr


def test_a_bad_file_is_told_by_the_command_too(folder):
    (folder / "9.pem").write_text("hello")
    ended = keys(folder, "list")
    assert ended.returncode != 0 and "9.pem" in ended.stderr
