"""Judges one submission: repairs it, runs it in a sandbox, and lets nbgrader score it."""

import os
import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course.environment import ROOT
from course.exercises.catalogue import Exercise
from course.exercises.marks import grade_id, is_check, mark
from course.exercises.repairing import Damaged, Repaired, repair
from course.exercises.running import failures, run_cells
from course.grading.engine import score
from course.grading.records import Outcome, submitted_file, write_outcome
from course.grading.sandbox import Sandbox, guards
from course.problem import Problem

SUSPICIOUS = re.compile(
    r"\b(?:get_ipython|ast_transformers|showtraceback|run_cell|user_ns|displayhook|In\s*\[|_ih|_i\d|"
    r"_getframe|_current_frames|f_back|f_globals|f_locals|f_lineno|f_trace|tb_frame|gi_frame|cr_frame|walk_stack|walk_tb|"
    r"__globals__|__code__|__closure__|__defaults__|__subclasses__|__mro__|__builtins__|__import__|__main__|"
    r"sys\.modules|settrace|setprofile|monitoring|inspect|ctypes|gc\s*\.|import\s+gc|builtins|importlib|mmap|"
    r"signal|from\s+threading|threading\s+as|threading\.(?!R?Lock)|_thread|atexit|os\.write|os\.read|/proc|AssertionError\s*=|__eq__|__bool__|"
    r"result_of|error_of|asking|grading|nbgrader)"
)
FOLDERS = sorted({str(ROOT), sys.prefix, sys.base_prefix}, key=len, reverse=True)
# Nbgrader writes the name into a page as it is.
ODD = re.compile(r"[<>\0-\x1f\x7f-\x9f]")


def judge(
    exercise: Exercise,
    student: str,
    fingerprint: str,
    safe: bool,
    seconds: float,
    apart: Collection[str] = (),
) -> Outcome:
    """Grade one submission, and keep what became of it.

    Args:
        exercise: what was to be done.
        student: whose submission it is.
        fingerprint: stands for the submitted file and the exercise.
        safe: whether it runs in a sandbox.
        seconds: how long one cell may run.
        apart: what `checks_apart` found.
    """
    outcome = Outcome(student, fingerprint)
    try:
        if ODD.search(student):
            raise Damaged(
                "Rename the folder of this student: without < and >, and without control characters."
            )
        path = submitted_file(exercise, student)
        if path is None:
            raise Damaged("There is no notebook in the folder.")
        repaired = _repaired(path, exercise)
        outcome.notes = repaired.notes
        if path.name != exercise.file:
            outcome.notes.insert(0, f"The file was named {path.name}.")
        outcome.guards = ", ".join(guards()) if safe else "none, by --unsafe"
        outcome.notes += run_cells(repaired.notebook, lambda: Sandbox(safe), seconds, apart)
        for cell in repaired.notebook.cells:
            if "outputs" in cell:
                cell.outputs = without_paths(cell.outputs)
        outcome.suspicions = suspicions(repaired.notebook)
        outcome.failures = failures(repaired.notebook, seconds)
        score(exercise, student, repaired.notebook, path.parent / "timestamp.txt")
    except Damaged as damaged:
        outcome.damage = str(damaged)
    except Exception as error:
        # What is left is no fault of the student, and must not stop the class.
        outcome.trouble = reason_of(error)
    if not outcome.trouble:
        try:
            write_outcome(exercise, outcome)
        except OSError as error:
            outcome.trouble = reason_of(error)
    return outcome


def checks_apart(exercise: Exercise, seconds: float) -> set[str]:
    """The checks that can run in a second process: those that the solution passes there."""
    path = exercise.root / "solutions" / exercise.name / exercise.file
    solution = repair(path, exercise).notebook
    checks = {grade_id(cell) for cell in solution.cells if is_check(cell)}
    run_cells(solution, Sandbox, seconds, checks)
    return checks - failures(solution).keys()


def reason_of(error: Exception) -> str:
    """Why something failed on this machine, as a sentence."""
    if isinstance(error, OSError) and error.strerror:
        reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    else:
        reason = f"{error}" if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
    return reason.strip().splitlines()[0].removesuffix(".") + "."


def _repaired(path: Path, exercise: Exercise) -> Repaired:
    try:
        return repair(path, exercise)
    except MemoryError:
        raise Damaged("The file needs more memory than a notebook of this exercise can.") from None


def without_paths(content: Any) -> Any:
    """The same, without the folders of this machine. Errors name the files in which they were raised."""
    if isinstance(content, str):
        for folder in FOLDERS:
            content = content.replace(f"{folder}{os.sep}", "")
        return content
    if isinstance(content, dict):
        return {
            name: value if name == "image/png" else without_paths(value)
            for name, value in content.items()
        }
    return [without_paths(each) for each in content] if isinstance(content, list) else content


def suspicions(notebook: NotebookNode) -> list[str]:
    """Words in answers that can be used to deceive checks: a reason for a person to look, no more."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and not mark(cell, "locked"):
            found |= set(SUSPICIOUS.findall(cell.source))
    return sorted(found)
