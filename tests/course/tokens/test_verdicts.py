"""Python's verdicts about the table of tokens and keys. tests/browser/test_editor_verdicts.py holds the page to the same."""

import pytest

from course.tokens.base64url import BadToken
from course.tokens.jws import fools, read, verify
from tests.course.tokens.cases import CASES


def refusal(check, *arguments) -> str:
    try:
        check(*arguments)
    except BadToken as error:
        return str(error)
    return ""


def test_the_table_is_large_and_its_names_are_unique():
    assert len(CASES) >= 80
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_form_signature_and_who_is_fooled(case):
    arguments = case.token, case.key, case.key_format, case.algorithm
    problem = refusal(verify, *arguments)
    assert (refusal(read, case.token) == "") == case.form
    assert (problem == "") == case.signature, problem
    assert case.words in problem
    assert fools(*arguments) == case.fooled
