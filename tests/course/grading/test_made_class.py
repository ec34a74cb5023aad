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

from course import check, serve
from course.exercises import checking
from course.exercises.catalogue import find_exercise
from course.problem import Problem
from tests import SECONDS
from tests.course.exercises.in_process import InProcess
from tests.course.grading import made_class
from tests.course.grading.cheats import CHEATS
from tests.reading import ROOT

class_run = pytest.importorskip("course.grading.class_run", reason="nbgrader is not installed.")
from course.grading import sandbox  # noqa: E402
from course.grading.collecting import collect  # noqa: E402
from course.grading.sandbox import is_available  # noqa: E402

# Each program of a sandbox of this test has this in its environment.
OURS, RUN = "MADE_CLASS", f"{os.getpid()}"

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
    environment = sandbox._environment
    with pytest.MonkeyPatch.context() as patch, serve(app) as server:
        patch.setattr(sandbox, "_environment", lambda home: environment(home) | {OURS: RUN})
        students = [
            *made_class.ordinary(),
            *made_class.repairable(),
            *made_class.damaged(),
            *made_class.hostile(root, server.port),
        ]
        (root / "canvas.zip").write_bytes(made_class.canvas_zip(students))
        collection = collect(root / "canvas.zip", root)
        assert len(collection.of("placed")) == len(collection.entries) == len(students)
        before = hashes(root / "submitted")
        outcomes = class_run.grade(made_class.NUMBER, root, seconds=made_class.seconds_per_cell())
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
    root, students, _ = graded
    hostile = {student.kind for student in made_class.hostile(root, port=1)}
    assert len(hostile) >= 60 and hostile < {student.kind for student in students}


def test_each_student_gets_the_points_that_were_earned(graded):
    root, students, _ = graded
    rows = rows_of(root / "grades" / made_class.NAME / "grades.csv")
    expected = {
        str(number): (student.kind, "" if student.points is None else f"{student.points:g}")
        for number, student in enumerate(students, 1000)
    }
    found = {row["student"]: (expected[row["student"]][0], row["total"]) for row in rows}
    assert found == expected


def test_whoever_wants_to_deceive_a_check_in_one_python_is_reported(graded):
    root, students, _ = graded
    report = (root / "grades" / made_class.NAME / "report.html").read_text(encoding="utf-8")
    _, to_look_at = report.split("<h2>Submissions to look at</h2>")
    deceiving = {cheat.name for cheat in CHEATS if cheat.deceives}
    for number in (n for n, student in enumerate(students, 1000) if student.kind in deceiving):
        assert re.search(f"<td>{number}</td><td>An answer has the word", to_look_at), number


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
    left = [process for process in psutil.process_iter(["cmdline", "environ"]) if is_ours(process)]
    _, alive = psutil.wait_procs(left, timeout=SECONDS)
    assert alive == []


def is_ours(process) -> bool:
    return (process.info["environ"] or {}).get(OURS) == RUN or process.info[
        "cmdline"
    ] == made_class.SLEEP


@pytest.mark.parametrize("kind", ["ordinary", "repairable", "damaged"])
def test_check_gives_each_task_the_points_of_grade(graded, tmp_path, kind, monkeypatch):
    monkeypatch.setattr(checking, "Kernel", InProcess)
    _, students, _ = graded
    kinds = {student.kind for student in getattr(made_class, kind)()}
    compared = [n for n, student in enumerate(students, 1000) if student.kind in kinds]
    assert len(compared) >= len(kinds)
    for number in compared:
        assert points_by_check(graded, number, tmp_path) == points_by_grade(graded, number)


@pytest.mark.parametrize(
    "kind",
    [
        "lose_marks_and_ids",
        "drops asserts",
        "gives its own helpers",
        "exits in a check",
        "JSON forgets the errors",
    ],
)
def test_check_in_its_kernel_gives_each_task_the_points_of_grade(graded, tmp_path, kind):
    assert kind not in made_class.ONLY_IN_A_SANDBOX
    _, students, _ = graded
    [number] = [number for number, student in enumerate(students, 1000) if student.kind == kind]
    assert points_by_check(graded, number, tmp_path) == points_by_grade(graded, number)


def points_by_check(graded, number: int, root) -> dict[str, float] | None:
    """The points of each task that a check decides, if the student calls `check` before handing in."""
    _, students, _ = graded
    if not (root / "solutions").exists():
        shutil.copytree(ROOT / "solutions" / made_class.NAME, root / "solutions" / made_class.NAME)
    path = root / "exercises" / made_class.NAME / made_class.SOLUTION.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(students[number - 1000].content)
    try:
        report = check(made_class.NUMBER, root)
    except Problem:
        return None
    checked = [task for task in report.tasks if task.is_checked]
    return {task.title: 0 if task.name in report.messages else task.points for task in checked}


def points_by_grade(graded, number: int) -> dict[str, float] | None:
    root, _, _ = graded
    rows = rows_of(root / "grades" / made_class.NAME / "grades.csv")
    row = next(row for row in rows if row["student"] == str(number))
    if not row["total"]:
        return None
    tasks = find_exercise(made_class.NUMBER, ROOT).tasks
    return {task.title: float(row[task.title]) for task in tasks if task.is_checked}


def test_canvas_gets_the_points_of_all_who_have_some(graded):
    root, students, _ = graded
    possible, *rows = rows_of(root / "grades" / made_class.NAME / "canvas.csv")
    column = next(name for name in possible if name.startswith("Exercise 02"))
    assert float(possible[column]) == made_class.ALL + 1  # the answer that a person reads
    table = rows_of(root / "grades" / made_class.NAME / "grades.csv")
    expected = {row["student"]: float(row["total"]) for row in table if row["total"]}
    assert len(expected) == sum(student.points is not None for student in students)
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
    table = rows_of(root / "grades" / made_class.NAME / "grades.csv")
    equal = {row["student"] for row in table if "Equal to" in row["remarks"]}
    for outcome in outcomes:
        assert (f"<td>{outcome.student}</td>" in report) == bool(
            outcome.damage or outcome.notes or outcome.suspicions or outcome.student in equal
        )
    assert not re.search("(src|href)=.http|url.http|<script|<link|@import", report)


def test_a_second_run_grades_nothing_again_and_changes_nothing(graded):
    root, _, outcomes = graded
    before = hashes(root / "autograded") | hashes(root / "grades") | hashes(root / "feedback")
    assert (
        class_run.grade(made_class.NUMBER, root, seconds=made_class.seconds_per_cell()) == outcomes
    )
    after = hashes(root / "autograded") | hashes(root / "grades") | hashes(root / "feedback")
    assert after == before


def test_after_an_interruption_only_what_is_missing_is_graded(graded, monkeypatch):
    root, _, outcomes = graded
    missing = root / "grades" / made_class.NAME / "students" / "1000.json"
    missing.unlink()
    times = {path: path.stat().st_mtime_ns for path in root.glob("autograded/*/*/*.ipynb")}
    assert (
        class_run.grade(made_class.NUMBER, root, seconds=made_class.seconds_per_cell()) == outcomes
    )
    changed = [path for path, time in times.items() if path.stat().st_mtime_ns != time]
    assert [path.parent.parent.name for path in changed] == ["1000"]
