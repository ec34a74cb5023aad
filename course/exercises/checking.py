"""`check`: how far are the exercises of a student? It runs them as they are saved, and changes nothing."""

import dataclasses
import re
import subprocess
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from course.environment import ROOT
from course.problem import Problem
from course.page.style import styled, table

SECONDS_PER_CELL = 30


def check(number: str | None = None, root: Path = ROOT) -> "Report | Overview":
    """Run one exercise, or all of them, and tell which tasks pass.

    The checks that count are those of the published exercise: an edited or deleted check changes nothing.

    Args:
        number: the exercise's two digits, such as "02"; None for all exercises.
        root: the folder that holds exercises/ and solutions/.

    Returns:
        Report for one exercise, Overview for all.

    Raises:
        Problem: there is no such exercise, or its notebook cannot be read.

    Example:
        check("02")
    """
    originals = {path.name[:2]: path for path in sorted((root / "solutions").glob("*/*.ipynb"))}
    if number is None:
        return Overview([_report_or_problem(root, original) for original in originals.values()])
    if number not in originals:
        raise Problem(f"There is no exercise {number}. Choose one of: {', '.join(originals)}.")
    return _report(root, originals[number])


@dataclasses.dataclass
class Task:
    """One graded cell: its points, and the sentence that its check gave, empty if it passed.

    `by_hand` tells that an instructor reads the answer, so no check decides.
    """

    title: str
    points: float
    message: str
    by_hand: bool


@dataclasses.dataclass
class Report:
    """The tasks of one exercise."""

    title: str
    tasks: list[Task]

    @property
    def points(self) -> float:
        """The points of the tasks that pass."""
        return sum(task.points for task in self._checked() if not task.message)

    @property
    def possible(self) -> float:
        """The points of all tasks that a check decides."""
        return sum(task.points for task in self._checked())

    @property
    def passed(self) -> str:
        """Such as "2 of 3": how many tasks pass."""
        return f"{sum(not task.message for task in self._checked())} of {len(self._checked())}"

    def _checked(self):
        return [task for task in self.tasks if not task.by_hand]

    def _rows(self):
        for task in self.tasks:
            if task.by_hand:
                yield (
                    "read by hand",
                    task.title,
                    f"{task.points:g}",
                    "Your instructor reads this answer.",
                )
            else:
                earned = 0 if task.message else task.points
                state = "failed" if task.message else "passed"
                yield state, task.title, f"{earned:g} of {task.points:g}", task.message

    def _sum(self):
        return f"Points so far: {self.points:g} of {self.possible:g}. Only what is saved counts."

    def __str__(self):
        lines = [self.title]
        for state, title, points, message in self._rows():
            lines.append(f"  {state:12} {title} ({points} points)")
            lines += [f"               {line}" for line in message.splitlines()]
        return "\n".join([*lines, self._sum()])

    __repr__ = __str__

    def _repr_html_(self):
        rows = list(self._rows())
        return styled(
            f"<h4>{self.title}</h4>{table(['', 'task', 'points', 'the check says'], rows)}<p>{self._sum()}</p>"
        )


class Overview:
    """A table of all exercises."""

    columns = ("exercise", "tasks passed", "points so far")

    def __init__(self, reports: "list[Report | tuple[str, Problem]]"):
        self.rows = [
            (report.title, report.passed, f"{report.points:g} of {report.possible:g}")
            if isinstance(report, Report)
            else (report[0], "not readable", str(report[1]))
            for report in reports
        ]

    def __str__(self):
        width = max(len(title) for title, _, _ in self.rows)
        return "\n".join(
            f"{title:{width}}  {passed:12}  {points}"
            for title, passed, points in (self.columns, *self.rows)
        )

    __repr__ = __str__

    def _repr_html_(self):
        return styled(table(list(self.columns), self.rows))


def _report_or_problem(root: Path, original: Path):
    try:
        return _report(root, original)
    except Problem as problem:
        return original.stem, problem


def _report(root: Path, original: Path) -> Report:
    path = root / "exercises" / original.parent.name / original.name
    name = path.relative_to(root).as_posix()
    try:
        notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise Problem(f"{name} is missing. Get it back with: git checkout -- {name}") from None
    except Exception:
        raise Problem(
            f"{name} cannot be read as a notebook. Keep a copy, then get the original back with: git checkout -- {name}"
        ) from None
    published = nbformat.read(original, as_version=4)
    _restore_checks(notebook, published)
    return Report(next(_headings(published))[1], _judge(_run(notebook, path.parent), published))


def _restore_checks(notebook, published) -> None:
    sources = {_grade_id(cell): cell.source for cell in published.cells if _is_check(cell)}
    for cell in notebook.cells:
        if _grade_id(cell) in sources:
            cell.source = sources[_grade_id(cell)]


def _run(notebook, folder: Path):
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        interrupt_on_timeout=True,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        return client.execute(stderr=subprocess.DEVNULL)
    except DeadKernelError:
        raise Problem(
            "The kernel died while the exercise ran. Look for os._exit, sys.exit or a full memory."
        ) from None


def _judge(notebook, published) -> list[Task]:
    messages = _messages(notebook)
    tasks = []
    for cell, title in _headings(published):
        if not _mark(cell, "grade"):
            continue
        missing = f"The check {_grade_id(cell)} is missing. Take it over from a fresh copy of the exercise."
        by_hand = not _is_check(cell)
        message = "" if by_hand else messages.get(_grade_id(cell), missing)
        tasks.append(Task(title, _mark(cell, "points"), message, by_hand))
    return tasks


def _messages(notebook) -> dict[str, str]:
    """For each check that ran, by its grade_id: what is wrong, empty if nothing is."""
    messages, broken_answer = {}, ""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        error = next((output for output in cell.outputs if output.output_type == "error"), None)
        if _is_check(cell):
            ran = cell.execution_count is not None
            failed = _sentence(error) if error else ("" if ran else "The check did not run.")
            messages[_grade_id(cell)] = broken_answer if failed and broken_answer else failed
            broken_answer = ""
        elif error and "raises-exception" not in cell.metadata.get("tags", []):
            broken_answer = broken_answer or _sentence(error, "The cell before the check stops. ")
    return messages


def _sentence(error, context: str = "") -> str:
    if error.ename == "NotImplementedError":
        return "Not done yet."
    if error.ename == "AssertionError" and error.evalue:
        return error.evalue
    if error.ename == "KeyboardInterrupt":
        return f"{context}It ran for {SECONDS_PER_CELL} seconds and was stopped: look for a loop without an end."
    # A syntax error names the file that the kernel made of the cell: only its line says something.
    return re.sub(r"\(\S+, line (\d+)\)", r"(line \1)", f"{context}{error.ename}: {error.evalue}")


def _headings(notebook):
    """Each cell with the Markdown heading above it. The first heading is the notebook's title."""
    title = ""
    for cell in notebook.cells:
        found = re.match(r"#+ (.+?)(?: \(\d+ points?\))?$", cell.source, re.MULTILINE)
        if found and cell.cell_type == "markdown" and not _mark(cell, "grade"):
            title = found[1]
        yield cell, title


def _mark(cell, name: str):
    return cell.metadata.get("nbgrader", {}).get(name)


def _grade_id(cell):
    return _mark(cell, "grade_id")


def _is_check(cell) -> bool:
    return bool(_mark(cell, "grade") and not _mark(cell, "solution"))
