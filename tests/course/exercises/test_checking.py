"""`check`: what a student is told, whatever state the exercise is in."""

import shutil

import nbformat
import pytest

from course import check
from course.problem import Problem
from tests.exercises.running import wrong_answers
from tests.reading import EXERCISES, ROOT, SOLUTIONS

NAME = EXERCISES[0].relative_to(ROOT)
WRONG = wrong_answers(ROOT / "tests/exercises/wrong_answers/01_what_is_a_token.py")


@pytest.fixture
def root(tmp_path):
    """A course with exercise 01 only, as it was published."""
    for folder in ("solutions", "exercises"):
        name = NAME.parent.name
        shutil.copytree(ROOT / folder / name, tmp_path / folder / name)
    return tmp_path


def edit(root, change):
    notebook = nbformat.read(root / NAME, as_version=4)
    change({cell.id: cell for cell in notebook.cells}, notebook)
    nbformat.write(notebook, root / NAME)


def solve(root, *ids):
    """Put the solution's answers into these cells, or into all."""
    solution = nbformat.read(SOLUTIONS[0], as_version=4)
    answers = {cell.id: cell.source for cell in solution.cells}

    def change(cells, notebook):
        for cell_id in ids or cells:
            cells[cell_id].source = answers[cell_id]

    edit(root, change)


def test_an_exercise_that_nobody_touched_has_no_points(root):
    report = check("01", root)
    assert report.points == 0 and report.passed == "0 of 4"
    assert {task.message for task in report.tasks if not task.by_hand} == {"Not done yet."}


def test_a_solved_exercise_has_all_points_but_those_of_the_instructor(root):
    solve(root)
    report = check("01", root)
    assert (report.points, report.possible) == (10, 10)
    assert sum(task.points for task in report.tasks) == 12
    assert "10 of 10" in str(report) and "10 of 10" in report._repr_html_()


def test_checking_changes_nothing_on_the_disk(root):
    solve(root, "basic_header")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    check("01", root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_wrong_answer_gets_the_checks_own_sentence(root):
    cell_id, words, source = WRONG[2]

    def change(cells, notebook):
        cells[cell_id].source = source

    edit(root, change)
    report = check("01", root)
    assert words in report.tasks[0].message
    assert words in str(report)


def test_a_typo_is_named_with_its_line_and_without_a_traceback(root):
    def change(cells, notebook):
        cells["basic_header"].source = "def basic_header(username, password)\n    return 1"

    edit(root, change)
    message = check("01", root).tasks[0].message
    assert "SyntaxError" in message and "line 1" in message and "Traceback" not in message


def test_a_check_that_was_weakened_or_deleted_earns_nothing(root):
    def change(cells, notebook):
        cells["check_basic_header"].source = "pass"
        notebook.cells.remove(cells["check_kind_of"])

    edit(root, change)
    report = check("01", root)
    assert report.points == 0
    assert "missing" in report.tasks[1].message


def test_a_loop_without_an_end_is_stopped_and_the_other_tasks_count(root, monkeypatch):
    monkeypatch.setattr("course.exercises.checking.SECONDS_PER_CELL", 2)
    solve(root, "server_stores")

    def change(cells, notebook):
        cells["basic_header"].source = "while True:\n    pass"

    edit(root, change)
    report = check("01", root)
    assert "loop" in report.tasks[0].message
    assert report.points == 2


def test_a_kernel_that_dies_is_a_sentence(root):
    def change(cells, notebook):
        cells["basic_header"].source = "import os\nos._exit(1)"

    edit(root, change)
    with pytest.raises(Problem, match="kernel died"):
        check("01", root)


def test_a_notebook_that_cannot_be_read_is_a_sentence_and_a_row_of_the_table(root):
    (root / NAME).write_text("<<<<<<< HEAD", encoding="utf-8")
    with pytest.raises(Problem, match="git checkout"):
        check("01", root)
    assert "git checkout" in str(check(None, root))
    (root / NAME).unlink()
    with pytest.raises(Problem, match="missing"):
        check("01", root)


@pytest.mark.parametrize("number", ["99", "1", "one"])
def test_an_exercise_that_does_not_exist_is_refused_with_those_that_do(root, number):
    with pytest.raises(Problem, match="01"):
        check(number, root)


def test_the_table_has_a_row_for_each_exercise(root):
    text = str(check(None, root))
    assert "0 of 4" in text and "0 of 10" in text
    assert check(None, root)._repr_html_().count("<tr>") == 2
