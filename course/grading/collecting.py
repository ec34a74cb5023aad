"""`collect`: puts submissions from Canvas, Moodle or a folder where nbgrader looks for them: submitted/STUDENT/NN-slug/."""

import dataclasses
import shutil
import tempfile
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Student
from nbgrader.utils import parse_utc
from sqlalchemy.exc import OperationalError

from course.environment import ROOT
from course.exercises.catalogue import Exercise, exercises_in
from course.grading.gradebook import open_gradebook
from course.grading.identity import Submission, recognise
from course.grading.sources import Entry, Fate, read_source
from course.grading.tables import printable, read_csv, write_csv
from course.problem import Problem

HEADER = ["source", "file", "what became of it", "why", "student", "exercise", "late", "collected"]
MOST_LINES = 200


@dataclasses.dataclass
class Collection:
    """What `collect` did: every file of the source, with what became of it."""

    entries: list[Entry]

    def of(self, fate: Fate) -> list[Entry]:
        """The files of which this became."""
        return [entry for entry in self.entries if entry.fate == fate]

    def __str__(self):
        counts = Counter(entry.fate for entry in self.entries)
        students = {entry.student for entry in self.of(Fate.PLACED)}
        refused = self.of(Fate.NOT_PLACED)
        lines = [f"Placed: {counts[Fate.PLACED]} submissions of {len(students)} students."]
        for fate, words in [
            (Fate.OLDER, "Older or equal, so not taken"),
            (Fate.NOT_PLACED, "Not placed"),
            (Fate.UNPACKED, "Zip files that were unpacked"),
            (Fate.OF_SYSTEM, "Files of operating systems and editors, not taken"),
        ]:
            if counts[fate]:
                lines.append(f"{words}: {counts[fate]}.")
        lines.append("Every file is listed in grades/collected.csv.")
        for entry in refused[:MOST_LINES]:
            lines.append(f"Not placed: {printable(entry.name)}. {printable(entry.reason)}")
        if len(refused) > MOST_LINES:
            lines.append(f"Not placed: {len(refused) - MOST_LINES} more.")
        return "\n".join(lines)


def collect(source: Path, root: Path = ROOT) -> Collection:
    """Put every submission of `source` into its place. The source stays as it is.

    Args:
        source: a zip file of Canvas or Moodle ("download all submissions"), or a folder with one folder for each
            student.
        root: the folder with solutions/ and submitted/.

    Returns:
        Collection: every file, and what became of it. grades/collected.csv keeps it.

    Raises:
        Problem: the source cannot be read, or the table or the gradebook cannot be written.
    """
    with tempfile.TemporaryDirectory() as folder:
        entries = read_source(source, Path(folder))
        submissions = recognise(entries, exercises_in(root))
        _refuse_twins(submissions, root)
        chosen = _choose([submission for submission in submissions if not submission.entry.fate])
        for submission in chosen:
            try:
                _place(submission, root)
            except OSError as error:
                submission.entry.end(
                    Fate.NOT_PLACED, f"It could not be written: {error.strerror}. Collect again."
                )
    _keep(source, entries, root)
    _note_names([each for each in chosen if each.entry.fate == Fate.PLACED], root)
    return Collection(entries)


def _refuse_twins(submissions: list[Submission], root: Path) -> None:
    """Some systems take folders for one whose names differ in case, or in the way that letters are composed."""
    spellings = defaultdict(set)
    folder = root / "submitted"
    for name in [path.name for path in folder.iterdir()] if folder.exists() else []:
        spellings[_alike(name)].add(name)
    for submission in submissions:
        spellings[_alike(submission.student)].add(submission.student)
    for submission in submissions:
        names = sorted(spellings[_alike(submission.student)])
        if len(names) > 1:
            submission.entry.end(
                Fate.NOT_PLACED,
                f"The names of students differ too little: {', '.join(map(ascii, names))}.",
            )


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _choose(submissions: list[Submission]) -> list[Submission]:
    """The one to take of each student for each exercise. The others say why they are not taken."""
    groups = defaultdict(list)
    for submission in submissions:
        submission.entry.student = submission.student
        submission.entry.exercise = submission.exercise.name
        groups[submission.student, submission.exercise.name].append(submission)
    return [chosen for group in groups.values() if (chosen := _latest(group))]


def _latest(group: list[Submission]) -> Submission | None:
    """The latest of several. None, and each says so, if they differ and nothing tells which one that is."""
    named = [each for each in group if each.fit] or group
    upload = max(each.upload for each in named)
    last = [each for each in named if each.upload == upload]
    newest = [each for each in last if _age(each) == max(map(_age, last))]
    chosen = max(newest, key=lambda each: each.fit)
    rivals = [each for each in named if each.fit > chosen.fit]
    if len(_contents(last)) > 1 and (
        len({each.entry.parts[:-1] for each in last}) > 1
        or any(each.entry.dates[-1] is None for each in last)
        or len(_contents(newest)) > 1
    ):
        rivals += last
    if len(_contents([chosen, *rivals])) > 1:
        names = ", ".join(dict.fromkeys(each.entry.name for each in [chosen, *rivals]))
        for each in group:
            each.entry.end(
                Fate.NOT_PLACED,
                f"It cannot be told which of these files is the one to grade: {names}. Leave one.",
            )
        return None
    for each in group:
        if each is not chosen:
            each.entry.end(Fate.OLDER, f"Taken is {chosen.entry.name}.")
    return chosen


def _age(submission: Submission) -> list[datetime]:
    """When it was handed in, and below that what the zip file of a student says."""
    return [date for date in submission.entry.dates[submission.depth :] if date]


def _contents(submissions: list[Submission]) -> set[bytes]:
    return {each.entry.path.read_bytes() for each in submissions if each.entry.path}


def _place(submission: Submission, root: Path) -> None:
    """Copy a submission. What was there before is kept in replaced/, and stays where it is if it is newer."""
    entry, name = submission.entry, submission.exercise.name
    if not entry.path:
        return
    content = entry.path.read_bytes()
    when = next(iter(_age(submission)), None)
    folder = root / "submitted" / submission.student / name
    target = folder / submission.exercise.file
    stamp = folder / "timestamp.txt"
    if target.exists() and target.read_bytes() != content:
        before = _date_in(stamp)
        if before and when and before > when:
            entry.end(Fate.OLDER, "What is in place is newer.")
            return
        replaced = root / "replaced" / submission.student / name
        replaced.mkdir(parents=True, exist_ok=True)
        number = len(list(replaced.iterdir())) + 1
        shutil.copy2(target, replaced / f"{target.stem}.{number}.ipynb")
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "unfinished.tmp"
    unfinished.write_bytes(content)
    unfinished.replace(target)
    stamp.unlink(missing_ok=True)
    if when:
        stamp.write_text(when.isoformat(sep=" "), encoding="utf-8")
    entry.end(Fate.PLACED)


def _date_in(stamp: Path) -> datetime | None:
    """The date that stands in a timestamp of ours or of nbgrader, None if there is none."""
    try:
        return parse_utc(stamp.read_text(encoding="utf-8").strip()).replace(tzinfo=UTC)
    except (OSError, ValueError, OverflowError):
        return None


def late_students(exercise: Exercise) -> set[str]:
    """Those whose submission in place is one that Canvas calls late."""
    late = {}
    for row in read_csv(_table(exercise.root)):
        _, _, fate, _, student, name, is_late, _ = row
        if (fate, name) == (Fate.PLACED, exercise.name):
            late[student] = is_late == "late"
    return {student for student, is_late in late.items() if is_late}


def _table(root: Path) -> Path:
    return root / "grades" / "collected.csv"


def _keep(source: Path, entries: list[Entry], root: Path) -> None:
    """Write what became of each file into the table, below the files of other sources and earlier days."""
    now = datetime.now().isoformat(" ", "minutes")
    new = []
    for entry in entries:
        late = "late" if entry.late else ""
        facts = [entry.fate, entry.reason, entry.student, entry.exercise, late, now]
        new.append([source.name, *map(printable, [entry.name, *map(str, facts)])])
    files = {(source, file) for source, file, *_ in new}
    old = [row for row in read_csv(_table(root))[1:] if tuple(row[:2]) not in files]
    write_csv(_table(root), [HEADER, *old, *new])


def _note_names(placed: list[Submission], root: Path) -> None:
    """Tell the gradebook what the source calls students of whom it knows no name."""
    people = {each.student: each.person for each in placed if each.person}
    if not people:
        return
    try:
        with open_gradebook(root) as book:
            known = {student.id: student for student in book.db.query(Student)}
            for number, name in people.items():
                if number not in known:
                    book.db.add(Student(id=number, last_name=name, lms_user_id=number))
                elif not (known[number].first_name or known[number].last_name):
                    known[number].last_name = name
            book.db.commit()
    except OperationalError as error:
        raise Problem(
            f"All files are in place, but the gradebook did not take the names of students: {error.orig}. "
            "Collect again when no other program uses gradebook.db."
        ) from None
