"""The three steps of nbgrader that `grade` uses: note an exercise, score a submission, write feedback."""

import logging
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearOutput, Execute
from traitlets.config import Config

from course.exercises.catalogue import Exercise
from course.grading.gradebook import load_config, open_gradebook
from course.problem import Problem


def note(exercise: Exercise) -> None:
    """Note the tasks of an exercise in the gradebook.

    Raises:
        Problem: nbgrader refuses the solution.
    """
    open_gradebook(exercise.root).close()  # makes it if it is not there
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(exercise.root)
        config.CourseDirectory.release_directory = folder
        try:
            _convert(GenerateAssignment, config, ".", exercise)
        except (NbGraderException, OSError) as error:
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
        _convert(Autograde, config, student, exercise)


def write_feedback(exercise: Exercise, student: str) -> None:
    """Write feedback/ for a student who has points."""
    _convert(GenerateFeedback, load_config(exercise.root), student, exercise)


def _convert(converter: type, config: Config, student: str, exercise: Exercise) -> None:
    course = CourseDirectory(config=config, student_id=student, assignment_id=exercise.name)
    step = converter(coursedir=course, config=config)
    step.force = True
    step.log.setLevel(logging.CRITICAL)
    step.start()
