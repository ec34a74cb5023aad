"""Words that can be used to deceive a check are reported, and honest answers have none of them."""

from pathlib import Path

import nbformat
import pytest

from tests.exercises.running import answers_in
from tests.reading import ROOT, SOLUTIONS

judging = pytest.importorskip("course.grading.judging", reason="nbgrader is not installed.")


def test_no_honest_answer_is_reported():
    for path in SOLUTIONS:
        assert judging.suspicions(nbformat.read(path, as_version=4)) == [], path
    answers = sorted(Path(ROOT, "tests", "exercises").glob("*_answers/*.py"))
    assert answers
    for path in answers:
        for name, _, source in answers_in(path):
            assert not judging.SUSPICIOUS.search(source), (path, name)
