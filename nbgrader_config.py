"""Settings of nbgrader: the hand-written exercises are in solutions/, students get exercises/."""

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions


class ClearSolutionsOfAnyLanguage(ClearSolutions):
    """A cell that starts with %%keep holds JavaScript, though the notebook is one of Python."""

    def preprocess_cell(self, cell, resources, cell_index):
        language = "javascript" if cell.source.startswith("%%keep") else resources["language"]
        super().preprocess_cell(cell, resources | {"language": language}, cell_index)
        return cell, resources


c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "jwt-by-hand"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = {
    "python": "# Write your answer here.\nraise NotImplementedError",
    "javascript": '// Write your answer here.\nthrow new Error("Not done yet");',
}
c.GenerateAssignment.preprocessors = [
    ClearSolutionsOfAnyLanguage if each is ClearSolutions else each
    for each in GenerateAssignment.preprocessors.default()
]
c.ClearSolutions.text_stub = "Write your answer here."
# Feedback shows what a hidden test said, not its source.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
