"""Whose submission a file is, and of which exercise: only what Canvas, Moodle or the instructor wrote decides.

Canvas writes NAME_USER_FILE_, or NAME_LATE_USER_FILE_, in front of the name that the student chose, with numbers for
USER and FILE; for anonymous grading anon_CODE_FILE_. A NAME has letters of any script, digits and underscores, but no
number between two underscores (instructure/canvas-lms, lib/content_zipper.rb). Moodle writes
NAME_PARTICIPANT_assignsubmission_file, without an underscore in NAME (moodle, mod/assign/classes/downloader.php).
"""

import dataclasses
import re
import unicodedata

from course.exercises.catalogue import Exercise
from course.grading.sources import Entry, Fate, is_of_system
from course.grading.tables import JOINERS

ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<id>anon_[A-Za-z0-9]{5})_(?P<upload>[0-9]{1,25})_(?P<file>.+)", re.S
)
CANVAS = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<id>[0-9]{1,25})_(?P<upload>[0-9]{1,25})_(?P<file>.+)", re.S
)
MOODLE = re.compile(
    r"(?P<name>[^_]*)_(?P<id>[0-9]{1,25})_assignsubmission_[a-z]+(?:_?|_(?P<file>.+))", re.S
)

CHECKPOINT = re.compile(r".*-checkpoint(-\d+| ?\(\d+\))?\.ipynb", re.IGNORECASE | re.S)
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.S)
# Windows forbids most of these, and nbgrader takes [1] for a pattern.
FORBIDDEN = re.compile(r'[<>:"/\\|?*\[\]]')


class Unclear(Exception):
    """The sentence says why it cannot be told whose a file is, or of which exercise."""


@dataclasses.dataclass
class Submission:
    """A file of which it is known whose it is.

    Attributes:
        entry: the file.
        student: the name of the student's folder.
        person: what the source calls the student, empty if it does not tell.
        exercise: what it answers.
        upload: Canvas's number of the file: the higher, the later. 0 elsewhere.
        depth: the place of the student in the path of the file.
        fit: 2 if the file is named like the exercise, 1 if it has its number, 0 if only a folder tells.
    """

    entry: Entry
    student: str
    person: str
    exercise: Exercise
    upload: int
    depth: int
    fit: int


def recognise(entries: list[Entry], exercises: dict[str, Exercise]) -> list[Submission]:
    """Find out whose the files are. Where that fails, the entry says why.

    Args:
        entries: all files of one source.
        exercises: by their two digits.
    """
    candidates = [entry for entry in entries if entry.fate is None]
    submissions = []
    try:
        depth = _depth_of_students(candidates, exercises)
    except Unclear as unclear:
        for entry in candidates:
            entry.end(Fate.NOT_PLACED, str(unclear))
        return []
    # Where Canvas wrote, what looks like a name of Moodle is one that a student chose.
    heads = {entry.parts[depth] for entry in candidates}
    is_moodle = not any(_read_canvas(head) for head in heads if "_assignsubmission_" not in head)
    for entry in candidates:
        try:
            if submission := _recognise(entry, depth, is_moodle, exercises):
                submissions.append(submission)
        except Unclear as unclear:
            entry.end(Fate.NOT_PLACED, str(unclear))
    return submissions


def _depth_of_students(entries: list[Entry], exercises: dict[str, Exercise]) -> int:
    """How many folders or zip files stand around all students."""

    def is_own(name: str) -> bool:
        """Whether it lies in the folder of a student, or is named by Canvas or Moodle."""
        return _is_of_platform(name) or _is_work(name, exercises)

    depth = 0
    while len(names := {entry.parts[depth] for entry in entries}) == 1 and not any(
        map(is_own, names)
    ):
        depth += 1
    is_class = len(names) > 1 and all(map(_is_of_platform, names))
    if depth == 0 or is_class or not any(map(is_own, names)):
        return depth
    if depth > 1:
        first, *_, last = entries[0].parts[:depth]
        raise Unclear(f"Is {first!r} the student, or {last!r}? Collect the folder around students.")
    return 0


def _is_work(name: str, exercises: dict[str, Exercise]) -> bool:
    """Whether what a student hands in may be called like this."""
    return name.lower().endswith(".ipynb") or bool(_exercise_of(name, exercises))


def _is_of_platform(name: str) -> bool:
    """Whether Canvas or Moodle wrote this name of a file or folder."""
    return "_assignsubmission_" in name or bool(_read_canvas(name))


def _read_canvas(name: str) -> re.Match | None:
    """Canvas names files. A folder may be called like that by chance: hw_2024_11_25."""
    is_file = name.lower().endswith((".ipynb", ".zip"))
    return (ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name)) if is_file else None


def _recognise(
    entry: Entry, depth: int, is_moodle: bool, exercises: dict[str, Exercise]
) -> Submission | None:
    head, *rest = entry.parts[depth:]
    student, person, chosen, upload = unicodedata.normalize("NFC", head), "", None, 0
    found: re.Match | None
    if "_assignsubmission_" in head and is_moodle:
        found = MOODLE.fullmatch(head)
        if not found:
            raise Unclear("Moodle wrote no number into its name: its student is in no group.")
        student, person, chosen = found["id"], found["name"], found["file"]
    elif found := _read_canvas(head):
        student, chosen, upload = found["id"], found["file"], int(found["upload"])
        person = found.groupdict().get("name", "")
        entry.late = bool(found["late"])
        if third := re.match(r"[0-9]{3,}(?=_)", chosen):
            raise Unclear(
                f"Its name can be read in two ways: file {upload} of student {student}, or file {third[0]} of "
                f"student {upload}. Rename it."
            )
    elif not rest or head.lower().endswith(".zip"):
        raise Unclear(
            "Its name does not tell whose it is: put it into a folder named after the student."
        )
    else:
        _demand_folder_of_one(student, rest[0], exercises)
    names = [*filter(None, [chosen]), *rest]
    if any(map(is_of_system, names)):
        entry.end(Fate.OF_SYSTEM)
        return None
    if CHECKPOINT.fullmatch(names[-1]):
        raise Unclear("It is a checkpoint: an older state that Jupyter keeps.")
    exercise, fit = _exercise_of_path(names, exercises)
    _demand_folder_name(student)
    return Submission(entry, student, person, exercise, upload, depth, fit)


def _demand_folder_of_one(student: str, name: str, exercises: dict[str, Exercise]) -> None:
    """A folder of many is not that of a student, even if it lies where those of students lie."""
    if any(_has_slug(student, exercise) for exercise in exercises.values()):
        raise Unclear(
            f"Its folder {student!r} is named like an exercise, not like a student. Collect that folder."
        )
    if "_assignsubmission_" in student:
        raise Unclear(
            "Moodle wrote its name, and Canvas wrote others of this source. Collect them one by one."
        )
    is_zip = name.lower().endswith(".zip")
    found = _read_canvas(name)
    if "_assignsubmission_" in name or (
        found and (is_zip or _exercise_of(found["file"], exercises))
    ):
        raise Unclear(
            f"Canvas or Moodle wrote its name, and the folder {student!r} lies around it. Collect that folder."
        )


def _demand_folder_name(student: str) -> None:
    hidden = [
        letter
        for letter in student
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    if (
        not student
        or student != student.strip()
        or student.endswith(".")
        or FORBIDDEN.search(student)
        or RESERVED.fullmatch(student)
        or set(hidden) - set(JOINERS)
        or student.startswith(".")
        or len(student.encode(errors="replace")) > 200
    ):
        raise Unclear(f"{ascii(student)[:80]} cannot be the name of a folder here. Rename it.")


def _exercise_of_path(names: list[str], exercises: dict[str, Exercise]) -> tuple[Exercise, int]:
    """The exercise that a file answers, and how well its name fits. The name of the file counts before its folders."""
    for name in reversed(names):
        found = _exercise_of(name, exercises)
        if len(found) == 1:
            exercise = found.pop()
            is_last = name is names[-1]
            return exercises[exercise], is_last + (is_last and _has_slug(name, exercises[exercise]))
        if found:
            numbers = " or ".join(sorted(found))
            raise Unclear(f"Its name does not tell which exercise it is, {numbers}.")
    raise Unclear(
        "Its name does not tell which exercise it is, such as 05_create_the_token_endpoint."
    )


def _exercise_of(name: str, exercises: dict[str, Exercise]) -> set[str]:
    """The numbers of exercises that a name may mean: one that it holds in full, else those whose number it holds."""
    full = {number for number, exercise in exercises.items() if _has_slug(name, exercise)}
    return full or set(re.findall(r"(?<!\d)(\d\d)(?=[_ -]+[^\W\d_])", name)) & exercises.keys()


def _has_slug(name: str, exercise: Exercise) -> bool:
    slug = re.escape(exercise.name.casefold()).replace(r"\-", "[_ -]+")
    return bool(re.search(rf"(?<!\d){slug}(?![^\W_])", name.casefold()))
