"""A whole class, from the zip of Canvas to the exported points, with hostile and damaged submissions among them."""

import csv
import hashlib
import os
import re
import shutil
import sys

import flask
import psutil
import pytest

from course import serve
from tests.course.grading import made_class
from tests.reading import ROOT

class_run = pytest.importorskip("course.grading.class_run", reason="nbgrader is not installed.")
from course.grading.collecting import collect  # noqa: E402
from course.grading.sandbox import is_available  # noqa: E402

pytestmark = pytest.mark.skipif(
    not is_available() and not (os.environ.get("CI") and sys.platform == "linux"),
    reason="No sandbox: install bubblewrap to run this test.",
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of a course, its made students, and what `grade` returned."""
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "solutions" / made_class.NAME, root / "solutions" / made_class.NAME)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    app = flask.Flask("instructor")
    with serve(app) as server:
        students = [
            *made_class.ordinary(),
            *made_class.repairable(),
            *made_class.damaged(),
            *made_class.hostile(root, server.port),
        ]
        (root / "canvas.zip").write_bytes(made_class.canvas_zip(students))
        collection = collect(root / "canvas.zip", root)
        assert len(collection.placed) == len(students) and not collection.refused
        before = hashes(root / "submitted")
        outcomes = class_run.grade(made_class.NUMBER, root, seconds=4)
        assert hashes(root / "submitted") == before, "a submitted file was changed"
        assert len(server.log) == 0, "a submission reached a server of the instructor"
    return root, students, outcomes


def hashes(folder):
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_class_is_large_enough(graded):
    _, students, _ = graded
    assert len(students) >= 40


def test_each_student_gets_the_points_that_were_earned(graded):
    root, students, _ = graded
    rows = rows_of(root / "grades" / made_class.NAME / "grades.csv")
    expected = {
        str(number): (student.kind, "" if student.points is None else f"{student.points:g}")
        for number, student in enumerate(students, 1000)
    }
    found = {row["student"]: (expected[row["student"]][0], row["total"]) for row in rows}
    assert found == expected


def test_each_damaged_submission_has_a_sentence_and_no_other_is_damaged(graded):
    _, students, outcomes = graded
    damaged = {outcome.student: outcome.damage for outcome in outcomes if outcome.damage}
    expected = [str(n) for n, student in enumerate(students, 1000) if student.points is None]
    assert sorted(damaged) == expected
    assert all(sentence.endswith(".") for sentence in damaged.values())


def test_nothing_that_was_out_of_sight_was_reached(graded):
    root, _, _ = graded
    for path in root.glob("autograded/*/*/*.ipynb"):
        assert "REACHED" not in path.read_text(encoding="utf-8").replace("print('REACHED", ""), path
    for place in (root, *made_class.PLACES):
        assert not (place / made_class.WRITTEN).exists()


def test_nothing_outlives_its_sandbox(graded):
    lines = [
        " ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])
    ]
    assert not [line for line in lines if line.startswith("sleep 31337") or "cell_runner" in line]


def test_canvas_gets_the_points_of_all_who_have_some(graded):
    root, students, _ = graded
    possible, *rows = rows_of(root / "grades" / made_class.NAME / "canvas.csv")
    column = next(name for name in possible if name.startswith("Exercise 02"))
    assert float(possible[column]) == made_class.ALL + 1  # the answer that a person reads
    expected = {
        str(number): student.points
        for number, student in enumerate(students, 1000)
        if student.points is not None
    }
    assert {row["ID"]: float(row[column]) for row in rows} == expected
    assert rows[0]["Student"] == "doeana1000"


def test_each_graded_student_has_feedback(graded):
    root, students, _ = graded
    with_feedback = {path.parent.parent.name for path in root.glob("feedback/*/*/*.html")}
    assert with_feedback == {
        str(number) for number, student in enumerate(students, 1000) if student.points is not None
    }


def test_the_report_names_the_damaged_and_what_failed_most(graded):
    root, _, outcomes = graded
    report = (root / "grades" / made_class.NAME / "report.html").read_text(encoding="utf-8")
    for outcome in outcomes:
        assert (f"<td>{outcome.student}</td>" in report) == bool(
            outcome.damage or outcome.notes or outcome.suspicions
        )
    assert not re.search("(src|href)=.http|url.http|<script|<link|@import", report)


def test_a_second_run_grades_nothing_again_and_changes_nothing(graded):
    root, _, outcomes = graded
    before = hashes(root / "autograded") | hashes(root / "grades") | hashes(root / "feedback")
    assert class_run.grade(made_class.NUMBER, root, seconds=4) == outcomes
    after = hashes(root / "autograded") | hashes(root / "grades") | hashes(root / "feedback")
    assert after == before


def test_after_an_interruption_only_what_is_missing_is_graded(graded, monkeypatch):
    root, _, outcomes = graded
    missing = root / "grades" / made_class.NAME / "students" / "1000.json"
    missing.unlink()
    times = {path: path.stat().st_mtime_ns for path in root.glob("autograded/*/*/*.ipynb")}
    assert class_run.grade(made_class.NUMBER, root, seconds=4) == outcomes
    changed = [path for path, time in times.items() if path.stat().st_mtime_ns != time]
    assert [path.parent.parent.name for path in changed] == ["1000"]
