"""What editors, other programs and hurried students do to a notebook, without a wrong answer among it.

Each function changes the content of a saved notebook, as JSON, in its place, or returns other content or bytes.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

DAMAGES: list[Callable[[dict], Any]] = []
ANSWERS = ("decode_section", "decode_sections", "seconds_left", "change_claim")
CHECKS = tuple(f"check_{name}" for name in ANSWERS)


def damage(function: Callable[[dict], Any]) -> Callable[[dict], Any]:
    DAMAGES.append(function)
    return function


def for_each(*values: Any) -> Callable:
    """Make a damage for each value, that a function `change(content, value)` does."""

    def register(change):
        for number, value in enumerate(values):

            def one(content, value=value):
                return change(content, value)

            one.__name__ = f"{change.__name__}_{number}"
            DAMAGES.append(one)
        return change

    return register


def cell_of(content: dict, name: str) -> dict:
    return next(cell for cell in content["cells"] if cell.get("id") == name)


def place_of(content: dict, name: str) -> int:
    return content["cells"].index(cell_of(content, name))


def code(source: str, **metadata: Any) -> dict:
    return {
        "cell_type": "code",
        "source": source,
        "metadata": metadata,
        "outputs": [],
        "execution_count": None,
    }


def text(source: str) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def source_of(content: dict, name: str) -> str:
    return "".join(cell_of(content, name)["source"])


def copy_of(content: dict, name: str) -> dict:
    """A copy as an editor makes it: with an id of its own."""
    copied = copy.deepcopy(cell_of(content, name))
    copied["id"] = f"copy-{len(content['cells'])}"
    return copied


def turn(cell: dict, kind: str) -> None:
    cell["cell_type"] = kind
    for name in ("outputs", "execution_count"):
        cell.pop(name, None)
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}


def without_ids(content: dict) -> None:
    content["nbformat_minor"] = 4
    for cell in content["cells"]:
        cell.pop("id", None)


def without_marks(content: dict) -> None:
    for cell in content["cells"]:
        cell["metadata"].pop("nbgrader", None)


# Cells of another type.


@for_each(*ANSWERS)
def answer_as_text(content, name):
    turn(cell_of(content, name), "markdown")


@for_each(*CHECKS, "setup")
def given_as_text(content, name):
    turn(cell_of(content, name), "markdown")


@for_each("code", "raw")
def words_of_another_type(content, kind):
    turn(cell_of(content, "why"), kind)


@for_each("raw", "markdown")
def all_code_of_another_type(content, kind):
    for cell in content["cells"]:
        turn(cell, kind)


@damage
def types_exchanged_without_ids(content):
    for name in (*ANSWERS, "why"):
        cell = cell_of(content, name)
        turn(cell, "markdown" if cell["cell_type"] == "code" else "code")
    without_ids(content)


# Marks and metadata.


@for_each({}, None, [], "x", {"nbgrader": None}, {"nbgrader": []}, {"nbgrader": {}})
def other_metadata(content, metadata):
    for cell in content["cells"]:
        cell["metadata"] = copy.deepcopy(metadata)


@damage
def no_metadata(content):
    for cell in content["cells"]:
        del cell["metadata"]


@damage
def no_marks_and_no_ids(content):
    without_marks(content)
    without_ids(content)


@for_each(
    "schema_version", "grade", "locked", "points", "solution", "checksum", "cell_type", "grade_id"
)
def a_mark_is_gone(content, name):
    for cell in content["cells"]:
        cell["metadata"].get("nbgrader", {}).pop(name, None)


@for_each(
    {"schema_version": 1},
    {"schema_version": 99},
    {"points": "3"},
    {"points": None},
    {"points": 100},
    {"locked": False},
    {"solution": True},
    {"grade": False},
    {"task": True},
    {"grade_id": 7},
)
def other_marks(content, marks):
    for cell in content["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= marks


@for_each(
    {"collapsed": True, "editable": False, "deletable": False, "scrolled": False},
    {"jupyter": {"source_hidden": True, "outputs_hidden": True}},
    {"tags": ["raises-exception", "skip-execution"]},
    {"slideshow": {"slide_type": "skip"}, "trusted": True},
)
def more_metadata(content, metadata):
    for cell in content["cells"]:
        cell["metadata"] |= metadata


@damage
def saved_by_colab(content):
    without_ids(content)
    content["nbformat_minor"] = 0
    content["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    for number, cell in enumerate(content["cells"]):
        cell["metadata"]["id"] = f"x{number}"


@damage
def saved_by_vs_code(content):
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"{number:08x}"
        cell["metadata"] |= {"vscode": {"languageId": "python"}}


@for_each(
    {},
    {"kernelspec": {"name": "ana", "display_name": "My Python", "language": "python"}},
    {"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}},
)
def other_metadata_of_the_notebook(content, metadata):
    content["metadata"] = metadata


# Ids of cells.


@for_each("x", "setup", "", "two words", "x" * 100)
def one_id_for_all(content, name):
    for cell in content["cells"]:
        cell["id"] = name


@damage
def ids_that_are_numbers(content):
    for number, cell in enumerate(content["cells"]):
        cell["id"] = number


@damage
def ids_exchanged(content):
    ids = [cell["id"] for cell in content["cells"]]
    for cell, name in zip(content["cells"], reversed(ids), strict=True):
        cell["id"] = name


# Copies.


@for_each(*ANSWERS, *CHECKS, "why", "setup")
def a_cell_twice(content, name):
    content["cells"].insert(place_of(content, name), copy_of(content, name))


@for_each(0, 1)
def an_older_try(content, behind):
    older = copy_of(content, "decode_section")
    older["source"] = "def decode_section(section):\n    return None"
    content["cells"].insert(place_of(content, "decode_section") + behind, older)


@damage
def the_whole_notebook_twice(content):
    content["cells"] += copy.deepcopy(content["cells"])


@damage
def an_answer_in_a_copy_of_another_cell(content):
    copied = copy_of(content, "decode_section")
    copied["source"] = source_of(content, "decode_sections")
    content["cells"][place_of(content, "decode_sections")] = copied


@damage
def a_cell_split_in_two_with_its_marks(content):
    cell, second = cell_of(content, "decode_section"), copy_of(content, "decode_section")
    cell["source"], second["source"] = "import string", source_of(content, "decode_section")
    content["cells"].insert(place_of(content, "decode_section") + 1, second)


# Answers in other places.


@for_each(*ANSWERS)
def an_answer_in_a_new_cell_below_the_stub(content, name):
    content["cells"].insert(place_of(content, name) + 1, code(source_of(content, name)))
    cell_of(content, name)["source"] = "# Write your answer here.\nraise NotImplementedError"


@for_each(*ANSWERS)
def an_answer_in_a_new_cell_in_the_place_of_its_own(content, name):
    source = f"# My own answer.\n{source_of(content, name)}"
    content["cells"][place_of(content, name) - 1 : place_of(content, name) + 1] = [code(source)]


@damage
def all_answers_in_new_cells(content):
    for name in ANSWERS:
        source = f"# My own answer.\n{source_of(content, name)}"
        content["cells"][place_of(content, name) - 1 : place_of(content, name) + 1] = [code(source)]


@damage
def two_answers_merged(content):
    merge(content, *ANSWERS[:2])


@damage
def all_answers_merged(content):
    merge(content, *ANSWERS)


def merge(content, *names):
    cell_of(content, names[0])["source"] = "\n\n\n".join(source_of(content, name) for name in names)
    for name in names[1:]:
        content["cells"].remove(cell_of(content, name))


@damage
def an_answer_split_over_cells(content):
    source = source_of(content, "decode_section")
    cell_of(content, "decode_section")["source"] = source.replace(
        "def decode_section", "def own_name"
    )
    below = place_of(content, "decode_section") + 1
    content["cells"].insert(below, code("decode_section = own_name"))


@damage
def a_helper_above_its_answer(content):
    content["cells"].insert(place_of(content, "decode_section"), helper(content))
    cell_of(content, "decode_section")["source"] = "decode_section = own_name"


def helper(content):
    source = source_of(content, "decode_section")
    return code(source.replace("def decode_section", "def own_name"))


@damage
def words_in_a_new_cell(content):
    content["cells"].insert(place_of(content, "why") + 1, text(source_of(content, "why")))
    cell_of(content, "why")["source"] = "Write your answer here."


@damage
def words_in_a_new_cell_and_their_own_deleted(content):
    content["cells"][place_of(content, "why")] = text(source_of(content, "why"))


@damage
def words_with_a_picture(content):
    why = cell_of(content, "why")
    why["source"] = source_of(content, "why") + "\n\n![a drawing](attachment:drawing.png)"
    why["attachments"] = {"drawing.png": {"image/png": PICTURE}}


PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


# Order, and cells that are gone.


@damage
def backwards(content):
    content["cells"].reverse()


@damage
def words_first(content):
    content["cells"].insert(0, content["cells"].pop(place_of(content, "why")))


@damage
def all_checks_last(content):
    content["cells"].sort(key=lambda cell: cell.get("id") in CHECKS)


@damage
def a_task_moved_behind_a_cell_that_it_needs(content):
    content["cells"].append(helper(content))
    for name in ("decode_section", "check_decode_section"):
        content["cells"].append(content["cells"].pop(place_of(content, name)))
    cell_of(content, "decode_section")["source"] = "decode_section = own_name"


@for_each(*CHECKS, "setup", "example")
def a_given_cell_is_gone(content, name):
    content["cells"].remove(cell_of(content, name))


@damage
def no_text_is_left(content):
    content["cells"] = [cell for cell in content["cells"] if cell["cell_type"] == "code"]


@damage
def one_answer_and_the_rest_untouched(content):
    for name in ANSWERS[1:]:
        cell_of(content, name)["source"] = "raise NotImplementedError"


# Own cells.


@for_each("", "1 / 0", "x = (", "import this_is_no_module", "raise SystemError", "base64 = 7")
def an_own_cell(content, source):
    content["cells"].insert(place_of(content, "check_decode_section") + 1, code(source))


@damage
def an_own_cell_above_all(content):
    content["cells"].insert(0, code("import string\nimport re"))


@damage
def the_setup_has_more_lines(content):
    cell_of(content, "setup")["source"] = source_of(content, "setup") + "\nimport string"


@damage
def a_merge_conflict_in_one_answer(content):
    source = source_of(content, "decode_section")
    both = f"<<<<<<< HEAD\n{source}\n=======\n{source}\n>>>>>>> other"
    cell_of(content, "decode_section")["source"] = both


# The file.


@damage
def nbformat_3(content):
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["input"], cell["language"] = cell.pop("source"), "python"
            cell["prompt_number"] = cell.pop("execution_count")
        cell.pop("id")
    sheet = {"cells": content.pop("cells"), "metadata": {}}
    content |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]}


@for_each((4, 0), (4, 99), (5, 0))
def other_versions(content, version):
    content["nbformat"], content["nbformat_minor"] = version


@damage
def lines_of_windows(content):
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


@damage
def letter_by_letter(content):
    for cell in content["cells"]:
        cell["source"] = list("".join(cell["source"]))


@damage
def strange_outputs(content):
    cell_of(content, "example")["outputs"] = [{"output_type": "strange"}, 7, None]


@damage
def old_errors(content):
    for name in CHECKS:
        error = {"output_type": "error", "ename": "X", "evalue": "", "traceback": []}
        cell_of(content, name)["outputs"] = [error]


@for_each("utf-8-sig", "utf-16")
def other_encodings(content, encoding):
    return json.dumps(content, ensure_ascii=False).encode(encoding)


@damage
def not_a_number(content):
    content["metadata"]["x"] = float("nan")


@damage
def a_cell_without_source(content):
    content["cells"].insert(1, code(""))
    content["cells"][1]["source"] = None


@damage
def a_cell_without_type(content):
    content["cells"].insert(1, {"source": "x", "metadata": {}})
