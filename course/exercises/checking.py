"""`check`: how far are the exercises of a student? It runs them as they are saved, and changes nothing."""

import dataclasses
from html import escape
from pathlib import Path

from course.environment import ROOT, has_repository
from course.exercises.catalogue import Exercise, Task, exercises_in, find_exercise
from course.exercises.kernel import Kernel
from course.exercises.repairing import Damaged, repair
from course.exercises.running import failures, run_cells
from course.page.style import styled, table
from course.problem import Problem

REPAIRED = "Repaired or left out for this check (your file stays as it is):"


def check(number: str | None = None, root: Path | None = None) -> "Report | Overview":
    """Run one exercise, or all of them, and tell which tasks pass.

    The checks that count are those of the published exercise, as for `grade`: a student's answers are put into a
    fresh copy of it. So an edited or deleted check changes nothing.

    Args:
        number: the exercise's two digits, such as "02"; None for all exercises.
        root: the folder that holds exercises/; None is that of the course, or the current one where only the
            package is installed.

    Returns:
        Report for one exercise, Overview for all.

    Raises:
        Problem: there is no such exercise, or its notebook cannot be read.

    Example:
        check("02")
    """
    root = root or (ROOT if has_repository() else Path.cwd())
    if number is None:
        return Overview([_report_or_problem(exercise) for exercise in exercises_in(root).values()])
    return _report(find_exercise(number, root))


@dataclasses.dataclass
class Report:
    """The tasks of one exercise.

    Attributes:
        title: of the exercise.
        tasks: what there are points for.
        messages: what is wrong, by the name of each task whose check failed.
        notes: what was repaired before the checks ran.
    """

    title: str
    tasks: list[Task]
    messages: dict[str, str]
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
            else:
                message = "Your instructor reads this answer."
                yield "read by hand", task.title, f"{task.points:g}", message

    def _sum(self):
        return f"Points so far: {self.points:g} of {self.possible:g}. Only what is saved counts."

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
        rows = table(["", "task", "points", "the check says"], list(self._rows()))
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        notes = f"<p>{REPAIRED}</p><ul>{notes}</ul>" if notes else ""
        return styled(f"<h4>{self.title}</h4>{rows}{notes}<p>{self._sum()}</p>")


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


def _report_or_problem(exercise: Exercise) -> "Report | tuple[str, Problem]":
    try:
        return _report(exercise)
    except Problem as problem:
        return exercise.title, problem


def _report(exercise: Exercise) -> Report:
    path = exercise.students_path
    name = path.relative_to(exercise.root).as_posix()
    try:
        repaired = repair(path, exercise)
    except FileNotFoundError:
        raise Problem(
            f"{name} is missing. Put the file that you were given there, or in a clone of the course run: "
            f"git checkout -- {name}"
        ) from None
    except Damaged as damaged:
        raise Problem(
            f"{name}: {damaged} If that does not help, keep a copy of the file, and put your answers into the "
            f"exercise as you were given it. In a clone of the course you get it with: git checkout -- {name}"
        ) from None
    left_out = run_cells(repaired.notebook, lambda: Kernel(path.parent))
    messages = failures(repaired.notebook)
    return Report(exercise.title, exercise.tasks, messages, repaired.notes + left_out)
