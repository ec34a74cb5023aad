"""What nbgrader's marks on a cell mean. They stand in the cell's metadata, under `nbgrader`.

https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
"""

from typing import Any

from nbformat import NotebookNode


def mark(cell: NotebookNode, name: str) -> Any:
    """One mark of a cell, None if it has none. Whatever an editor made of the metadata, this raises nothing."""
    marks = cell.metadata.get("nbgrader")
    return marks.get(name) if isinstance(marks, dict) else None


def grade_id(cell: NotebookNode) -> str:
    """The name of a marked cell, which stays the same when cells move; empty if it has none."""
    return str(mark(cell, "grade_id") or "")


def is_answer(cell: NotebookNode) -> bool:
    """Whether students write in this cell, code or words."""
    return bool(mark(cell, "solution"))


def is_graded(cell: NotebookNode) -> bool:
    """Whether there are points for this cell: a check, or an answer that a person reads."""
    return bool(mark(cell, "grade"))


def is_check(cell: NotebookNode) -> bool:
    """Whether this cell gives its points to the answers above it if it runs without an error."""
    return is_graded(cell) and not is_answer(cell)


def is_given(cell: NotebookNode) -> bool:
    """Whether the exercise gives this cell, and no points for it: imports, helpers, examples."""
    return bool(mark(cell, "locked")) and not is_graded(cell)
