"""The desk: a student's own copies of lessons and exercises, in a folder that git does not track.

Lessons are copied without outputs, so that no answer stands below its question. What a student changed is never
overwritten. Only the standard library at the top: each start of `lab` looks here, and mostly there is nothing to do.
"""

import contextlib
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from course.exercises.copies import copy_of, dated, work_in, write
from course.problem import Problem

DESK = "desk"


class Desk:
    """The folder `desk` of a course.

    A small file in it remembers of each copy the edition that it was made from, and what it held then. This is null
    once the copy holds work of the student.

    Args:
        root: the folder that holds notebooks/ and exercises/.
    """

    def __init__(self, root: Path):
        self.root = root
        self.folder = root / DESK
        self.note = self.folder / ".editions.json"

    def renew(self) -> list[str]:
        """Copy what is missing, and renew what nobody has changed.

        Answers that stand in exercises/ come along. Git tracks that folder, and new editions of the course change it.

        Returns:
            list[str]: a sentence for each thing that a student should know, and for each that went wrong.
        """
        editions, names, is_new = self._editions(), self._names(), not self.folder.exists()
        before = dict(editions)
        said: list[str] = []
        for name in names:
            with _told(said, name):
                said += self._renew(name, editions)
        for name in sorted(editions.keys() - names):
            del editions[name]
            if (self.folder / name).exists():
                said.append(f"{DESK}/{name} is no part of the course any more. It stays as it is.")
        if editions != before:
            self._remember(editions, said)
        if is_new and self.folder.is_dir():
            said.append(f"Your own copies of lessons and exercises are in the folder {DESK}.")
        return said

    def start_over(self, number: str) -> list[str]:
        """Put new copies of a lesson and its exercise on the desk, and keep the old ones beside them.

        Args:
            number: their two digits, such as "05".

        Returns:
            list[str]: what was done, and what went wrong.

        Raises:
            Problem: there is nothing with this number.
        """
        numbers = {name: PurePosixPath(name).name[:2] for name in self._names()}
        if number not in numbers.values():
            choices = ", ".join(sorted(set(numbers.values())))
            raise Problem(f"There is no lesson or exercise {number}. Choose one of: {choices}.")
        said = self.renew()
        editions = self._editions()
        for name in (name for name in numbers if numbers[name] == number):
            with _told(said, name):
                said.append(self._start_over(name, editions))
        self._remember(editions, said)
        return said

    def _names(self) -> list[str]:
        """What belongs on the desk: paths in the course, with / on every system."""
        lessons = self.root.glob("notebooks/[0-9][0-9]_*.ipynb")
        exercises = self.root.glob("exercises/[0-9][0-9]-*/[0-9][0-9]_*.ipynb")
        own = [path for path in exercises if path.stem == path.parent.name.replace("-", "_")]
        return sorted(path.relative_to(self.root).as_posix() for path in (*lessons, *own))

    def _source(self, name: str) -> bytes:
        content = (self.root / name).read_bytes()
        if work_in(content) is None:
            raise Problem(
                f"{name} is not a notebook. In a clone of the course you get it back with: "
                f"git checkout -- {name}"
            )
        return content

    def _renew(self, name: str, editions: dict[str, Any]) -> list[str]:
        content = self._source(name)
        note, copy = editions.get(name, {}), self.folder / name
        if note.get("edition") == _hash(content) and os.path.lexists(copy):
            return []
        if self._holds_answers(name):
            return [self._take_over(name, content, editions)]
        new = copy_of(content, name)
        is_there = os.path.lexists(copy)
        held = work_in(copy.read_bytes()) if is_there else None
        is_untouched = held is not None and held in (note.get("held"), work_in(new))
        if is_there and not is_untouched:
            editions[name] = {"edition": _hash(content), "held": None}
            return [
                f"{DESK}/{name} has changes of yours, and stays as it is. There is a new edition: "
                f"python -m course fresh {copy.name[:2]} puts it there, and keeps yours beside it."
            ]
        if held != work_in(new):
            write(new, copy)
        editions[name] = {"edition": _hash(content), "held": work_in(new)}
        return []

    def _take_over(self, name: str, content: bytes, editions: dict[str, Any]) -> str:
        """Copy an exercise with its answers, and let git put back the one that was published."""
        copy = self.folder / name
        is_there = os.path.lexists(copy)
        held = work_in(copy.read_bytes()) if is_there else None
        if held != work_in(content):
            is_untouched = held is not None and held == editions.get(name, {}).get("held")
            copy = dated(copy) if is_there and not is_untouched else copy
            write(content, copy)
        with contextlib.suppress(OSError):  # there is no git, and so the answers stay there too
            command = ["git", "checkout", "--quiet", "--", name]
            subprocess.run(command, cwd=self.root, capture_output=True)
        editions[name] = {"edition": _hash((self.root / name).read_bytes()), "held": None}
        place = PurePosixPath(DESK, name).with_name(copy.name)
        return f"{name} held answers. Now they are in {place}: work there."

    def _start_over(self, name: str, editions: dict[str, Any]) -> str:
        content, copy = self._source(name), self.folder / name
        new = copy_of(self._published(name) if self._holds_answers(name) else content, name)
        kept = dated(copy) if os.path.lexists(copy) else None
        if copy.is_file() and work_in(copy.read_bytes()) == work_in(new):
            return f"{DESK}/{name} is as published: there is nothing to renew."
        write(new, copy, kept)
        editions[name] = {"edition": _hash(content), "held": work_in(new)}
        old = f" The old one is beside it: {kept.name}." if kept else ""
        return f"{DESK}/{name} is new.{old} If it is open in JupyterLab, close its tab and open it again."

    def _holds_answers(self, name: str) -> bool:
        """Whether somebody has written answers, or cells, into this file."""
        if not name.startswith("exercises/"):
            return False
        # Only now: an edition that was seen before needs none of this.
        from course.exercises.catalogue import find_exercise
        from course.exercises.marks import is_check
        from course.exercises.repairing import Damaged, repair

        exercise = find_exercise(PurePosixPath(name).name[:2], self.root)
        try:
            repaired = repair(self.root / name, exercise).notebook
        except Damaged as damaged:
            raise Problem(f"{name}: {damaged}") from None
        sources = (
            [cell.source for cell in notebook.cells if not is_check(cell)]
            for notebook in (repaired, exercise.published)
        )
        return next(sources) != next(sources)

    def _published(self, name: str) -> bytes:
        """The exercise as it was published, wherever its file is full of answers."""
        import nbformat

        from course.exercises.catalogue import find_exercise

        exercise = find_exercise(PurePosixPath(name).name[:2], self.root)
        return nbformat.writes(exercise.published).encode()

    def _editions(self) -> dict[str, Any]:
        """What the small file says. A copy of which it says nothing counts as changed."""
        try:
            editions = json.loads(self.note.read_text(encoding="utf-8")).items()
        except (OSError, ValueError, AttributeError):
            return {}
        return {name: note for name, note in editions if isinstance(note, dict)}

    def _remember(self, editions: dict[str, Any], said: list[str]) -> None:
        with _told(said, self.note.name):
            write(json.dumps(editions, indent=1).encode(), self.note)


@contextlib.contextmanager
def _told(said: list[str], name: str) -> Iterator[None]:
    """Make a sentence of what goes wrong with one file, and go on with the others."""
    try:
        yield
    except Problem as problem:
        said.append(str(problem))
    except OSError as error:
        said.append(
            f"{DESK}/{name}: {error.strerror or error}. Nothing is lost. "
            "Repair that, and run the same command again."
        )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
