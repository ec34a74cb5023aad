"""Whatever has happened to a notebook on its way, it gets no fewer points here than from nbgrader alone."""

import functools
import json
import shutil

import nbformat
import pytest

from course.exercises.catalogue import find_exercise
from course.exercises.marks import grade_id, is_graded
from course.exercises.publishing import WORDS_STUB
from course.exercises.repairing import Damaged, repair
from course.exercises.running import failures, run_cells
from tests.course.exercises.in_process import InProcess
from tests.course.grading.damages import DAMAGES
from tests.course.grading.made_class import CHECKED, NAME, SOLUTION, as_bytes, notebook
from tests.reading import ROOT

pytest.importorskip("nbgrader", reason="nbgrader is not installed.")
from nbconvert.exporters import NotebookExporter  # noqa: E402
from nbgrader.converters import Autograde  # noqa: E402
from nbgrader.preprocessors import NbGraderPreprocessor  # noqa: E402
from nbgrader.utils import determine_grade  # noqa: E402

from course.grading.engine import note  # noqa: E402
from course.grading.gradebook import load_config  # noqa: E402

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


def our_points(path, exercise) -> dict[str, float | None]:
    repaired = repair(path, exercise)
    run_cells(repaired.notebook, InProcess)
    failed = failures(repaired.notebook)
    points: dict[str, float | None] = {
        name: 0 if name in failed else value for name, value in CHECKED.items()
    }
    why = next(cell for cell in repaired.notebook.cells if grade_id(cell) == "why")
    return points | {"why": 0 if why.source == WORDS_STUB else None}


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


def test_a_solution_has_all_points_both_ways(handed_in, root):
    path = handed_in(lambda content: None)
    assert plain_points(path, root) == our_points(path, find_exercise("02", ROOT))
    assert plain_points(path, root) == CHECKED | {"why": None}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_notebook_gets_no_fewer_points_than_from_nbgrader(handed_in, root, damage):
    path = handed_in(damage)
    plain = plain_points(path, root)
    try:
        ours = our_points(path, find_exercise("02", ROOT))
    except Damaged:  # a person has to look
        ours = {}
    fewer = {
        name: (points, ours.get(name))
        for name, points in plain.items()
        if (points is None and ours.get(name, 0) is not None)
        or (points is not None and points > (ours.get(name) or 0))
    }
    assert fewer == {}
