"""`grade` around the grading itself: manual points, repaired exercises, interruptions, machines without sandboxes."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from course.problem import Problem
from tests import SECONDS
from tests.course.grading.made_class import (
    ALL,
    NAME,
    SOLUTION,
    as_bytes,
    notebook,
    seconds_per_cell,
    with_cell,
)
from tests.reading import ROOT

class_run = pytest.importorskip("course.grading.class_run", reason="nbgrader is not installed.")
from course.exercises import running  # noqa: E402
from course.exercises.catalogue import Exercise  # noqa: E402
from course.grading import results, sandbox  # noqa: E402
from course.grading.gradebook import open_gradebook  # noqa: E402


@pytest.fixture
def root(tmp_path):
    """A course folder in which Ana has handed in the solution."""
    shutil.copytree(SOLUTION.parent, tmp_path / "solutions" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    hand_in(tmp_path, "ana", as_bytes(notebook()))
    return tmp_path


def hand_in(root, student, content):
    path = root / "submitted" / student / NAME / SOLUTION.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def row_of(root, student):
    with (root / "grades" / NAME / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["student"] == student)


def feedback_of(root, student):
    return (root / "feedback" / student / NAME / f"{SOLUTION.stem}.html").read_text(
        encoding="utf-8"
    )


def test_points_and_comments_of_a_person_reach_tables_and_feedback(root):
    bob = 'bob, the "builder"'
    hand_in(root, bob, as_bytes(notebook()))
    (root / "roster.csv").write_text("student,name\nana,Ana Doe\nzoe,Zoe Doe\n")
    class_run.grade("02", root)
    assert (row_of(root, "ana")["total"], row_of(root, "ana")["to read by hand"]) == (f"{ALL}", "1")
    assert "Score: not read yet / 1.0" in feedback_of(root, "ana")
    assert row_of(root, "ana")["name"] == "Ana Doe"
    assert "handed in" in row_of(root, "zoe")["remarks"]
    with open_gradebook(root) as book:
        submission = book.find_submission_notebook(SOLUTION.stem, NAME, "ana")
        grade = next(grade for grade in submission.grades if grade.name == "why")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        comment = next(comment for comment in submission.comments if comment.name == "why")
        comment.manual_comment = "Half of it, <b>Ana</b>."
        submission.late_submission_penalty = 2
        book.db.commit()
    other = feedback_of(root, bob)
    class_run.grade("02", root)
    ana = row_of(root, "ana")
    assert (ana["late penalty"], ana["total"], ana["to read by hand"]) == (
        "2",
        f"{ALL + 0.5 - 2}",
        "0",
    )
    assert "Half of it" in feedback_of(root, "ana")
    assert "not read yet" not in feedback_of(root, "ana")
    scores = results.read_results(Exercise(root, NAME)).scores
    assert scores["ana"]["why"] == results.Score(0.5, False, "Half of it, <b>Ana</b>.")
    assert scores['bob, the "builder"']["why"] == results.Score(None, True, "")
    assert feedback_of(root, bob) == other
    assert row_of(root, bob)["total"] == f"{ALL}"


def test_after_a_repaired_exercise_all_are_graded_anew_and_a_persons_points_stay(root):
    class_run.grade("02", root)
    with open_gradebook(root) as book:
        submission = book.find_submission_notebook(SOLUTION.stem, NAME, "ana")
        grade = next(grade for grade in submission.grades if grade.name == "why")
        grade.manual_score, grade.needs_manual_grade = 1, False
        book.db.commit()
    path = root / "solutions" / NAME / SOLUTION.name
    solution = nbformat.read(path, as_version=4)
    check = next(cell for cell in solution.cells if cell.id == "check_seconds_left")
    check.source += "\nassert seconds_left({}, 1) == 'repaired', 'This is the repaired check.'"
    nbformat.write(solution, path)
    outcome = class_run.grade("02", root)[0]
    assert outcome.failures == {"check_seconds_left": "This is the repaired check."}
    assert row_of(root, "ana")["total"] == f"{ALL - 2 + 1}"
    assert row_of(root, "ana")["to read by hand"] == "1"  # a person may want to look again


def test_a_hidden_test_counts_and_is_not_shown(root):
    path = root / "solutions" / NAME / SOLUTION.name
    solution = nbformat.read(path, as_version=4)
    check = next(cell for cell in solution.cells if cell.id == "check_seconds_left")
    check.source += "\n### BEGIN HIDDEN TESTS\nhidden_value = 4711\nassert hidden_value == 0\n### END HIDDEN TESTS"
    nbformat.write(solution, path)
    class_run.grade("02", root)
    assert row_of(root, "ana")["total"] == f"{ALL - 2}"
    assert "4711" not in feedback_of(root, "ana") and "hidden_value" not in feedback_of(root, "ana")
    assert "check_seconds_left" not in row_of(root, "ana")["remarks"]


def test_feedback_loads_nothing_names_the_tasks_and_shows_no_folder_of_this_machine(root):
    fails = "from course import nothing_like_this"
    fails_in_the_library = "import json\njson.loads(7)"
    answers = {"decode_section": fails, "seconds_left": fails_in_the_library}
    hand_in(root, "ana", as_bytes(notebook(answers)))
    class_run.grade("02", root)
    page = feedback_of(root, "ana")
    assert "nothing_like_this" in page and str(ROOT) not in page and sys.base_prefix not in page
    assert not re.search(r"(src|href)=.http|url\(.?http|<script|<link|@import", page)
    assert '<a href="#check_decode_section">Task 1. Decode one section</a>' in page


def test_a_changed_submission_is_graded_anew(root):
    class_run.grade("02", root)
    hand_in(root, "ana", as_bytes(notebook(solved=False)))
    class_run.grade("02", root)
    assert row_of(root, "ana")["total"] == "0"


def test_what_a_student_calls_like_a_given_name_does_not_change_the_checks(root):
    hand_in(root, "ana", with_cell("Flask = requests = serve = None"))
    class_run.grade("02", root)
    assert row_of(root, "ana")["total"] == f"{ALL}"


@pytest.mark.skipif(sys.platform != "linux", reason="Sandboxes are for Linux.")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_after_a_stop_nothing_runs_on_and_the_same_command_goes_on(root, stop):
    # Ana is done soon, and the others are not: Ctrl-C waits for those that are being judged.
    sleep = f"import time; time.sleep({2 if stop == signal.SIGINT else 25})"
    for number in range(6):
        hand_in(root, f"s{number}", with_cell(sleep))
    code = f"""
import os
from pathlib import Path
from course.grading.class_run import grade
os.sched_getaffinity = lambda process: {0, 1}
grade("02", Path({str(root)!r}))"""
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    students = root / "grades" / NAME / "students"
    deadline = time.monotonic() + 60
    while not list(students.glob("*.json")):
        assert time.monotonic() < deadline and run.poll() is None
        time.sleep(0.1)
    children = psutil.Process(run.pid).children(recursive=True)
    os.killpg(run.pid, stop) if stop == signal.SIGINT else run.kill()
    _, error = run.communicate(timeout=SECONDS)
    if stop == signal.SIGINT:
        assert "goes on from there" in error
    _, alive = psutil.wait_procs(children, timeout=SECONDS)
    assert alive == []
    done = {path.name for path in students.glob("*.json")}
    assert 1 <= len(done) < 7
    for number in range(6):
        if f"s{number}.json" not in done:
            hand_in(root, f"s{number}", as_bytes(notebook()))
    outcomes = class_run.grade("02", root)
    assert {row_of(root, outcome.student)["total"] for outcome in outcomes} == {f"{ALL}"}
    assert len(outcomes) == 7


def test_a_loop_without_an_end_is_interrupted_like_in_a_notebook(root, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_TO_STOP", 30)
    hand_in(root, "ana", with_cell("while True: pass"))
    outcome = class_run.grade("02", root, seconds=seconds_per_cell())[0]
    # The cell was not left out, so nothing had to run twice.
    assert len(outcome.notes) == 1 and "ran for" in outcome.notes[0]
    assert row_of(root, "ana")["total"] == f"{ALL}"


@pytest.mark.parametrize(
    "source", ["def f():\nreturn 1", "def f():\n\tif 1:\n        x", "  x = 1\ny = 2"]
)
def test_an_answer_with_a_wrong_indentation_is_told_as_that(source):
    answered = notebook({"decode_section": source})
    cells = [
        cell for cell in answered.cells if cell.id in ("decode_section", "check_decode_section")
    ]
    answered.cells = cells
    running.run_cells(answered, lambda: sandbox.Sandbox(sandbox.is_available()))
    sentence = running.failures(answered)["check_decode_section"]
    assert re.match(
        r"The cell before the check stops. (Indentation|Tab)Error: .+ \(line \d\)", sentence
    )


def test_without_a_sandbox_it_asks_for_unsafe(root, monkeypatch):
    monkeypatch.setattr(sandbox, "is_available", lambda: False)
    with pytest.raises(Problem, match="--unsafe"):
        class_run.grade("02", root)
    assert not (root / "autograded").exists()
    class_run.grade("02", root, safe=False)
    assert row_of(root, "ana")["total"] == f"{ALL}"


@pytest.mark.skipif(sys.platform == "win32", reason="A shell script stands for bubblewrap.")
@pytest.mark.parametrize(
    "made, words",
    [
        ("", "says: No permissions."),
        ("container", "systempaths=unconfined"),
        ("kernel/unprivileged_userns_clone", "forbids user namespaces"),
    ],
)
def test_where_bubblewrap_cannot_make_a_sandbox_the_reason_is_told(
    tmp_path, monkeypatch, made, words
):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho No permissions >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(sandbox, "is_available", lambda: False)
    monkeypatch.setattr(sandbox, "SETTINGS", tmp_path)
    monkeypatch.setattr(sandbox, "CONTAINER", [tmp_path / "container"])
    if made:
        (tmp_path / made).parent.mkdir(exist_ok=True)
        (tmp_path / made).write_text("0\n")
    with pytest.raises(Problem, match=words) as problem:
        sandbox.demand(safe=True)
    assert "apt-get" not in str(problem.value)


@pytest.mark.parametrize(
    "number, words", [("99", "02"), ("02", "no submission")], ids=["no exercise", "no submission"]
)
def test_nothing_to_grade_is_one_sentence(root, number, words):
    shutil.rmtree(root / "submitted")
    with pytest.raises(Problem, match=words):
        class_run.grade(number, root)


def test_a_broken_solution_is_one_sentence(root):
    path = root / "solutions" / NAME / SOLUTION.name
    path.write_text(
        path.read_text(encoding="utf-8").replace("### END SOLUTION", "###"), encoding="utf-8"
    )
    with pytest.raises(Problem, match="nbgrader cannot make the exercise"):
        class_run.grade("02", root)


def test_other_notebooks_in_the_folder_do_not_confuse(root):
    folder = root / "submitted" / "ana" / NAME
    (folder / "zzz.ipynb").write_text("{}")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / SOLUTION.name).write_text("{}")
    class_run.grade("02", root)
    assert row_of(root, "ana")["total"] == f"{ALL}"


def test_half_characters_in_an_answer_do_no_harm(root):
    handed_in = json.loads(as_bytes(notebook()))
    handed_in["cells"].insert(1, {"cell_type": "code", "metadata": {}, "source": "x = '\ud800'"})
    hand_in(root, "ana", json.dumps(handed_in).encode())
    class_run.grade("02", root)
    assert row_of(root, "ana")["total"] == f"{ALL}"


@pytest.mark.parametrize(
    "does", ["os._exit(0)", "os.kill(os.getpid(), 19)"], ids=["ends", "sleeps"]
)
def test_a_program_that_always_ends_after_a_while_stops_nobody_else(root, does, monkeypatch):
    monkeypatch.setattr(running, "MOST_CELLS_IN_FULL", 2)
    monkeypatch.setattr(sandbox, "SECONDS_TO_STOP", 1)
    ends_in_a_later_cell = f"""
import os, threading, time

def end():
    while len(In) < 5:
        time.sleep(0.001)
    {does}

thread = threading.Thread(target=end, daemon=True)
thread.start()
"""
    handed_in = notebook()
    handed_in.cells.insert(2, nbformat.v4.new_code_cell(ends_in_a_later_cell))
    handed_in.cells.append(nbformat.v4.new_code_cell("thread.join()"))
    hand_in(root, "bob", as_bytes(handed_in))
    outcomes = class_run.grade("02", root, seconds=seconds_per_cell())
    assert [bool(outcome.notes) for outcome in outcomes] == [False, True]
    assert row_of(root, "ana")["total"] == f"{ALL}"


@pytest.mark.skipif(sys.platform == "win32", reason="Links need rights there.")
def test_a_link_is_not_followed(root, tmp_path):
    path = root / "submitted" / "bob" / NAME / SOLUTION.name
    path.parent.mkdir(parents=True)
    path.symlink_to(root / "submitted" / "ana" / NAME / SOLUTION.name)
    outcomes = class_run.grade("02", root)
    assert "no notebook" in outcomes[1].damage


def test_a_notebook_that_fills_the_memory_stops_itself_only(root, monkeypatch):
    monkeypatch.setattr(class_run, "WORKER_MEMORY", 700 * 1024**2)
    hand_in(root, "bob", b'{"cells": [' + b"[]," * 15_000_000 + b"[]]}")
    outcomes = class_run.grade("02", root)
    assert (outcomes[0].damage, bool(outcomes[1].damage)) == ("", True)


def test_a_lost_gradebook_is_made_again(root):
    class_run.grade("02", root)
    (root / "gradebook.db").unlink()
    class_run.grade("02", root)
    assert row_of(root, "ana")["total"] == f"{ALL}"
