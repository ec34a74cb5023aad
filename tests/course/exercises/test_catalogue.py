"""How exercises are found, and what students get of a solution."""

import nbformat
import pytest

from course.exercises.catalogue import exercises_in, find_exercise
from course.exercises.publishing import publish
from course.problem import Problem
from tests.reading import EXERCISES, ROOT, SOLUTIONS, each

BY_NBGRADER_ONLY = {"deletable", "editable", "checksum", "cell_type"}


def facts(cell):
    """What is compared of a cell: all but what nbgrader notes for itself."""
    marks = cell.metadata.get("nbgrader", {})
    kept = {name: value for name, value in marks.items() if name not in BY_NBGRADER_ONLY}
    return cell.id, cell.cell_type, cell.source, kept


def test_every_exercise_is_in_the_catalogue():
    exercises = exercises_in(ROOT)
    assert [exercise.file for exercise in exercises.values()] == [path.name for path in EXERCISES]
    assert list(exercises) == [path.name[:2] for path in SOLUTIONS]


@each(EXERCISES)
def test_what_is_published_here_is_what_nbgrader_publishes_cell_for_cell(path):
    exercise = find_exercise(path.name[:2], ROOT)
    by_nbgrader = nbformat.read(path, as_version=4)
    assert list(map(facts, exercise.published.cells)) == list(map(facts, by_nbgrader.cells))
    assert not any(cell.get("outputs") for cell in exercise.published.cells)


def test_hidden_tests_and_whole_answers_are_taken_out():
    marks = {"grade": False, "solution": True, "grade_id": "x"}
    check = "assert a\n### BEGIN HIDDEN TESTS\nassert b\n### END HIDDEN TESTS"
    solution = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(check),
            nbformat.v4.new_code_cell("answer = 7", metadata={"nbgrader": marks}),
            nbformat.v4.new_markdown_cell("Because.", metadata={"nbgrader": marks}),
        ]
    )
    sources = [cell.source for cell in publish(solution).cells]
    assert sources[0] == "assert a"
    assert "7" not in sources[1] and "NotImplementedError" in sources[1]
    assert sources[2] == "Write your answer here."
    assert solution.cells[1].source == "answer = 7"


def test_where_there_is_no_exercise_the_sentence_tells_what_to_do(tmp_path):
    with pytest.raises(Problem, match="solutions"):
        find_exercise("01", tmp_path)
