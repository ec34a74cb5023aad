"""What students get of a solution: the same notebook without its answers, hidden tests and outputs."""

import copy

from nbformat import NotebookNode

from course.exercises.marks import is_answer

WORDS_STUB = "Write your answer here."
CODE_STUBS = {
    "python": "# Write your answer here.\nraise NotImplementedError",
    "javascript": '// Write your answer here.\nthrow new Error("Not done yet");',
}


def publish(solution: NotebookNode) -> NotebookNode:
    """Make the exercise from its solution, cell for cell as nbgrader does.

    It is made here too because `check` runs without nbgrader, and a student may have worked in exercises/.
    """
    published = copy.deepcopy(solution)
    for cell in published.cells:
        stub = CODE_STUBS[language_of(cell)] if cell.cell_type == "code" else WORDS_STUB
        source = _replace(cell.source, "SOLUTION", stub.split("\n"))
        if is_answer(cell) and source == cell.source:
            source = stub
        cell.source = _replace(source, "HIDDEN TESTS", [])
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return published


def language_of(cell: NotebookNode) -> str:
    """The name "javascript" for a cell that starts with %%keep, else "python"."""
    return "javascript" if cell.source.startswith("%%keep") else "python"


def _replace(source: str, region: str, stub: list[str]) -> str:
    """Put the lines of the stub in the place of each region, as far to the right as its first line."""
    lines, is_inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {region}" in line:
            is_inside = True
            indentation = line[: len(line) - len(line.lstrip())]
            lines += [indentation + stub_line for stub_line in stub]
        elif f"END {region}" in line:
            is_inside = False
        elif not is_inside:
            lines.append(line)
    return "\n".join(lines)
