"""Runs the cells of a repaired notebook in a sandbox, and keeps each task's result apart from the others."""

import ast
import re
import secrets
import time

from course.grading.sandbox import Ended, Sandbox

MOST_CELLS_IN_FULL = 10  # the whole notebook may run as long as this many cells


def execute(notebook, safe: bool = True, seconds: float = 30) -> list[str]:
    """Run every code cell, and store the outputs in the notebook.

    A cell that ends the program, or cannot be stopped, is left out, and the others run once more without it:
    so one task does not take the points of another.

    Args:
        notebook: what triage made. Its cells get outputs and execution counts.
        safe: whether to use a sandbox.
        seconds: how long one cell may run.

    Returns:
        list[str]: a sentence for each cell that was left out.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    left_out: dict[int, str] = {}
    deadline = time.monotonic() + seconds * MOST_CELLS_IN_FULL
    for _ in code:
        with Sandbox(safe) as sandbox:
            ended = _run_all(sandbox, code, left_out, seconds, deadline)
        if not ended.keys() - left_out.keys():
            break
        left_out |= ended
        if time.monotonic() > deadline:
            break
    return [f"The cell {code[number].id} was left out. {why}" for number, why in left_out.items()]


def _run_all(
    sandbox, code: list, left_out: dict[int, str], seconds: float, deadline: float
) -> dict[int, str]:
    """Run the cells that are not left out. If one ends the sandbox, return its number and why."""
    for number, cell in enumerate(code):
        cell.execution_count = number + 1
        if time.monotonic() > deadline:
            cell.outputs = [_error("CellLeftOut", "The time for the whole notebook was over.")]
            continue
        try:
            if number in left_out:
                cell.outputs = [_error("CellLeftOut", left_out[number])]
                sandbox.run(_definitions(cell), "given", seconds)
            else:
                cell.outputs = _run(sandbox, cell, seconds)
        except Ended as ended:
            for later, other in enumerate(code[number:], number):
                other.execution_count = later + 1
                other.outputs = [_error("CellLeftOut", str(ended))]
            return {number: str(ended)}
    return {}


def _definitions(cell) -> str:
    """What later checks may need of a check that is left out: its helpers and fixed values."""
    if not cell.metadata.get("nbgrader", {}).get("locked"):
        return ""
    kept = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return "\n".join(
        ast.unparse(part)
        for part in ast.parse(cell.source).body
        if isinstance(part, kept)
        or isinstance(part, ast.Assign)
        and not any(isinstance(inner, ast.Call) for inner in ast.walk(part))
    )


def _run(sandbox, cell, seconds: float) -> list[dict]:
    mark = cell.metadata.get("nbgrader", {})
    if not mark.get("locked"):
        return sandbox.run(cell.source, "answer", seconds)
    if not mark.get("grade"):
        return sandbox.run(cell.source, "given", seconds)
    # A check must come to its end, and an assert must still be able to fail: only then it has checked something.
    proof = secrets.token_hex(16)
    outputs = sandbox.run(f"{cell.source}\n\n\n\nassert False, {proof!r}", "check", seconds)
    errors = [output for output in outputs if output["output_type"] == "error"]
    others = [output for output in outputs if output["output_type"] != "error"]
    if len(errors) == 1 and errors[0]["ename"] == "AssertionError" and errors[0]["evalue"] == proof:
        return others
    if not errors:
        return [*others, _error("CheckPrevented", "The notebook keeps its checks from failing.")]
    # The sentence is enough: a traceback would show the source of hidden tests.
    return [*others, _error(errors[0]["ename"], errors[0]["evalue"])]


def _error(name: str, value: str) -> dict:
    return {
        "output_type": "error",
        "ename": name,
        "evalue": value,
        "traceback": [f"{name}: {value}"],
    }


SUSPICIOUS = re.compile(
    r"\b(get_ipython|ast_transformers|showtraceback|_getframe|settrace|setprofile|gc\.get_objects|"
    r"AssertionError\s*=|__builtins__|import builtins|grading|nbgrader)\b"
)


def suspicious(notebook) -> list[str]:
    """Words in answers that can be used to deceive checks: a reason for a person to look, no more."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("locked"):
            found |= set(SUSPICIOUS.findall(cell.source))
    return sorted(found)
