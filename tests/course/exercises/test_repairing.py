"""Whatever a student hands in becomes a notebook that can be graded, or a sentence for the instructor."""

import json

import nbformat
import pytest

from course.exercises.catalogue import find_exercise
from course.exercises.repairing import Damaged, repair
from tests.course.grading import made_class
from tests.course.grading.made_class import as_bytes, notebook
from tests.reading import ROOT

EXERCISE = find_exercise(made_class.NUMBER, ROOT)


@pytest.fixture
def hand_in(tmp_path):
    def hand_in(content: bytes):
        path = tmp_path / "handed_in.ipynb"
        path.write_bytes(content)
        return repair(path, EXERCISE)

    return hand_in


def sources(repaired) -> list[str]:
    return [cell.source for cell in repaired.notebook.cells]


def test_an_ordinary_submission_keeps_its_answers_and_needs_no_note(hand_in):
    repaired = hand_in(as_bytes(notebook()))
    assert repaired.notes == []
    assert sources(repaired) == [cell.source for cell in notebook().cells]


@pytest.mark.parametrize("student", made_class.repairable(), ids=lambda student: student.kind)
def test_what_can_be_repaired_has_all_cells_of_the_exercise_and_all_answers(hand_in, student):
    repaired = hand_in(student.content)
    nbformat.validate(repaired.notebook)
    solved = student.kind != "edited checks"
    expected = [cell.source for cell in notebook(solved=solved).cells]
    own = [cell for cell in repaired.notebook.cells if cell.id.startswith("own-")]
    assert [cell.source for cell in repaired.notebook.cells if cell not in own] == expected


@pytest.mark.parametrize(
    "kind, word",
    [
        ("copy_answer", "more than once"),
        ("copy_stub", "more than once"),
        ("lose_marks", "found by its id: setup"),
        ("lose_marks_and_ids", "found by its first line: decode_section"),
        ("no_checks", "was missing"),
        ("edited checks", "was edited"),
        ("large_outputs", "very large"),
    ],
)
def test_a_repair_is_told(hand_in, kind, word):
    student = next(student for student in made_class.repairable() if student.kind == kind)
    assert word in " ".join(hand_in(student.content).notes)


@pytest.mark.parametrize("student", made_class.damaged(), ids=lambda student: student.kind)
def test_what_cannot_be_repaired_is_one_sentence(hand_in, student):
    with pytest.raises(Damaged, match=r"^[A-Z].+\.$"):
        hand_in(student.content)


def test_a_merge_conflict_in_an_answer_is_told_and_the_other_answers_stay(hand_in):
    conflict = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other"
    repaired = hand_in(as_bytes(notebook({"decode_section": conflict})))
    expected = [cell.source for cell in notebook({"decode_section": conflict}).cells]
    assert sources(repaired) == expected
    assert "decode_section has two versions" in repaired.notes[0]


@pytest.mark.parametrize("name", ["why", "below"])
def test_pictures_in_an_answer_stay_and_nothing_else_that_is_attached(hand_in, name):
    handed_in = notebook({"why": "Write your answer here."})
    place = next(i for i, cell in enumerate(handed_in.cells) if cell.id == "why")
    if name == "below":
        handed_in.cells.insert(place + 1, nbformat.v4.new_markdown_cell(id="below"))
    answer = next(cell for cell in handed_in.cells if cell.id == name)
    answer.source = "![](attachment:a.png)"
    picture = {"a.png": {"image/png": "iVBORw0KGgo="}}
    answer.attachments = picture | {"b.svg": {"image/svg+xml": "<svg/>"}, "c": {"text/html": "c"}}
    repaired = hand_in(as_bytes(handed_in)).notebook
    nbformat.validate(repaired)
    why = next(cell for cell in repaired.cells if cell.id == "why")
    assert (why.source, why.attachments) == ("![](attachment:a.png)", picture)


def test_a_line_of_equals_signs_in_a_text_is_no_merge_conflict(hand_in):
    text = '"""Sections\n========\n"""'
    assert text in sources(hand_in(as_bytes(notebook({"decode_section": text}))))


def test_cells_of_the_students_own_stay_where_they_were(hand_in):
    handed_in = notebook()
    ids = [cell.id for cell in handed_in.cells]
    handed_in.cells.insert(
        ids.index("check_decode_section"), nbformat.v4.new_code_cell("helper = 1")
    )
    handed_in.cells.insert(0, nbformat.v4.new_code_cell("first = 1"))
    repaired = sources(hand_in(as_bytes(handed_in)))
    answer = next(cell.source for cell in notebook().cells if cell.id == "decode_section")
    setup = next(cell.source for cell in notebook().cells if cell.id == "setup")
    assert repaired[repaired.index("first = 1") - 1] == setup  # so nothing runs before the setup
    assert repaired[repaired.index("helper = 1") - 1] == answer


@pytest.mark.parametrize("lost", ["marks", "ids"])
@pytest.mark.parametrize("name", ["why", "decode_section"])
def test_an_answer_whose_cell_has_another_type_is_taken_over(hand_in, name, lost):
    handed_in = json.loads(as_bytes(notebook()))
    for cell in handed_in["cells"]:
        if cell["id"] == name:
            cell["cell_type"] = "markdown" if cell["cell_type"] == "code" else "code"
        if lost == "marks":
            cell["metadata"] = {}
        else:
            del cell["id"]
    repaired = hand_in(json.dumps(handed_in).encode())
    expected = [(cell.cell_type, cell.source) for cell in notebook().cells]
    assert [(cell.cell_type, cell.source) for cell in repaired.notebook.cells] == expected
    assert any(note.startswith(f"The cell {name} is a cell of ") for note in repaired.notes)


def test_a_copy_of_another_type_does_not_replace_the_answer(hand_in):
    handed_in = notebook()
    place = next(i for i, cell in enumerate(handed_in.cells) if cell.id == "decode_section")
    note = nbformat.v4.new_markdown_cell("An older try", metadata=handed_in.cells[place].metadata)
    handed_in.cells.insert(place, note)
    answer = handed_in.cells[place + 1].source
    repaired = hand_in(as_bytes(handed_in)).notebook
    assert next(cell for cell in repaired.cells if cell.id == "decode_section").source == answer


@pytest.mark.parametrize("new_cell", [nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell])
def test_an_answer_in_words_may_stand_in_a_cell_below_its_own(hand_in, new_cell):
    handed_in = notebook({"why": "Write your answer here."})
    place = next(i for i, cell in enumerate(handed_in.cells) if cell.id == "why")
    handed_in.cells.insert(place + 1, new_cell(made_class.WHY))
    repaired = hand_in(as_bytes(handed_in))
    why = next(cell for cell in repaired.notebook.cells if cell.id == "why")
    assert why.cell_type == "markdown" and why.source == made_class.WHY
    assert "The answer of why was in a cell below it." in repaired.notes


def test_hidden_tests_are_put_in_and_are_no_edit_of_the_student(hand_in, tmp_path):
    path = tmp_path / "solutions" / made_class.NAME / made_class.SOLUTION.name
    path.parent.mkdir(parents=True)
    solution = nbformat.read(made_class.SOLUTION, as_version=4)
    check = next(cell for cell in solution.cells if cell.id == "check_seconds_left")
    check.source += "\n### BEGIN HIDDEN TESTS\nassert 4711\n### END HIDDEN TESTS"
    nbformat.write(solution, path)
    saved = tmp_path / "saved.ipynb"
    saved.write_bytes(as_bytes(notebook()))
    repaired = repair(saved, find_exercise(made_class.NUMBER, tmp_path))
    assert repaired.notes == []
    assert check.source in [cell.source for cell in repaired.notebook.cells]


def test_an_answer_in_words_is_found_without_marks_and_ids(hand_in):
    handed_in = notebook()
    for number, cell in enumerate(handed_in.cells):
        cell.metadata.pop("nbgrader", None)
        cell.id = f"cell-{number}"
    assert made_class.WHY in sources(hand_in(as_bytes(handed_in)))


def test_no_output_and_no_foreign_metadata_is_taken_over(hand_in):
    handed_in = notebook()
    handed_in.metadata["widgets"] = {"x": 1}
    handed_in.cells[1].outputs = [nbformat.v4.new_output("stream", text="x")]
    handed_in.cells[5].metadata["collapsed"] = True
    repaired = hand_in(as_bytes(handed_in)).notebook
    assert repaired.metadata == EXERCISE.published.metadata
    assert not any(cell.get("outputs") for cell in repaired.cells)
    assert [cell.metadata for cell in repaired.cells] == [
        cell.metadata for cell in EXERCISE.published.cells
    ]


def test_a_notebook_of_nbformat_3_is_read(hand_in):
    new = json.loads(as_bytes(notebook()))
    cells = [
        {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        | ({"input": cell["source"]} if cell["cell_type"] == "code" else {"source": cell["source"]})
        for cell in new["cells"]
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert sources(hand_in(json.dumps(old).encode())) == [cell.source for cell in notebook().cells]


@pytest.mark.parametrize(
    "cells", [[None], [{}], [{"cell_type": "code", "source": 7}], {"a": 1}, "x", [[]]]
)
def test_strange_cells_are_one_sentence(hand_in, cells):
    with pytest.raises(Damaged):
        hand_in(json.dumps({"cells": cells, "nbformat": 4}).encode())
