"""nbgrader's settings and gradebook of a course folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader


def load_config(root: Path) -> Config:
    """The instructor's settings in nbgrader_config.py, with `root` as the place of all files."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


def open_gradebook(root: Path) -> Gradebook:
    """Open the gradebook, or make it. It is a context manager."""
    course = CourseDirectory(config=load_config(root))
    with _programs_of_this_python():
        return Gradebook(course.db_url, course.course_id)


@contextmanager
def _programs_of_this_python() -> Iterator[None]:
    """A new gradebook calls `alembic` by its name, also where `.venv` is not activated."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
