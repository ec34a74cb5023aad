"""TokenEditor in Python: signing with every algorithm, what stays as it was written, and the third verdict."""

import time

import jwt
import pytest

from course import TokenEditor
from course.problem import Problem
from course.tokens.base64url import encode
from course.tokens.jws import ALGORITHMS, decode_text
from course.tokens.times import time_problem
from tests.course.tokens.cases import (
    ASYMMETRIC,
    SHARED,
    jwk_of,
    private_of,
    private_pem,
    public_pem,
    sections,
    signed,
)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_signs_with_every_algorithm_that_it_verifies(algorithm):
    if algorithm in ASYMMETRIC:
        private = private_of(algorithm)
        keys, verifier = [private_pem(private), jwk_of(private)], private.public_key()
    else:
        keys, verifier = [SHARED * 2], SHARED * 2
    for key in keys:
        editor = TokenEditor(signed('{"sub":"7"}'), key, algorithm=algorithm)
        editor.sign()
        assert editor.valid and editor.header["alg"] == algorithm
        assert jwt.decode(editor.token, verifier, algorithms=[algorithm]) == {"sub": "7"}


@pytest.mark.parametrize(
    "key, words",
    [
        (public_pem(private_of("RS256")), "private key"),
        (jwk_of(private_of("RS256").public_key()), "private key"),
        (private_pem(private_of("ES256")), "not a key for RS256"),
        ("", "empty"),
        (jwk_of(private_of("RS256"), p=None), "not a key for RS256"),
    ],
)
def test_a_key_that_cannot_sign_is_a_sentence(key, words):
    editor = TokenEditor(signed(), key, algorithm="RS256")
    with pytest.raises(Problem, match=words):
        editor.sign()
    assert editor.token == signed()


def test_halves_of_two_keys_do_not_sign():
    other = jwk_of(private_of("EdDSA"), x=encode(b"\1" * 32))
    with pytest.raises(Problem, match="not a key for EdDSA"):
        TokenEditor(signed(), other, algorithm="EdDSA").sign()


@pytest.mark.parametrize(
    "before, after",
    [
        ('{ "alg" : "HS256",\r\n"n": 1.50, "a":"\\u00e9" }', '{ "alg" : "HS512",\r\n"n": 1.50, "a":"\\u00e9" }'),
        ('{"x":{"alg":"a","y":["alg"]},"alg":[{}] }', '{"x":{"alg":"a","y":["alg"]},"alg":"HS512" }'),
        ('{"n":18446744073709551615}', '{"n":18446744073709551615,"alg":"HS512"}'),
        ('{"\\u0061lg":{"a":[1,{}]},"b":2}', '{"\\u0061lg":"HS512","b":2}'),
        ("{ }", '{ "alg":"HS512"}'),
    ],
)  # fmt: skip
def test_signing_changes_alg_and_no_other_character(before, after):
    payload = '{"id": 18446744073709551615, "b": 1E3}'
    editor = TokenEditor(sections(before, payload), SHARED * 2, algorithm="HS512")
    editor.sign()
    assert [decode_text(part) for part in editor.token.split(".")[:2]] == [after, payload]
    assert editor.valid


def test_algorithm_and_key_format_are_arguments():
    token = jwt.encode({"sub": "7"}, SHARED * 2, "HS384")
    editor = TokenEditor(token, (SHARED * 2).encode().hex(), algorithm="HS384", key_format="hex")
    assert editor.valid
    for arguments in ({"algorithm": "none"}, {"key_format": "base64"}):
        with pytest.raises(Problem, match="one of"):
            TokenEditor(token, **arguments)


def test_the_page_is_told_why_python_cannot_sign(monkeypatch):
    editor = TokenEditor(signed(), public_pem(private_of("RS256")), algorithm="RS256")
    sent = []
    monkeypatch.setattr(editor, "send", sent.append)
    editor._handle_msg(
        {"content": {"data": {"method": "custom", "content": "sign"}}, "buffers": []}
    )
    assert "private key" in sent[0]["problem"]


def test_half_an_emoji_is_shown_and_written():
    editor = TokenEditor(signed(r'{"a":"\ud83d"}'), SHARED)
    assert editor.valid and r"\ud83d" in repr(editor) and r"\ud83d" in editor._repr_html_()
    editor.payload = {"b": "\ud83d"}
    assert decode_text(editor.token.split(".")[1]) == r'{"b":"\ud83d"}'


def test_time_is_judged_apart_and_never_in_the_saved_output():
    now = time.time()
    expired, good = ({"exp": int(now) + seconds} for seconds in (-1000, 1000))
    editor = TokenEditor(jwt.encode(expired, SHARED), SHARED)
    assert editor.valid and editor.problem == "" and "expired" in editor.time_problem
    assert "expired" not in repr(editor) + editor._repr_html_()
    assert "valid" not in repr(editor) + editor._repr_html_().split("</style>")[1]
    editor.token = jwt.encode(good, SHARED)
    assert editor.time_problem == ""


@pytest.mark.parametrize(
    "payload, words",
    [
        ({}, ""),
        ({"exp": 101, "nbf": 100, "iat": 100}, ""),
        ({"exp": 100}, "expired"),
        ({"nbf": 100.5}, "not valid before"),
        ({"iat": 101}, "future"),
        ({"exp": "soon"}, "exp is not a number"),
        ({"exp": 101, "nbf": True}, "nbf is not a number"),
        ({"exp": None}, "exp is not a number"),
        ({"exp": -(10**300)}, "expired"),
        ({"iat": 1e300}, "future"),
    ],
)
def test_times_at_one_moment(payload, words):
    problem = time_problem(payload, 100)
    assert words in problem and bool(problem) == bool(words)
