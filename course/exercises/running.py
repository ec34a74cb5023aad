"""Runs the cells of a repaired notebook, keeps each task apart from the others, and says why a check failed."""

import ast
import dataclasses
import re
import time
from collections.abc import Callable, Collection
from typing import Protocol

from nbformat import NotebookNode

from course.exercises.marks import grade_id, is_check, is_given, mark

SECONDS_PER_CELL = 30.0
MOST_CELLS_IN_FULL = 10  # the whole notebook may run as long as this many cells


# Names of the errors that stand in the place of outputs.
LEFT_OUT = "CellLeftOut"
PREVENTED = "CheckPrevented"


class Ended(Exception):
    """The program that ran the cells has ended, or had to be stopped. The message says why."""


@dataclasses.dataclass
class Ran:
    """What became of a cell.

    Attributes:
        outputs: as in a notebook file.
        is_done: whether the runner itself saw that a check came to its end. An error, and whatever else the cell wrote,
            is only told by the program that the cell can change.
    """

    outputs: list[dict]
    is_done: bool


class Runner(Protocol):
    """A program that runs cells one after the other. It is a context manager."""

    def run(self, source: str, kind: str, seconds: float) -> Ran:
        """Run one cell.

        Args:
            source: the code.
            kind: "given" and "check" for cells of the exercise, "answer" for all others. A check finds the names
                of the given cells as these have left them, and the functions, classes and constants (upper-case names)
                of the checks before it, whatever an answer called by the same name. "apart": a check that must come to
                its end in a second process, too, if the runner has one.
            seconds: after this time the cell is interrupted, and if that does not help, the program is stopped.

        Raises:
            Ended: there is no program any more.
        """

    def __enter__(self) -> "Runner": ...

    def __exit__(self, *error: object) -> None: ...


def run_cells(
    notebook: NotebookNode,
    start: Callable[[], Runner],
    seconds: float = SECONDS_PER_CELL,
    apart: Collection[str] = (),
) -> list[str]:
    """Run every code cell, and store the outputs in the notebook.

    A cell that ends the program, or cannot be stopped, is left out, and the others run once more without it:
    so one task does not take the points of another.

    Args:
        notebook: what `repair` made. Its cells get outputs and execution counts.
        start: makes a program that runs cells.
        seconds: how long one cell may run.
        apart: the names of the checks that run in a second process, too.

    Returns:
        list[str]: a sentence for each cell that was left out or interrupted.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    left_out: dict[int, str] = {}
    deadline = time.monotonic() + seconds * MOST_CELLS_IN_FULL
    for _ in code:
        with start() as runner:
            ended = _run_all(runner, code, left_out, seconds, deadline, apart)
        if not ended.keys() - left_out.keys():
            break
        left_out |= ended
        if time.monotonic() > deadline:
            break
    interrupted = [
        f"The cell {cell.id} ran for {seconds:g} seconds and was stopped."
        for cell in code
        if any(output.get("ename") == "KeyboardInterrupt" for output in cell.outputs)
    ]
    sentences = [
        f"The cell {code[number].id} was left out. {why}" for number, why in left_out.items()
    ]
    return sentences + interrupted


def failures(notebook: NotebookNode, seconds: float = SECONDS_PER_CELL) -> dict[str, str]:
    """For each check that failed, by its grade_id: what is wrong.

    Args:
        notebook: one that `run_cells` has run.
        seconds: how long one cell was allowed to run.
    """
    sentences, broken_answer = {}, ""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        error = next((each for each in cell.outputs if each["output_type"] == "error"), None)
        if is_check(cell):
            if error:
                sentences[grade_id(cell)] = broken_answer or _sentence(error, seconds)
            broken_answer = ""
        elif error and "raises-exception" not in cell.metadata.get("tags", []):
            context = "The cell before the check stops. "
            if error["ename"] == "NotImplementedError" and not _is_stub(cell):
                sentence = "The line raise NotImplementedError is still in your answer. Delete it."
            else:
                sentence = _sentence(error, seconds, context)
            broken_answer = broken_answer or sentence
    return sentences


def _is_stub(cell: NotebookNode) -> bool:
    """Whether nothing was written into an answer cell but comments."""
    lines = (line.strip() for line in cell.source.splitlines())
    return [line for line in lines if line and line[0] != "#"] == ["raise NotImplementedError"]


def _sentence(error: dict, seconds: float, context: str = "") -> str:
    name, value = error["ename"], error["evalue"]
    if name == "NotImplementedError":
        return "Not done yet."
    if name == "AssertionError" and value:
        return value
    if name == "NameError" and not context:
        return f"Keep the lines of the answer cell that were given: in the check, {value}."
    if name in (LEFT_OUT, PREVENTED):
        return f"{context}{value}"
    if name == "KeyboardInterrupt":
        return f"{context}It ran for {seconds:g} seconds and was stopped: look for a loop without an end."
    # A syntax error names the file that was made of the cell: only its line says something.
    sentence = f"{context}{name}: {value}" if value else f"{context}{name}"
    return re.sub(r"\(\S+, line (\d+)\)", r"(line \1)", sentence)


def _run_all(
    runner: Runner,
    code: list,
    left_out: dict[int, str],
    seconds: float,
    deadline: float,
    apart: Collection[str],
) -> dict[int, str]:
    """Run the cells that are not left out. If one ends the program, return its number and why."""
    for number, cell in enumerate(code):
        cell.execution_count = number + 1
        if time.monotonic() > deadline:
            cell.outputs = [_error(LEFT_OUT, "The time for the whole notebook was over.")]
            continue
        try:
            if number in left_out:
                cell.outputs = [_error(LEFT_OUT, left_out[number])]
                runner.run(_definitions(cell), "given", seconds)
            else:
                cell.outputs = _run(runner, cell, seconds, apart)
        except Ended as ended:
            for later, other in enumerate(code[number:], number):
                other.execution_count = later + 1
                other.outputs = [_error(LEFT_OUT, str(ended))]
            return {number: str(ended)}
    return {}


def _definitions(cell: NotebookNode) -> str:
    """What later checks may need of a check that is left out: its helpers and fixed values."""
    if not mark(cell, "locked"):
        return ""
    kept = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return "\n".join(
        ast.unparse(part)
        for part in ast.parse(cell.source).body
        if isinstance(part, kept)
        or isinstance(part, ast.Assign)
        and not any(isinstance(inner, ast.Call) for inner in ast.walk(part))
    )


def _run(runner: Runner, cell: NotebookNode, seconds: float, apart: Collection[str]) -> list[dict]:
    if not is_check(cell):
        return runner.run(cell.source, "given" if is_given(cell) else "answer", seconds).outputs
    ran = runner.run(cell.source, "apart" if grade_id(cell) in apart else "check", seconds)
    # nbgrader makes points of outputs: so of a check there is what it printed, and one error or none.
    printed = [output for output in ran.outputs if output["output_type"] == "stream"]
    if ran.is_done:
        return printed
    errors = [output for output in ran.outputs if output["output_type"] == "error"]
    if not errors:
        return [*printed, _error(PREVENTED, "The notebook keeps its checks from failing.")]
    # The sentence is enough: a traceback would show the source of hidden tests.
    return [*printed, _error(errors[0]["ename"], errors[0]["evalue"])]


def _error(name: str, value: str) -> dict:
    return {
        "output_type": "error",
        "ename": name,
        "evalue": value,
        "traceback": [f"{name}: {value}"],
    }
