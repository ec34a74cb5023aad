"""The three steps of nbgrader that `grade` uses: note an exercise, score a submission, write feedback."""

import logging
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearOutput, Execute
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from course.exercises.catalogue import Exercise
from course.grading.gradebook import load_config, open_gradebook, why, writing
from course.problem import Problem


def note(exercise: Exercise) -> None:
    """Note the tasks of an exercise in the gradebook.

    Raises:
        Problem: nbgrader refuses the solution.
    """
    with tempfile.TemporaryDirectory() as folder, writing(exercise.root):
        with open_gradebook(exercise.root):
            pass  # makes it if it is not there
        config = load_config(exercise.root)
        config.CourseDirectory.release_directory = folder
        try:
            _convert(GenerateAssignment, config, ".", exercise)
        except (Problem, OSError) as error:
            raise Problem(
                f"nbgrader cannot make the exercise from solutions/{exercise.name}: {error} "
                f"For the reason run: nbgrader generate_assignment {exercise.name} --force"
            ) from None


def score(
    exercise: Exercise, student: str, notebook: nbformat.NotebookNode, timestamp: Path
) -> None:
    """Score a notebook that has been run: into autograded/ and the gradebook.

    Args:
        exercise: what was to be done.
        student: whose notebook it is.
        notebook: the repaired submission with its outputs.
        timestamp: the file that tells when it was handed in, if there is one.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / student / exercise.name
        place.mkdir(parents=True)
        nbformat.write(nbformat.from_dict(notebook), place / exercise.file)
        if timestamp.exists():
            shutil.copy(timestamp, place)
        config = load_config(exercise.root)
        config.CourseDirectory.submitted_directory = folder
        config.Autograde.exporter_class = (
            NotebookExporter  # nbgrader_config.py forbids it to all others
        )
        # The cells have been run, so their outputs stay, and they are not run again.
        config.Autograde.sanitize_preprocessors = [
            step for step in Autograde.sanitize_preprocessors.default() if step is not ClearOutput
        ]
        config.Autograde.autograde_preprocessors = [
            step for step in Autograde.autograde_preprocessors.default() if step is not Execute
        ]
        with writing(exercise.root):
            _convert(Autograde, config, student, exercise)


def write_feedback(exercise: Exercise, student: str) -> None:
    """Write feedback/ for a student who has points."""
    _convert(GenerateFeedback, load_config(exercise.root), student, exercise)


def _convert(converter: type, config: Config, student: str, exercise: Exercise) -> None:
    course = CourseDirectory(config=config, student_id=student, assignment_id=exercise.name)
    heard = _Heard()
    step = converter(coursedir=course, config=config, log=heard.log)
    step.force = True
    try:
        step.start()
    except NbGraderException as error:
        raise Problem(heard.reason or str(error)) from None
    except SQLAlchemyError as error:
        raise Problem(why(error)) from None


class _Heard(logging.Handler):
    """What nbgrader says of a failure: it logs the traceback, and raises an error that only points to it."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.reason = ""
        self.log = logging.Logger("nbgrader")
        self.log.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith("Traceback"):
            lines = [
                line for line in text.splitlines() if re.match(r"[\w.]+(Error|Exception)\b", line)
            ]
            self.reason = lines[-1] if lines else self.reason
