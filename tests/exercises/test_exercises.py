"""The gates that every exercise must pass, both ways: right answers are accepted, all others are not."""

import itertools
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from course.exercises.releasing import release
from course.problem import Problem
from tests.exercises.running import answers_in, is_bare, run
from tests.reading import EXERCISES, ROOT, SOLUTIONS, cells, each, is_answer, is_check, prose

HERE = Path(__file__).parent
WRONG = {path.stem: path for path in sorted((HERE / "wrong_answers").glob("*.*"))}
RIGHT = {path.stem: path for path in sorted((HERE / "right_answers").glob("*.*"))}


def answers(listed: dict[str, Path]) -> list:
    """The solution, the cell, the words after its name and the source of each listed answer."""
    return [
        pytest.param(solution, *answer, id=f"{solution.stem}-{number}-{answer[0]}")
        for solution in SOLUTIONS
        if solution.stem in listed  # else one of the tests below fails, and the others can run
        for number, answer in enumerate(answers_in(listed[solution.stem]), 1)
    ]


WRONG_ANSWERS, RIGHT_ANSWERS = answers(WRONG), answers(RIGHT)


def test_solutions_exercises_and_wrong_answers_have_the_same_names():
    assert [path.relative_to(ROOT / "exercises") for path in EXERCISES] == [
        path.relative_to(ROOT / "solutions") for path in SOLUTIONS
    ]
    assert list(WRONG) == list(RIGHT) == [path.stem for path in SOLUTIONS]
    for path in SOLUTIONS:
        assert path.parent.name == path.stem.replace("_", "-")


@each(SOLUTIONS)
def test_the_solution_passes_every_check(path):
    _, failed = run(path)
    assert failed == {}


@each(SOLUTIONS)
def test_the_solution_passes_also_where_flask_is_in_testing_and_debug_mode(path, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setattr(Flask, "default_config", Flask.default_config | {"TESTING": True})
    _, failed = run(path)
    assert failed == {}


@each(EXERCISES)
def test_every_check_of_the_unsolved_exercise_fails(path):
    _, failed = run(path)
    assert set(failed) == {cell.id for cell in cells(path) if is_check(cell)}


@pytest.mark.parametrize("solution, cell_id, words, source", WRONG_ANSWERS)
def test_a_wrong_answer_is_rejected_and_its_fault_is_named(solution, cell_id, words, source):
    assert cell_id in {cell.id for cell in cells(solution) if is_answer(cell)}
    _, failed = run(solution, {cell_id: source})
    assert failed, "every check accepts this answer"
    first = next(iter(failed.values()))
    assert isinstance(first, AssertionError), repr(first)
    assert words.lower() in str(first).lower(), str(first)
    for check, error in failed.items():
        assert not is_bare(error), f"{check} says: {error!r}"


@pytest.mark.parametrize("solution, cell_id, style, source", RIGHT_ANSWERS)
def test_a_right_answer_in_another_style_is_accepted(solution, cell_id, style, source):
    assert cell_id in {cell.id for cell in cells(solution) if is_answer(cell)}
    _, failed = run(solution, {cell_id: source})
    assert failed == {}, style


@pytest.mark.parametrize(
    "bare, error",
    [
        (True, TypeError("'NoneType' object is not subscriptable")),
        (True, AssertionError("You get: TypeError: login is no text")),
        (True, AssertionError("The header cannot be read: Expecting value: line 1 column 1")),
        (False, AssertionError("Raise ValueError: 'e30' has one section.")),
        (False, AssertionError("f('a') stops in line 2 (`x[0]`) with a TypeError.")),
        (False, NameError("name 'f' is not defined")),
    ],
)
def test_a_bare_error_is_known_from_a_sentence(bare, error):
    assert is_bare(error) is bare


@each(SOLUTIONS)
@pytest.mark.parametrize("listed", [WRONG_ANSWERS, RIGHT_ANSWERS], ids=["wrong", "right"])
def test_every_answer_has_three_others(path, listed):
    counts = Counter(param.values[1] for param in listed if param.values[0] == path)
    for cell in cells(path):
        if is_answer(cell):
            assert counts[cell.id] >= 3, cell.id


def test_release_makes_the_committed_exercises_again_byte_for_byte(tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    release(tmp_path)
    made = {
        path.relative_to(tmp_path): path
        for path in tmp_path.glob("exercises/**/*")
        if path.is_file()
    }
    committed = {
        path.relative_to(ROOT): path for path in ROOT.glob("exercises/*/[!.]*") if path.is_file()
    }
    assert made.keys() == committed.keys()
    for name in made:
        assert made[name].read_bytes() == committed[name].read_bytes(), name


def test_release_does_not_overwrite_somebodys_answers(tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    # A solution is a notebook in which somebody ran cells.
    shutil.copytree(ROOT / "solutions", tmp_path / "exercises")
    worked_in = tmp_path / "exercises" / SOLUTIONS[0].relative_to(ROOT / "solutions")
    before = worked_in.read_bytes()
    with pytest.raises(Problem, match=worked_in.name):
        release(tmp_path)
    assert worked_in.read_bytes() == before


@each(SOLUTIONS)
def test_each_task_has_points_and_two_hints(path):
    text = prose(path)
    tasks = re.findall(r"^## Task \d\. .+ \((\d+) points?\)$", text, re.MULTILINE)
    checks = [cell for cell in cells(path) if is_check(cell)]
    assert 2 <= len(tasks) <= 5
    assert [str(cell.metadata.nbgrader.points) for cell in checks] == tasks
    assert text.count("<details><summary>Hint") == 2 * len(tasks)
    total = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells(path))
    assert re.search(rf"\*\*\d+ minutes, {total} points\.\*\*", text)


@each(SOLUTIONS)
def test_each_check_is_folded_below_the_hints_and_says_its_points_when_it_passes(path):
    for above, cell in itertools.pairwise(cells(path)):
        if is_check(cell):
            assert above.source.startswith("<details><summary>Hint"), cell.id
            assert cell.metadata.jupyter.source_hidden, cell.id
            points = cell.metadata.nbgrader.points
            assert cell.source.endswith(f'\nprint("{points} of {points} points")'), cell.id


@each(SOLUTIONS)
def test_each_check_has_a_few_asserts_each_with_a_sentence(path):
    for cell in cells(path):
        if is_check(cell):
            asserts = re.findall(r"^ *assert ", cell.source, re.MULTILINE)
            assert 2 <= len(asserts) <= 6, cell.id


@each(SOLUTIONS)
def test_each_exercise_asks_one_question_that_a_person_grades(path):
    by_hand = [
        cell for cell in cells(path, "markdown") if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert len(by_hand) == 1
    assert "### BEGIN SOLUTION" in by_hand[0].source


@each(EXERCISES)
def test_an_exercise_holds_no_solution_and_no_output(path):
    for cell in cells(path):
        assert "SOLUTION" not in cell.source
        assert not cell.get("outputs")
