"""Checks that run in a second process, where nothing of a submission has run."""

import os
import sys

import nbformat
import pytest

from course.exercises.catalogue import find_exercise
from course.exercises.running import failures, run_cells
from tests import SECONDS
from tests.course.grading.cheats import CHEATS
from tests.course.grading.made_class import CHECKED, notebook
from tests.reading import ROOT

judging = pytest.importorskip("course.grading.judging", reason="nbgrader is not installed.")
from course.grading.sandbox import Sandbox, is_available  # noqa: E402

pytestmark = pytest.mark.skipif(
    not is_available() and not (os.environ.get("CI") and sys.platform == "linux"),
    reason="No sandbox: install bubblewrap to run this test.",
)


def passed(apart, answers=None, cell="", solved=False) -> set[str]:
    handed_in = notebook(answers, solved)
    handed_in.cells.insert(2, nbformat.v4.new_code_cell(cell))
    run_cells(handed_in, Sandbox, SECONDS, apart)
    return CHECKED.keys() - failures(handed_in).keys()


@pytest.mark.parametrize(
    "cheat", [cheat for cheat in CHEATS if cheat.deceives], ids=lambda cheat: cheat.name
)
def test_what_deceives_a_check_in_its_own_python_gets_nothing_from_one_apart(cheat):
    assert passed([], cheat.answers, cheat.cell)
    assert passed(CHECKED, cheat.answers, cheat.cell) == set()


def test_the_solution_says_which_checks_can_run_apart():
    found = judging.checks_apart(find_exercise("03", ROOT), seconds=60)
    assert "check_sign" in found
    assert (
        "check_verify" not in found
    )  # it replaces a function of hmac, which must reach the answer


def test_a_value_of_a_derived_class_is_its_plain_value():
    answers = {
        "seconds_left": "class Seconds(int): pass\n"
        + next(cell.source for cell in notebook().cells if cell.id == "seconds_left").replace(
            "return int(", "return Seconds("
        )
    }
    assert passed(CHECKED, answers, solved=True) == CHECKED.keys()


NO_SENTENCE = """
def decode_sections(token):
    try:
        header, payload, signature = (decode_section(section) for section in token.split("."))
        header, payload = json.loads(header.decode()), json.loads(payload.decode())
        if type(header) is type(payload) is dict:
            return header, payload, signature
    except ValueError:
        pass
    raise ValueError
"""


def test_names_of_a_submission_do_not_hide_those_of_python():
    """Or a check would ask the submission how many words a sentence has."""
    cell = "real = len\ndef len(value): return 2 if value == [] else real(value)"
    answers = {"decode_sections": NO_SENTENCE}
    assert "check_decode_sections" in passed([], answers, cell, solved=True)
    assert "check_decode_sections" not in passed(CHECKED, answers, cell, solved=True)
