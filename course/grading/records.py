"""What a class has handed in for one exercise, and what became of each submission."""

import dataclasses
import hashlib
import json
from contextlib import suppress
from pathlib import Path

from course.exercises.catalogue import Exercise
from course.exercises.copies import write

NOT_GRADED = "Not graded, by a fault of this machine. The next run tries again."


@dataclasses.dataclass
class Outcome:
    """What became of one submission.

    Attributes:
        student: the name of the student's folder.
        fingerprint: stands for the submitted file and the exercise: if neither changes, the grade stays.
        damage: why it could not be graded, empty if it was.
        notes: what was repaired, and which cells were left out.
        suspicions: words in answers that can be used to deceive checks.
        failures: the sentence of each check that failed, by the name of the check.
        guards: what kept the submission from the rest of the machine while it ran.
        feedback: stands for the points and comments that the last feedback had.
        trouble: what on this machine kept it from being graded. That is not the student's, so it is never kept.
    """

    student: str
    fingerprint: str
    damage: str = ""
    notes: list[str] = dataclasses.field(default_factory=list)
    suspicions: list[str] = dataclasses.field(default_factory=list)
    failures: dict[str, str] = dataclasses.field(default_factory=dict)
    guards: str = ""
    feedback: str = ""
    trouble: str = ""

    @property
    def is_graded(self) -> bool:
        """Whether it has points."""
        return not (self.damage or self.trouble)


def students_of(exercise: Exercise) -> list[str]:
    """The students who have a folder for this exercise."""
    folders = (exercise.root / "submitted").glob(f"*/{exercise.name}")
    return sorted(folder.parent.name for folder in folders if folder.is_dir())


def submitted_file(exercise: Exercise, student: str) -> Path | None:
    """The file to grade: the one with the right name, else the newest notebook, None if there is none."""
    folder = exercise.root / "submitted" / student / exercise.name
    found = [
        path
        for path in sorted(folder.rglob("*.ipynb"), key=lambda path: path.lstat().st_mtime)
        if ".ipynb_checkpoints" not in path.parts and path.is_file() and not path.is_symlink()
    ]
    exact = folder / exercise.file
    return exact if exact in found else (found[-1] if found else None)


def fingerprint_of(exercise: Exercise, student: str) -> str:
    """What stands for a submitted file and the exercise as it is now."""
    path = submitted_file(exercise, student)
    content = path.read_bytes() if path else b""
    return hashlib.sha256(content + exercise.fingerprint.encode()).hexdigest()


def read_outcome(exercise: Exercise, student: str) -> Outcome | None:
    """What was written for a student before, None if there is nothing that can be read: then it is graded again."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        outcome = Outcome(**json.loads(_place(exercise, student).read_text(encoding="utf-8")))
        empty = dataclasses.asdict(Outcome(student, ""))
        if all(type(getattr(outcome, name)) is type(value) for name, value in empty.items()):
            return outcome
    return None


def write_outcome(exercise: Exercise, outcome: Outcome) -> None:
    """Keep an outcome. A stop in the middle leaves the old one whole."""
    content = json.dumps(dataclasses.asdict(outcome), indent=1)
    write(content.encode(), _place(exercise, outcome.student))


def _place(exercise: Exercise, student: str) -> Path:
    return exercise.root / "grades" / exercise.name / "students" / f"{student}.json"
