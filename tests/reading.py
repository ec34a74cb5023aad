"""What every test of notebooks needs: where they are, and what is in a cell."""

from pathlib import Path

import nbformat
import pytest

from course.exercises import marks

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))


def each(paths: list[Path]):
    """Run a test once for each notebook, under its name."""
    ids = [path.relative_to(ROOT).as_posix() for path in paths]
    return pytest.mark.parametrize("path", paths, ids=ids)


def cells(path: Path, cell_type: str | None = None) -> list:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell_type in (None, cell.cell_type)]


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def is_answer(cell) -> bool:
    """A cell in which a student writes code."""
    return cell.cell_type == "code" and marks.is_answer(cell)


def is_check(cell) -> bool:
    return marks.is_check(cell)
