"""Settings of nbgrader: the hand-written exercises are in solutions/, students get exercises/."""

from math import isnan, nan

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, GetGrades

from course.exercises.publishing import CODE_STUBS, WORDS_STUB, language_of
from course.grading.pages import EscapeNames, Feedback, NoAutograde, code, words


class ClearSolutionsOfAnyLanguage(ClearSolutions):
    """A cell that starts with %%keep holds JavaScript, though the notebook is one of Python."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, cell_index: int
    ) -> tuple[NotebookNode, dict]:
        super().preprocess_cell(cell, resources | {"language": language_of(cell)}, cell_index)
        return cell, resources


class GetGradesThatAreGiven(GetGrades):
    """An answer in words has no points before a person has read it, not 0.0."""

    def _get_score(self, cell: NotebookNode, resources: dict) -> None:
        super()._get_score(cell, resources)
        place = (self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(cell.metadata.nbgrader.grade_id, *place)
        if grade.auto_score is None and grade.manual_score is None:
            cell.metadata.nbgrader.score = nan


def round_points(points: float, digits: int = 0) -> float | str:
    """What the page of feedback writes for the points of a cell."""
    return "not read yet" if isnan(points) else round(points, digits)


c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "jwt-by-hand"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = CODE_STUBS
c.ClearSolutions.text_stub = WORDS_STUB
c.GenerateAssignment.preprocessors = [
    ClearSolutionsOfAnyLanguage if each is ClearSolutions else each
    for each in GenerateAssignment.preprocessors.default()
]
# Nothing that a student wrote is a script in a page, or runs outside of the sandbox.
c.HTMLExporter.filters = {"markdown2html": words, "highlight_code": code, "round": round_points}
c.HTMLExporter.preprocessors = [EscapeNames]
c.Autograde.exporter_class = NoAutograde
c.GenerateFeedback.exporter_class = Feedback
# Feedback shows what a hidden test said, not its source.
c.GenerateFeedback.preprocessors = [
    GetGradesThatAreGiven,
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
