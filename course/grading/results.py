"""What a class has earned: tables for the instructor, for Canvas and for Moodle."""

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from course.exercises.catalogue import Exercise, Task
from course.grading.collecting import late_students
from course.grading.gradebook import open_gradebook
from course.grading.records import NOT_GRADED, Outcome
from course.grading.report import write_report
from course.grading.roster import read_roster
from course.grading.tables import write_csv


@dataclasses.dataclass
class Score:
    """One task of one student: `points` is None if nobody gave any yet, `unread` if a person has to look."""

    points: float | None
    unread: bool
    comment: str


@dataclasses.dataclass
class Results:
    """The points of a class.

    Attributes:
        title: of the exercise.
        tasks: what there are points for, by the name of its cell, in the order of the exercise.
        scores: by student and name of the cell.
        names: first and last name by student, empty if nobody told.
        penalties: what nbgrader takes off for lateness, by student.
        late: the students whose submissions Canvas calls late.
        roster: the names of those who take part, by student; empty if there is no roster.
    """

    title: str
    tasks: dict[str, Task]
    scores: dict[str, dict[str, Score]]
    names: dict[str, str]
    penalties: dict[str, float]
    late: set[str]
    roster: dict[str, str]

    @property
    def possible(self) -> float:
        return sum(task.points for task in self.tasks.values())

    def total(self, student: str) -> float:
        """The points of a student, without what lateness costs."""
        points = sum(score.points or 0 for score in self.scores.get(student, {}).values())
        return max(0, points - self.penalties.get(student, 0))

    def equal(self, outcomes: list[Outcome]) -> dict[str, list[str]]:
        """The others whose files are the same to the last letter, by student. Files without points do not count.

        Those who hand in what they were given are equal, and have no points.
        """
        groups = defaultdict(list)
        for outcome in outcomes:
            if outcome.is_graded and self.total(outcome.student):
                groups[outcome.fingerprint].append(outcome.student)
        return {
            student: [other for other in group if other != student]
            for group in groups.values()
            for student in group
            if len(group) > 1
        }

    def state(self, student: str) -> str:
        """Stands for all that feedback says of a student's points."""
        scores = self.scores.get(student, {})
        facts = [
            (name, score.points, score.unread, score.comment)
            for name, score in sorted(scores.items())
        ]
        penalty = self.penalties.get(student, 0)
        return hashlib.sha256(json.dumps([facts, penalty]).encode()).hexdigest()


def read_results(exercise: Exercise) -> Results:
    """Read the points of an exercise from the gradebook, and what other files say of its students."""
    scores: dict[str, dict[str, Score]] = {}
    comments: dict[tuple[str, str], str] = {}
    names, penalties = {}, {}
    with open_gradebook(exercise.root) as book:
        # nbgrader's own objects ask once for each grade and comment: 20 seconds for 2,000 students.
        of_exercise = (
            Assignment.name == exercise.name,
            Notebook.name == Path(exercise.file).stem,
            SubmittedNotebook.notebook_id == Notebook.id,
            SubmittedNotebook.assignment_id == SubmittedAssignment.id,
            Notebook.assignment_id == Assignment.id,
            SubmittedAssignment.student_id == Student.id,
        )
        students = select(
            Student.id,
            Student.first_name,
            Student.last_name,
            SubmittedNotebook.late_submission_penalty,
        ).where(*of_exercise)
        for student, first, last, penalty in book.db.execute(students):
            scores[student] = {}
            names[student] = " ".join(filter(None, [first, last]))
            penalties[student] = penalty or 0
        said = select(Student.id, BaseCell.name, Comment.comment).where(
            *of_exercise,
            Comment.notebook_id == SubmittedNotebook.id,
            Comment.cell_id == BaseCell.id,
        )
        for student, cell, comment in book.db.execute(said):
            comments[student, cell] = comment or ""
        given = select(
            Student.id,
            BaseCell.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.score,
            Grade.needs_manual_grade,
        ).where(
            *of_exercise, Grade.notebook_id == SubmittedNotebook.id, Grade.cell_id == BaseCell.id
        )
        for student, cell, automatic, manual, points, unread in book.db.execute(given):
            nobody = automatic is None and manual is None
            comment = comments.get((student, cell), "")
            scores[student][cell] = Score(None if nobody else points, bool(unread), comment)
    roster = read_roster(exercise.root)
    return Results(
        exercise.title,
        {task.name: task for task in exercise.tasks},
        scores,
        names | {student: name for student, name in roster.items() if name},
        penalties,
        late_students(exercise),
        roster,
    )


def write_results(exercise: Exercise, results: Results, outcomes: list[Outcome]) -> None:
    """Write grades/NN-slug/: grades.csv, canvas.csv, moodle.csv and report.html."""
    folder = exercise.root / "grades" / exercise.name
    folder.mkdir(parents=True, exist_ok=True)
    graded = [outcome for outcome in outcomes if outcome.is_graded]
    write_csv(folder / "grades.csv", _grades(results, outcomes))
    write_csv(folder / "canvas.csv", _canvas(results, graded))
    write_csv(folder / "moodle.csv", _moodle(results, graded))
    write_report(folder / "report.html", results, outcomes)


def _grades(results: Results, outcomes: list[Outcome]) -> Iterator[list]:
    tasks = [task.title for task in results.tasks.values()]
    yield [
        "student",
        "name",
        *tasks,
        "late penalty",
        "total",
        "possible",
        "to read by hand",
        "remarks",
    ]
    equal = results.equal(outcomes)
    for outcome in outcomes:
        scores = results.scores.get(outcome.student, {}) if outcome.is_graded else {}
        points = [scores[name].points if name in scores else None for name in results.tasks]
        remarks = [outcome.damage, *outcome.notes]
        if outcome.trouble:
            remarks.append(f"{NOT_GRADED} {outcome.trouble}")
        if outcome.student in results.late:
            remarks.append("Canvas says that it is late.")
        if others := equal.get(outcome.student):
            remarks.append(f"Equal to the file of {', '.join(others)}.")
        yield [
            outcome.student,
            results.names.get(outcome.student, ""),
            *["" if value is None else f"{value:g}" for value in points],
            f"{results.penalties.get(outcome.student, 0):g}",
            "" if not outcome.is_graded else f"{results.total(outcome.student):g}",
            f"{results.possible:g}",
            sum(score.unread for score in scores.values()),
            " ".join(filter(None, remarks)),
        ]
    handed_in = {outcome.student for outcome in outcomes}
    for student, name in results.roster.items():
        if student not in handed_in:
            empty = [""] * (len(tasks) + 2)
            yield [student, name, *empty, f"{results.possible:g}", 0, "Nothing is handed in."]


def _canvas(results: Results, graded: list) -> Iterator[list]:
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", results.title]
    yield ["    Points Possible", "", "", "", "", f"{results.possible:g}"]
    for outcome in graded:
        name = results.names.get(outcome.student) or outcome.student
        yield [name, outcome.student, "", "", "", f"{results.total(outcome.student):g}"]


def _moodle(results: Results, graded: list) -> Iterator[list]:
    yield ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]
    for outcome in graded:
        name = results.names.get(outcome.student) or outcome.student
        points = f"{results.total(outcome.student):g}"
        yield [f"Participant {outcome.student}", name, points, f"{results.possible:g}", "-"]
