"""What fails on the instructor's machine is not the student's fault: it is told, not kept, and tried again."""

import csv
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
from types import SimpleNamespace

import pytest

from course.exercises.catalogue import find_exercise
from course.problem import Problem
from tests.course.grading.made_class import ALL, NAME, SOLUTION, as_bytes, notebook, with_cell
from tests.reading import ROOT, SOLUTIONS

class_run = pytest.importorskip("course.grading.class_run", reason="nbgrader is not installed.")
from course.grading import judging, machine, results  # noqa: E402
from course.grading.engine import note  # noqa: E402
from course.grading.records import Outcome, read_outcome  # noqa: E402

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Only copies of this process have what the tests change."
)


@pytest.fixture(scope="module")
def noted(tmp_path_factory):
    """A course folder whose gradebook is made: making one takes a second."""
    folder = tmp_path_factory.mktemp("noted")
    shutil.copytree(SOLUTION.parent, folder / "solutions" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    note(find_exercise("02", folder))
    return folder


@pytest.fixture
def root(noted, tmp_path, monkeypatch):
    """A course folder in which Ana and Bob have handed in the solution. No cell is run, so all checks pass."""
    shutil.copytree(noted, tmp_path, dirs_exist_ok=True)
    hand_in(tmp_path, "ana", as_bytes(notebook()))
    hand_in(tmp_path, "bob", with_cell("bob = 1"))
    monkeypatch.setattr(class_run, "demand", lambda safe: None)
    monkeypatch.setattr(judging, "run_cells", lambda *ignored: [])
    monkeypatch.setattr(results, "write_report", lambda *ignored: None)
    monkeypatch.setattr(class_run, "write_feedback", quick_feedback)
    return tmp_path


def quick_feedback(exercise, student):
    path = class_run._page(exercise, "feedback", student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def hand_in(root, student, content, solution=SOLUTION):
    path = root / "submitted" / student / solution.parent.name / solution.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def rows_of(root):
    with (root / "grades" / NAME / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def when_bob_is_run(monkeypatch, does):
    """Let a worker do something before it runs Bob's cells."""
    run_cells = judging.run_cells

    def run(notebook, *options):
        if any("bob" in cell.source for cell in notebook.cells):
            does()
        return run_cells(notebook, *options)

    monkeypatch.setattr(judging, "run_cells", run)


def has_all_points(root) -> bool:
    return {row["total"] for row in rows_of(root).values()} == {f"{ALL}"}


def raises(error):
    def does():
        raise error

    return does


def lock_gradebook(root):
    """Hold the gradebook until this process ends, as another program does."""

    def does():
        book = sqlite3.connect(root / "gradebook.db")
        book.execute("BEGIN EXCLUSIVE")
        held.append(book)

    held: list[sqlite3.Connection] = []
    settings = f"\nc.CourseDirectory.db_url = 'sqlite:///{root}/gradebook.db?timeout=0.1'\n"
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(settings)
    return does


@pytest.mark.parametrize(
    "fault, words",
    [
        (lambda root: raises(OSError(28, "No space left on device")), "No space left"),
        (lambda root: raises(LookupError("a surprise")), "a surprise"),
        (lock_gradebook, "locked"),
        (lambda root: lambda: os.kill(os.getpid(), signal.SIGKILL), "was killed, twice"),
    ],
    ids=["full disk", "a surprise", "locked gradebook", "killed worker"],
)
def test_a_fault_of_the_machine_is_told_and_tried_again(root, monkeypatch, fault, words):
    monkeypatch.setattr(class_run, "workers", lambda: 1)
    with monkeypatch.context() as patch:
        when_bob_is_run(patch, fault(root))
        ana, bob = class_run.grade("02", root)
    assert (ana.is_graded, bob.is_graded, bob.damage) == (True, False, "")
    assert words in bob.trouble and words in class_run.describe([ana, bob])
    rows = rows_of(root)
    assert (rows["ana"]["total"], rows["bob"]["total"]) == (f"{ALL}", "")
    assert words in rows["bob"]["remarks"]
    assert not (root / "grades" / NAME / "students" / "bob.json").exists()
    assert [outcome.trouble for outcome in class_run.grade("02", root)] == ["", ""]
    assert has_all_points(root)


def test_the_report_tells_of_a_fault(tmp_path):
    class_of_one = results.Results("Exercise", {}, {}, {}, {}, set(), {})
    outcome = Outcome("bob", "", trouble="The disk is full.")
    results.write_report(tmp_path / "report.html", class_of_one, [outcome])
    assert "The disk is full." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_worker_that_is_killed_once_costs_nobody_points(root, tmp_path, monkeypatch):
    def kill_once():
        if not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    when_bob_is_run(monkeypatch, kill_once)
    hand_in(root, "zoe", as_bytes(notebook()))
    outcomes = class_run.grade("02", root)
    assert (tmp_path / "killed").exists()
    assert [outcome.trouble for outcome in outcomes] == ["", "", ""]
    assert has_all_points(root)


@pytest.mark.parametrize("folder", ["autograded", "feedback"])
def test_what_was_deleted_is_made_again(root, folder):
    class_run.grade("02", root)
    shutil.rmtree(root / folder / "bob")
    class_run.grade("02", root)
    assert list((root / folder / "bob" / NAME).iterdir())
    assert has_all_points(root)


def test_feedback_that_cannot_be_written_is_told_and_tried_again(root, monkeypatch):
    def fails(exercise, student):
        if student == "bob":
            raise OSError(28, "No space left on device")
        quick_feedback(exercise, student)

    with monkeypatch.context() as patch:
        patch.setattr(class_run, "write_feedback", fails)
        class_run.grade("02", root)
    assert has_all_points(root) and "No space left" in rows_of(root)["bob"]["remarks"]
    class_run.grade("02", root)
    assert list(root.glob("feedback/bob/*/*.html"))
    assert "No space left" not in rows_of(root)["bob"]["remarks"]


def test_a_file_that_cannot_be_read_stops_nobody_else(root, monkeypatch):
    def fails(exercise, student):
        if student == "bob":
            raise PermissionError(13, "Permission denied", "bob.ipynb")
        return fingerprint_of(exercise, student)

    fingerprint_of = class_run.fingerprint_of
    monkeypatch.setattr(class_run, "fingerprint_of", fails)
    (root / "submitted" / "zoe" / NAME / SOLUTION.name).mkdir(parents=True)
    ana, bob, zoe = class_run.grade("02", root)
    assert (ana.is_graded, bob.trouble) == (True, "bob.ipynb: Permission denied.")
    assert "no notebook" in zoe.damage


def test_tables_that_cannot_be_written_are_one_sentence(root, monkeypatch):
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(class_run, "write_results", lambda *ignored: raises(full)())
    with pytest.raises(Problem, match="No space left .* What is graded stays"):
        class_run.grade("02", root)


def test_a_second_run_at_the_same_time_says_so(root):
    lock = root / "grades" / NAME / ".running"
    with machine.alone(lock), pytest.raises(Problem, match="Another `grade 02` is running"):
        class_run.grade("02", root)
    assert class_run.grade("02", root)[0].is_graded


def test_many_processes_and_a_second_exercise_at_the_same_time_lose_nobody(root, monkeypatch):
    other = SOLUTIONS[0]
    shutil.copytree(other.parent, root / "solutions" / other.parent.name)
    monkeypatch.setattr(class_run, "workers", lambda: 6)
    for number in range(4):
        hand_in(root, f"s{number}", as_bytes(notebook()))
        hand_in(root, f"s{number}", other.read_bytes(), other)
    second = multiprocessing.get_context("fork").Process(target=class_run.grade, args=("01", root))
    second.start()
    outcomes = class_run.grade("02", root)
    second.join(60)
    assert (second.exitcode, [outcome.trouble for outcome in outcomes]) == (0, [""] * 6)
    first = find_exercise("01", root)
    assert {read_outcome(first, f"s{number}").trouble for number in range(4)} == {""}
    assert len(class_run.read_results(first).scores) == 4


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "[" * 100_000,
        "{}",
        '{"student": "ana", "fingerprint": "x", "notes": 7}',
        "\ud800",
    ],
)
def test_a_note_of_an_outcome_that_cannot_be_read_counts_as_none(tmp_path, content):
    note = tmp_path / "grades" / NAME / "students" / "ana.json"
    note.parent.mkdir(parents=True)
    note.write_bytes(content.encode(errors="surrogatepass"))
    exercise = SimpleNamespace(root=tmp_path, name=NAME)
    assert read_outcome(exercise, "ana") is None
    note.write_text(json.dumps({"student": "ana", "fingerprint": "x"}))
    assert read_outcome(exercise, "ana").fingerprint == "x"


def of_an_older_nbgrader(path):
    with sqlite3.connect(path) as book:
        book.execute("CREATE TABLE course (name VARCHAR)")


@pytest.mark.parametrize(
    "make, words",
    [
        (of_an_older_nbgrader, "nbgrader db upgrade"),
        (lambda path: path.write_bytes(b"no database" * 1000), "Put a copy"),
        (lambda path: path.mkdir(), "cannot be used"),
    ],
    ids=["older", "no database", "folder"],
)
def test_a_gradebook_that_cannot_be_used_is_one_sentence(root, make, words):
    (root / "gradebook.db").unlink()
    make(root / "gradebook.db")
    with pytest.raises(Problem, match=words):
        class_run.grade("02", root)


def test_workers_are_as_many_as_cores_and_memory_allow(monkeypatch, tmp_path):
    def set_up(cores, memory):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)))
        free = SimpleNamespace(available=memory * machine.MEMORY_PER_WORKER)
        monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: free)

    monkeypatch.setattr(machine, "_own_cgroups", lambda: [tmp_path])
    set_up(cores=8, memory=100)
    assert machine.workers() == 8
    set_up(cores=8, memory=3.5)
    assert machine.workers() == 3
    set_up(cores=8, memory=0.1)
    assert machine.workers() == 1
    set_up(cores=8, memory=100)
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.workers() == 8
    (tmp_path / "cpu.max").write_text("200000 100000\n")
    assert machine.workers() == 2
    (tmp_path / "cpu.max").write_text("400000 100000\n")
    (tmp_path / "memory.max").write_text(f"{4 * machine.MEMORY_PER_WORKER}\n")
    (tmp_path / "memory.current").write_text(f"{machine.MEMORY_PER_WORKER}\n")
    assert machine.workers() == 3
