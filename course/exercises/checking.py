"""`check`: how far are the exercises of a student? It runs them as they are saved, and changes nothing."""

import dataclasses
import re
from html import escape
from pathlib import Path

from course.environment import ROOT, has_repository
from course.exercises.catalogue import Exercise, Task, exercises_in, find_exercise
from course.exercises.desk import DESK
from course.exercises.kernel import Kernel
from course.exercises.marks import grade_id
from course.exercises.publishing import WORDS_STUB
from course.exercises.repairing import Damaged, repair
from course.exercises.running import failures, run_cells
from course.page.style import styled, table
from course.problem import Problem

REPAIRED = "Repaired or left out for this check (your file stays as it is):"


def check(exercise: str | Path | None = None, root: Path | None = None) -> "Report | Overview":
    """Run one exercise, or all of them, and tell which tasks pass.

    The checks that count are those of the published exercise, as for `grade`: a student's answers are put into a
    fresh copy of it. So an edited or deleted check changes nothing.

    Args:
        exercise: two digits, such as "02", or the path of a notebook whose name begins with them. None: all exercises.
        root: the folder of the course; None is this one, or the current folder where only the package is installed.

    Returns:
        Report for one exercise, Overview for all. With two digits, the notebook in the current folder counts, else the
        one of the desk.

    Raises:
        Problem: there is no such exercise, or its notebook cannot be read.

    Example:
        check("02")
    """
    root = root or (ROOT if has_repository() else Path.cwd())
    if exercise is None:
        return Overview([_report_or_problem(each) for each in exercises_in(root).values()])
    if re.fullmatch("[0-9]+", str(exercise)):
        found = find_exercise(str(exercise), root)
        return _report(found, _students_file(found))
    path = Path(exercise)
    number = re.match("[0-9][0-9]", path.name)
    if not number:
        raise Problem(
            f"Which exercise is {exercise}? Give its two digits, such as 02, or the path of a notebook whose name "
            "begins with them."
        )
    return _report(find_exercise(number[0], root), path)


@dataclasses.dataclass
class Report:
    """The tasks of one exercise.

    Attributes:
        title: of the exercise.
        file: which notebook was run.
        tasks: what there are points for.
        messages: what is wrong, by the name of each task whose check failed.
        unanswered: the names of the tasks that a person reads, and in which nothing was written.
        notes: what was repaired before the checks ran.
    """

    title: str
    file: str
    tasks: list[Task]
    messages: dict[str, str]
    unanswered: set[str]
    notes: list[str]

    @property
    def points(self) -> float:
        """The points of the tasks that pass."""
        return sum(task.points for task in self._checked() if task.name not in self.messages)

    @property
    def possible(self) -> float:
        """The points of all tasks that a check decides."""
        return sum(task.points for task in self._checked())

    @property
    def passed(self) -> str:
        """Such as "2 of 3": how many tasks pass."""
        passed = [task for task in self._checked() if task.name not in self.messages]
        return f"{len(passed)} of {len(self._checked())}"

    def _checked(self):
        return [task for task in self.tasks if task.is_checked]

    def _rows(self):
        for task in self.tasks:
            message = self.messages.get(task.name, "")
            earned = 0 if message else task.points
            if task.is_checked:
                state = "failed" if message else "passed"
                yield state, task.title, f"{earned:g} of {task.points:g}", message
            elif task.name in self.unanswered:
                yield "not answered", task.title, f"{task.points:g}", "Write your answer in words."
            else:
                message = "Your instructor reads this answer."
                yield "read by hand", task.title, f"{task.points:g}", message

    def _sum(self):
        points = f"Points so far: {self.points:g} of {self.possible:g}"
        by_hand = sum(task.points for task in self.tasks if not task.is_checked)
        if by_hand:
            points += f", without the {by_hand:g} for the answer that a person reads"
        return f"{points}. Only what is saved in {self.file} counts."

    def __str__(self):
        lines = [self.title]
        for state, title, points, message in self._rows():
            lines.append(f"  {state:12} {title} ({points} points)")
            lines += [f"               {line}" for line in message.splitlines()]
        if self.notes:
            lines += [REPAIRED, *(f"  {note}" for note in self.notes)]
        return "\n".join([*lines, self._sum()])

    __repr__ = __str__

    def _repr_html_(self):
        marks = {"passed": "✓ passed", "failed": "✗ failed", "not answered": "○ not answered"}
        rows = [(marks.get(state, state), *rest) for state, *rest in self._rows()]
        classes = [state if state in ("passed", "failed") else "" for state, *_ in self._rows()]
        tasks = table(["", "task", "points", "the check says"], rows, classes)
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        notes = f"<p>{REPAIRED}</p><ul>{notes}</ul>" if notes else ""
        head = f"<h4>{escape(self.title)}</h4>"
        return styled(f'{head}<div class="check">{tasks}</div>{notes}<p>{self._sum()}</p>')


class Overview:
    """A table of all exercises."""

    columns = ("exercise", "tasks passed", "points of the checks")

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


def _report_or_problem(exercise: Exercise) -> "Report | tuple[str, Problem]":
    try:
        return _report(exercise, _students_file(exercise))
    except Problem as problem:
        return exercise.title, problem


def _students_file(exercise: Exercise) -> Path:
    """Where the student works: in this folder, beside the folder of this lesson, at the desk, or in exercises/."""
    here, below = Path.cwd(), Path("exercises", exercise.name, exercise.file)
    # A lesson has the same file name as its exercise.
    nearest = here.parent / below if here.name == "notebooks" else here / exercise.file
    places = [nearest, exercise.root / DESK / below]
    return next((place for place in places if place.is_file()), exercise.root / below)


def _report(exercise: Exercise, path: Path) -> Report:
    inside = path.is_absolute() and path.is_relative_to(exercise.root)
    name = (path.relative_to(exercise.root) if inside else path).as_posix()
    try:
        repaired = repair(path, exercise)
    except OSError as error:
        raise Problem(
            f"{name}: {error.strerror}. Put the file that you were given there, or in a clone of the course run: "
            f"python -m course fresh {exercise.name[:2]}"
        ) from None
    except Damaged as damaged:
        raise Problem(
            f"{name}: {damaged} If that does not help, put your answers into the exercise as you were given it. In a "
            f"clone of the course you get it with: python -m course fresh {exercise.name[:2]} (it keeps your file)."
        ) from None
    left_out = run_cells(repaired.notebook, lambda: Kernel(path.resolve().parent))
    unanswered = {
        grade_id(cell)
        for cell in repaired.notebook.cells
        if cell.source.strip() in ("", WORDS_STUB)
    }
    messages, notes = failures(repaired.notebook), repaired.notes + left_out
    return Report(exercise.title, name, exercise.tasks, messages, unanswered, notes)
