"""A cheat of a few lines gets no points that it did not earn, or its name is in the report."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from course.exercises.running import failures, run_cells
from tests.course.grading.cheats import CHEATS
from tests.course.grading.made_class import CHECKED, notebook
from tests.exercises.running import answers_in
from tests.reading import ROOT, SOLUTIONS

judging = pytest.importorskip("course.grading.judging", reason="nbgrader is not installed.")
from course.grading.sandbox import Sandbox, is_available  # noqa: E402

pytestmark = pytest.mark.skipif(
    not is_available() and not (os.environ.get("CI") and sys.platform == "linux"),
    reason="No sandbox: install bubblewrap to run this test.",
)
# In one Python, who reads the frames of the program or is equal to everything can deceive a check: a person looks.
REPORTED = {
    "what the runner keeps",
    "the frame of the runner",
    "the frame in a traceback",
    "equal to everything",
}


def points_of(cheat) -> float:
    handed_in = notebook(cheat.answers, solved=False)
    handed_in.cells.insert(2, nbformat.v4.new_code_cell(cheat.cell))
    run_cells(handed_in, Sandbox, seconds=20)
    failed = failures(handed_in)
    return sum(points for name, points in CHECKED.items() if name not in failed)


def suspicions_of(cheat) -> list[str]:
    handed_in = notebook(cheat.answers, solved=False)
    handed_in.cells.insert(2, nbformat.v4.new_code_cell(cheat.cell))
    return judging.suspicions(handed_in)


def test_no_cheat_gets_points_or_it_is_reported():
    assert len({cheat.name for cheat in CHEATS}) == len(CHEATS) >= 40
    with ThreadPoolExecutor(2) as pool:
        points = dict(
            zip((cheat.name for cheat in CHEATS), pool.map(points_of, CHEATS), strict=True)
        )
    paid = {name for name, value in points.items() if value}
    assert paid <= REPORTED, {name: points[name] for name in paid - REPORTED}
    for cheat in CHEATS:
        if cheat.name in REPORTED:
            assert suspicions_of(cheat), cheat.name


def test_no_honest_answer_is_reported():
    for path in SOLUTIONS:
        assert judging.suspicions(nbformat.read(path, as_version=4)) == [], path
    answers = sorted(Path(ROOT, "tests", "exercises").glob("*_answers/*.py"))
    assert answers
    for path in answers:
        for name, _, source in answers_in(path):
            assert not judging.SUSPICIOUS.search(source), (path, name)
