"""Judges one submission: repairs it, runs it in a sandbox, and lets nbgrader score it."""

import re

from nbformat import NotebookNode

from course.exercises.catalogue import Exercise
from course.exercises.marks import mark
from course.exercises.repairing import Damaged, repair
from course.exercises.running import failures, run_cells
from course.grading.engine import score
from course.grading.records import Outcome, submitted_file, write_outcome
from course.grading.sandbox import Sandbox

SUSPICIOUS = re.compile(
    r"\b(get_ipython|ast_transformers|showtraceback|_getframe|settrace|setprofile|gc\.get_objects|"
    r"AssertionError\s*=|__builtins__|import builtins|grading|nbgrader)\b"
)


def judge(
    exercise: Exercise, student: str, fingerprint: str, safe: bool, seconds: float
) -> Outcome:
    """Grade one submission, and keep what became of it.

    Args:
        exercise: what was to be done.
        student: whose submission it is.
        fingerprint: stands for the submitted file and the exercise.
        safe: whether it runs in a sandbox.
        seconds: how long one cell may run.
    """
    outcome = Outcome(student, fingerprint)
    try:
        path = submitted_file(exercise, student)
        if path is None:
            raise Damaged("There is no notebook in the folder.")
        repaired = repair(path, exercise)
        outcome.notes = repaired.notes
        if path.name != exercise.file:
            outcome.notes.insert(0, f"The file was named {path.name}.")
        outcome.notes += run_cells(repaired.notebook, lambda: Sandbox(safe), seconds)
        outcome.suspicions = suspicions(repaired.notebook)
        outcome.failures = failures(repaired.notebook, seconds)
        score(exercise, student, repaired.notebook, path.parent / "timestamp.txt")
    except Damaged as damaged:
        outcome.damage = str(damaged)
    except Exception as error:  # one bad notebook must not stop the class
        outcome.damage = f"It could not be graded: {type(error).__name__}: {error}."
    write_outcome(exercise, outcome)
    return outcome


def suspicions(notebook: NotebookNode) -> list[str]:
    """Words in answers that can be used to deceive checks: a reason for a person to look, no more."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and not mark(cell, "locked"):
            found |= set(SUSPICIOUS.findall(cell.source))
    return sorted(found)
