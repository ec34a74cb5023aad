"""What a class has earned: tables for the instructor, for Canvas and for Moodle."""

import csv
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from course.exercises.catalogue import Exercise, Task
from course.grading.gradebook import open_gradebook
from course.grading.records import Outcome
from course.grading.report import write_report


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
    """

    title: str
    tasks: dict[str, Task]
    scores: dict[str, dict[str, Score]]
    names: dict[str, str]

    @property
    def possible(self) -> float:
        return sum(task.points for task in self.tasks.values())

    def total(self, student: str) -> float:
        return sum(score.points or 0 for score in self.scores.get(student, {}).values())

    def state(self, student: str) -> str:
        """Stands for all points and comments of a student."""
        scores = self.scores.get(student, {})
        facts = [
            (name, score.points, score.unread, score.comment)
            for name, score in sorted(scores.items())
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def read_results(exercise: Exercise) -> Results:
    """Read the points of an exercise from the gradebook."""
    scores, names = {}, {}
    with open_gradebook(exercise.root) as book:
        for notebook in book.notebook_submissions(Path(exercise.file).stem, exercise.name):
            student = notebook.student
            names[student.id] = " ".join(filter(None, [student.first_name, student.last_name]))
            comments = {comment.name: comment.comment or "" for comment in notebook.comments}
            scores[student.id] = {
                grade.name: Score(
                    None if grade.auto_score is grade.manual_score is None else grade.score,
                    bool(grade.needs_manual_grade),
                    comments.get(grade.name, ""),
                )
                for grade in notebook.grades
            }
    tasks = {task.name: task for task in exercise.tasks}
    return Results(exercise.title, tasks, scores, names)


def write_results(exercise: Exercise, results: Results, outcomes: list[Outcome]) -> None:
    """Write grades/NN-slug/: grades.csv, canvas.csv, moodle.csv and report.html."""
    folder = exercise.root / "grades" / exercise.name
    folder.mkdir(parents=True, exist_ok=True)
    graded = [outcome for outcome in outcomes if not outcome.damage]
    _write_csv(folder / "grades.csv", _grades(results, outcomes))
    _write_csv(folder / "canvas.csv", _canvas(results, graded))
    _write_csv(folder / "moodle.csv", _moodle(results, graded))
    write_report(folder / "report.html", results, outcomes)


def _grades(results: Results, outcomes: list) -> Iterator[list]:
    tasks = [task.title for task in results.tasks.values()]
    yield ["student", "name", *tasks, "total", "possible", "to read by hand", "remarks"]
    for outcome in outcomes:
        scores = {} if outcome.damage else results.scores.get(outcome.student, {})
        points = [scores[name].points if name in scores else None for name in results.tasks]
        yield [
            outcome.student,
            results.names.get(outcome.student, ""),
            *["" if value is None else f"{value:g}" for value in points],
            "" if outcome.damage else f"{results.total(outcome.student):g}",
            f"{results.possible:g}",
            sum(score.unread for score in scores.values()),
            " ".join(filter(None, [outcome.damage, *outcome.notes])),
        ]


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


def _write_csv(path: Path, rows: Iterable[list]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
