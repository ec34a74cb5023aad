"""The exercises of a course folder: their numbers, their files, their tasks."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.environment import data, has_repository
from course.exercises.marks import grade_id, is_check, is_graded, mark
from course.exercises.publishing import publish
from course.problem import Problem


@dataclasses.dataclass(frozen=True)
class Task:
    """What there are points for.

    Attributes:
        name: the grade_id of the graded cell.
        title: the heading above it.
        points: how many points it gives.
        is_checked: whether a check decides; else a person reads the answer.
    """

    name: str
    title: str
    points: float
    is_checked: bool


@dataclasses.dataclass(frozen=True)
class Exercise:
    """One exercise. Its notebooks are read once, when somebody asks for them.

    Attributes:
        root: the folder that holds solutions/ and exercises/.
        name: such as "05-create-the-token-endpoint".
    """

    root: Path
    name: str

    @property
    def file(self) -> str:
        """The name of the notebook, such as "05_create_the_token_endpoint.ipynb"."""
        return f"{self.name.replace('-', '_')}.ipynb"

    @cached_property
    def solution(self) -> NotebookNode:
        """The only copy that is written by hand."""
        return nbformat.read(_solutions(self.root) / self.name / self.file, as_version=4)

    @cached_property
    def published(self) -> NotebookNode:
        """The exercise as students got it."""
        return publish(self.solution)

    @cached_property
    def checks(self) -> dict[str, str]:
        """The source of each check by its grade_id, with its hidden tests."""
        return {grade_id(cell): cell.source for cell in self.solution.cells if is_check(cell)}

    @cached_property
    def fingerprint(self) -> str:
        """Stands for the exercise and its checks: it changes when they do."""
        edition = json.dumps([self.published, self.checks])
        return hashlib.sha256(edition.encode()).hexdigest()

    @property
    def title(self) -> str:
        """The notebook's first heading."""
        return next(title for _, title in with_headings(self.solution))

    @property
    def tasks(self) -> list[Task]:
        """What there are points for, in the order of the notebook."""
        return [
            Task(grade_id(cell), title, mark(cell, "points"), is_check(cell))
            for cell, title in with_headings(self.solution)
            if is_graded(cell)
        ]


def exercises_in(root: Path) -> dict[str, Exercise]:
    """The exercises of a course folder by their two digits."""
    folders = sorted(_solutions(root).glob("[0-9][0-9]-*"))
    return {folder.name[:2]: Exercise(root, folder.name) for folder in folders}


def _solutions(root: Path) -> Path:
    """Where the checks are. Who was given the course without solutions has them, but for hidden ones, in exercises/.

    Who has one notebook and the package alone gets those that the package brings.
    """
    others = root / "exercises" if has_repository() else data("solutions")
    return next((folder for folder in (root / "solutions", others) if folder.is_dir()), others)


def find_exercise(number: str, root: Path) -> Exercise:
    """The exercise with these two digits.

    Raises:
        Problem: there is none.
    """
    exercises = exercises_in(root)
    if not exercises:
        raise Problem(
            f"There are no exercises: the folders exercises and solutions in {root} are missing or empty. Get them back."
        )
    if number not in exercises:
        raise Problem(f"There is no exercise {number}. Choose one of: {', '.join(exercises)}.")
    return exercises[number]


def with_headings(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    """Each cell with the Markdown heading above it, without the points that stand behind it."""
    heading = ""
    for cell in notebook.cells:
        found = re.match(r"#+ (.+?)(?: \(\d+ points?\))?$", cell.source, re.MULTILINE)
        if found and cell.cell_type == "markdown" and not is_graded(cell):
            heading = found[1]
        yield cell, heading
