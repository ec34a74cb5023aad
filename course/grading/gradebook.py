"""nbgrader's settings and gradebook of a course folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

from course.grading.machine import alone
from course.problem import Problem


def load_config(root: Path) -> Config:
    """The instructor's settings in nbgrader_config.py, with `root` as the place of all files."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    if "db_url" not in config.CourseDirectory:
        # A reader waits for a writer of another program, such as the Formgrader.
        config.CourseDirectory.db_url = f"sqlite:///{root.absolute() / 'gradebook.db'}?timeout=60"
    return config


@contextmanager
def open_gradebook(root: Path) -> Iterator[Gradebook]:
    """Open the gradebook, or make it.

    Raises:
        Problem: it cannot be read.
    """
    course = CourseDirectory(config=load_config(root))
    try:
        with _programs_of_this_python():
            book = Gradebook(course.db_url, course.course_id)
        with book:
            yield book
    except SQLAlchemyError as error:
        raise Problem(why(error)) from None


def writing(root: Path) -> AbstractContextManager[None]:
    """Wait until no other process of this course writes: SQLite lets one write at a time."""
    return alone(root / "grades" / ".gradebook.lock")


def why(error: SQLAlchemyError) -> str:
    """What is wrong with the gradebook, and what to do."""
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    sentence = f"The gradebook cannot be used: {reason}."
    if "no such column" in reason or "no such table" in reason:
        sentence += " An older nbgrader made it. Keep a copy, and run: nbgrader db upgrade"
    elif "not a database" in reason or "malformed" in reason:
        sentence += " Put a copy of gradebook.db in its place. Without one, move it away: all is graded again."
    elif "locked" in reason:
        sentence += " Another program holds it. Close that, and run the same command again."
    return sentence


@contextmanager
def _programs_of_this_python() -> Iterator[None]:
    """A new gradebook calls `alembic` by its name, also where `.venv` is not activated."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
