"""The crafted tokens are what they say, and `score` judges verifiers fairly."""

import base64
import hmac
import json

import jwt
import pytest

from course import crafted_tokens, score
from course.tokens.crafted import KEY
from tests.exercises.running import run
from tests.reading import SOLUTIONS

TOKENS = crafted_tokens()
VERIFY = run(SOLUTIONS[2])[0]["verify"]


def test_there_are_enough_bad_tokens_each_with_a_name_and_a_reason():
    assert sum(crafted.payload is None for crafted in TOKENS) >= 40
    assert len({crafted.name for crafted in TOKENS}) == len(TOKENS)
    assert len({crafted.token for crafted in TOKENS}) == len(TOKENS)
    assert all(crafted.reason.endswith(".") for crafted in TOKENS)


def signatures_with_the_key(header, payload):
    for signing_input in (f"{header}.{payload}", header + payload, payload):
        for algorithm in ("sha256", "sha384", "sha512"):
            signature = hmac.digest(KEY, signing_input.encode(), algorithm)
            yield from (signature, signature.hex().encode())


@pytest.mark.parametrize("crafted", TOKENS, ids=lambda crafted: crafted.name)
def test_a_token_is_forged_if_its_signature_was_not_made_with_the_key(crafted):
    text = crafted.token.strip(' "').removeprefix("Bearer ")
    header, payload, signature, *_ = text.split(".") + ["", ""]
    signature = "".join(signature.split()).translate(str.maketrans("+/", "-_", "*="))
    decoded = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    signed = {decoded, signature.encode()} & set(signatures_with_the_key(header, payload))
    assert crafted.forged == (not signed)


@pytest.mark.parametrize("crafted", TOKENS, ids=lambda crafted: crafted.name)
def test_the_strict_verifier_of_the_solution_agrees(crafted):
    if crafted.payload is None:
        with pytest.raises(ValueError):
            VERIFY(crafted.token, KEY)
    else:
        assert VERIFY(crafted.token, KEY) == crafted.payload


@pytest.mark.parametrize("crafted", TOKENS, ids=lambda crafted: crafted.name)
def test_every_good_token_is_good_for_pyjwt(crafted):
    if crafted.payload is not None:
        assert jwt.decode(crafted.token, KEY, algorithms=["HS256"]) == crafted.payload


def test_the_strict_verifier_survives_deep_nesting():
    encode = run(SOLUTIONS[2])[0]["encode"]
    nested = encode(b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}")
    with pytest.raises(ValueError):
        VERIFY(f"{nested}.{nested}.", KEY)


def test_each_kind_of_mistake_is_counted_as_what_it_is():
    def accepts_all(token, key):
        return {}

    def refuses_all(token, key):
        raise ValueError("no")

    def crashes(token, key):
        return json.loads(None)

    board = score(accepts_all=accepts_all, refuses_all=refuses_all, crashes=crashes, strict=VERIFY)
    bad = sum(crafted.payload is None for crafted in TOKENS)
    assert board.right("strict") == len(TOKENS)
    assert board.right("refuses_all") == bad
    assert board.right("accepts_all") == 1, "one good token has an empty payload"
    assert board.right("crashes") == 0
    forged = sum(crafted.forged for crafted in TOKENS)
    assert board.verdicts["accepts_all"].count("got in without the key") == forged
    assert board.verdicts["accepts_all"].count("accepted") == bad - forged
    assert len(board.mistakes("refuses_all")) == len(TOKENS) - bad
    assert board.mistakes("strict") == []


def test_the_faces_of_a_board_name_every_verifier_and_escape_markup():
    board = score(**{"<b>": VERIFY})
    assert "<b>" in repr(board)
    assert "<b>" not in board._repr_html_()
    assert str(len(TOKENS)) in repr(board) and str(len(TOKENS)) in board._repr_html_()
    assert repr(board.mistakes("<b>"))
    assert "<table>" in score(none=lambda token, key: {}).mistakes("none")._repr_html_()
