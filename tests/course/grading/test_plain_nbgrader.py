"""Whatever has happened to a notebook on its way: `check` and `grade` agree, and nbgrader alone gives no more points."""

import functools
import json
import shutil

import nbformat
import pytest

from course import check
from course.exercises import checking
from course.exercises.catalogue import find_exercise
from course.exercises.marks import grade_id, is_graded
from course.problem import Problem
from tests.course.exercises.in_process import InProcess
from tests.course.grading.damages import DAMAGES
from tests.course.grading.made_class import CHECKED, NAME, SOLUTION, as_bytes, notebook
from tests.reading import ROOT

pytest.importorskip("nbgrader", reason="nbgrader is not installed.")
from nbconvert.exporters import NotebookExporter  # noqa: E402
from nbgrader.converters import Autograde  # noqa: E402
from nbgrader.preprocessors import NbGraderPreprocessor  # noqa: E402
from nbgrader.utils import determine_grade  # noqa: E402

from course.grading import judging  # noqa: E402
from course.grading.engine import note  # noqa: E402
from course.grading.gradebook import load_config  # noqa: E402
from course.grading.results import read_results  # noqa: E402

# nbformat says what is wrong with a damaged notebook.
pytestmark = pytest.mark.filterwarnings("ignore")


class Execute(NbGraderPreprocessor):
    """nbgrader's own runs the cells in a kernel, for some seconds; this one in this process."""

    def preprocess(self, notebook, resources):
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell, error in zip(code, run(tuple(cell.source for cell in code)), strict=True):
            cell.outputs = [nbformat.v4.new_output("error", **error)] if error else []
        return notebook, resources


@functools.cache
def run(sources: tuple[str, ...]) -> list[dict | None]:
    """The error of each of these cells, one after the other."""
    errors = []
    with InProcess() as runner:
        for source in sources:
            outputs = runner.run(source, "answer", 30).outputs
            errors.append(
                {name: outputs[0][name] for name in ("ename", "evalue", "traceback")}
                if outputs
                else None
            )
    return errors


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course folder whose gradebook knows the exercise."""
    root = tmp_path_factory.mktemp("plain")
    shutil.copytree(SOLUTION.parent, root / "solutions" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    note(find_exercise("02", root))
    return root


def plain_points(path, root) -> dict[str, float | None]:
    """The points that nbgrader's own steps give for each task: None if a person decides."""
    course = load_config(root).CourseDirectory
    resources = {
        "unique_key": SOLUTION.stem,
        "nbgrader": {
            "student": "ana",
            "assignment": NAME,
            "notebook": SOLUTION.stem,
            "db_url": course.get("db_url", f"sqlite:///{root}/gradebook.db"),
        },
    }
    exporter = NotebookExporter()
    exporter._preprocessors = []
    for step in [*Autograde.sanitize_preprocessors.default(), Execute]:
        exporter.register_preprocessor(step, enabled=True)
    try:
        text, _ = exporter.from_filename(str(path), resources=resources)
        cells = nbformat.reads(text, as_version=4).cells
        graded = [cell for cell in cells if is_graded(cell)]
        return {grade_id(cell): determine_grade(cell)[0] for cell in graded}
    except Exception:  # then nbgrader says "There was an error", and there are no points
        return {}


@pytest.fixture(autouse=True)
def cells_run_in_this_process(monkeypatch):
    monkeypatch.setattr(judging, "Sandbox", InProcess)
    monkeypatch.setattr(checking, "Kernel", InProcess)


def points_by_grade(path, root) -> dict[str, float | None]:
    """The points of each task in the gradebook: None if a person decides. Empty if one has to look at the file."""
    exercise = find_exercise("02", root)
    place = root / "submitted" / "ana" / NAME / SOLUTION.name
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, place)
    outcome = judging.judge(exercise, "ana", "", safe=False, seconds=30)
    assert not outcome.trouble
    if outcome.damage:
        return {}
    scores = read_results(exercise).scores["ana"]
    return {name: None if score.unread else score.points for name, score in scores.items()}


def points_by_check(path, root) -> dict[str, float | None]:
    """The same, from what a student reads before handing in."""
    try:
        report = check(path, root)
    except Problem:
        return {}
    lost = report.messages.keys() | report.unanswered
    return {
        task.name: 0 if task.name in lost else task.points if task.is_checked else None
        for task in report.tasks
    }


@pytest.fixture
def handed_in(tmp_path):
    def handed_in(damage):
        content = json.loads(as_bytes(notebook()))
        changed = damage(content) or content
        path = tmp_path / SOLUTION.name
        path.write_bytes(changed if isinstance(changed, bytes) else json.dumps(changed).encode())
        return path

    return handed_in


def test_there_are_enough_damages():
    assert len({each.__name__ for each in DAMAGES}) == len(DAMAGES) >= 60


def test_a_solution_has_all_points_each_way(handed_in, root):
    path, wanted = handed_in(lambda content: None), CHECKED | {"why": None}
    for points in (plain_points, points_by_grade, points_by_check):
        assert points(path, root) == wanted


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_notebook_gets_the_points_of_check_and_no_fewer_than_from_nbgrader(
    handed_in, root, damage
):
    path = handed_in(damage)
    ours = points_by_grade(path, root)
    assert points_by_check(path, root) == ours
    fewer = {
        name: (points, ours.get(name))
        for name, points in plain_points(path, root).items()
        if (points is None and ours.get(name, 0) is not None)
        or (points is not None and points > (ours.get(name) or 0))
    }
    assert fewer == {}
