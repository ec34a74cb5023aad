"""`collect`: puts submissions from Canvas, Moodle or a folder where nbgrader looks for them: submitted/STUDENT/NN-slug/."""

import dataclasses
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from course.environment import ROOT
from course.exercises.catalogue import Exercise, exercises_in
from course.grading.gradebook import open_gradebook
from course.problem import Problem

LARGEST_FILE = 200 * 1024 * 1024
EXERCISE = re.compile(r"(?<!\d)(\d\d)[_-]([a-z]\w*(?:[_-]\w+)*)")

# doejane_LATE_1001_20045_05_create_the_token_endpoint-2.ipynb
CANVAS = re.compile(r"(?P<name>[^_/]+)_(?:LATE_)?(?P<id>\d+)_(?P<upload>\d+)_(?P<file>[^/]+)$")
# Jane Doe_1001_assignsubmission_file_/05_create_the_token_endpoint.ipynb, or the same without a folder
MOODLE = re.compile(r"(?P<name>[^_/]+)_(?P<id>\d+)_assignsubmission_file_?/?(?P<file>[^/]+)$")

# The name of a file in its source, where it is, and when it was handed in.
File = tuple[str, Path, datetime]


@dataclasses.dataclass
class Submission:
    """One file that was handed in. `when` and `upload` tell which of several is the latest."""

    student: str
    name: str
    exercise: Exercise
    when: datetime
    upload: int
    source: str
    path: Path


@dataclasses.dataclass
class Collection:
    """What `collect` did: `placed` and `older` submissions, and a reason for each file that was left alone."""

    placed: list[Submission] = dataclasses.field(default_factory=list)
    older: list[Submission] = dataclasses.field(default_factory=list)
    refused: dict[str, str] = dataclasses.field(default_factory=dict)

    def __str__(self):
        students = {submission.student for submission in self.placed}
        lines = [f"Placed: {len(self.placed)} submissions of {len(students)} students."]
        for submission in self.older:
            lines.append(f"Older, so not taken: {submission.source}")
        for source, reason in self.refused.items():
            lines.append(f"Not placed: {source}. {reason}")
        return "\n".join(lines)


def collect(source: Path, root: Path = ROOT) -> Collection:
    """Put every submission of `source` into its place. The source stays as it is.

    Args:
        source: a zip file of Canvas or Moodle ("download all submissions"), or a folder with one folder for each
            student.
        root: the folder with solutions/ and submitted/.

    Returns:
        Collection: what was placed, and every file that was not.

    Raises:
        Problem: the source cannot be read.
    """
    exercises = exercises_in(root)
    collection = Collection()
    with tempfile.TemporaryDirectory() as folder:
        if source.is_dir():
            files = _files_of_folder(source, collection)
        elif zipfile.is_zipfile(source):
            files = _files_of_zip(source, Path(folder), collection)
        else:
            raise Problem(f"{source} is neither a folder nor a zip file.")
        found = [_recognise(name, path, when, exercises, collection) for name, path, when in files]
        _place([submission for submission in found if submission], root, collection)
    _note_names(collection.placed, root)
    return collection


def _files_of_folder(source: Path, collection: Collection) -> Iterator[File]:
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_symlink():
            collection.refused[name] = "It is a symbolic link."
        elif path.is_file() and ".ipynb_checkpoints" not in path.parts:
            yield name, path, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _files_of_zip(source: Path, folder: Path, collection: Collection) -> Iterator[File]:
    """Unpack what is harmless, each file under a name of our own."""
    room = shutil.disk_usage(folder).free // 2
    with zipfile.ZipFile(source) as archive:
        for number, entry in enumerate(archive.infolist()):
            name = entry.filename
            if entry.is_dir():
                continue
            room -= entry.file_size
            if reason := _danger(entry) or ("" if room > 0 else "There is no room on the disk."):
                collection.refused[name] = reason
                continue
            path = folder / str(number)
            try:
                with archive.open(entry) as packed, path.open("wb") as unpacked:
                    shutil.copyfileobj(_Limited(packed, entry.file_size), unpacked)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
                collection.refused[name] = f"It cannot be unpacked: {error}."
                continue
            yield name, path, datetime(*entry.date_time, tzinfo=UTC)


def _danger(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", entry.filename):
        return "Its path leads out of the folder."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a symbolic link."
    if entry.file_size > LARGEST_FILE:
        return f"It is larger than {LARGEST_FILE // 1024**2} MiB."
    return ""


class _Limited:
    """Reads no more than the zip file has promised."""

    def __init__(self, file: IO[bytes], size: int):
        self.file, self.left = file, size

    def read(self, amount: int = LARGEST_FILE, /) -> bytes:
        data = self.file.read(min(amount, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise OSError("it is larger than it says")
        return data


def _recognise(
    name: str, path: Path, when: datetime, exercises: dict[str, Exercise], collection: Collection
) -> Submission | None:
    """Find out whose submission a file is, and of which exercise. None, and a reason in `collection`, if that fails."""
    if not name.lower().endswith(".ipynb"):
        collection.refused[name] = "It is not a notebook."
        return None
    found = CANVAS.search(name) or MOODLE.search(name)
    parts = PurePosixPath(name).parts
    if found:
        student, person, file = found["id"], found["name"], found["file"]
        upload = int(found.groupdict().get("upload") or 0)
    elif len(parts) > 1:
        student, person, file, upload = parts[0], "", "/".join(parts[1:]), 0
    else:
        collection.refused[name] = (
            "Its name does not tell whose it is: put it into a folder named after the student."
        )
        return None
    exercise = EXERCISE.search(file)
    if not exercise or exercise[1] not in exercises:
        collection.refused[name] = (
            "Its name does not tell which exercise it is, such as 05_create_the_token_endpoint."
        )
        return None
    if not re.fullmatch(r"[\w.@+-]+", student) or student.startswith("."):
        collection.refused[name] = f"{student!r} cannot be the name of a folder."
        return None
    return Submission(student, person, exercises[exercise[1]], when, upload, name, path)


def _place(submissions: list[Submission], root: Path, collection: Collection) -> None:
    """Copy the latest submission of each student for each exercise. What was there before is kept beside it."""
    submissions.sort(key=lambda submission: (submission.upload, submission.when))
    latest = {
        (submission.student, submission.exercise.name): submission for submission in submissions
    }
    for submission in submissions:
        if submission is not latest[submission.student, submission.exercise.name]:
            collection.older.append(submission)
    for submission in latest.values():
        folder = root / "submitted" / submission.student / submission.exercise.name
        target = folder / submission.exercise.file
        stamp = folder / "timestamp.txt"
        content = submission.path.read_bytes()
        if target.exists() and target.read_bytes() != content:
            if (
                stamp.exists()
                and datetime.fromisoformat(stamp.read_text().strip()) > submission.when
            ):
                collection.older.append(submission)
                continue
            replaced = root / "replaced" / submission.student / submission.exercise.name
            replaced.mkdir(parents=True, exist_ok=True)
            shutil.copy2(
                target, replaced / f"{target.stem}.{len(list(replaced.iterdir())) + 1}.ipynb"
            )
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        stamp.write_text(submission.when.isoformat(sep=" "), encoding="utf-8")
        collection.placed.append(submission)


def _note_names(placed: list[Submission], root: Path) -> None:
    """Tell the gradebook the names of the students, where the source told them."""
    people = {submission.student: submission.name for submission in placed if submission.name}
    if people:
        with open_gradebook(root) as book:
            for student, name in people.items():
                book.update_or_create_student(student, last_name=name, lms_user_id=student)
