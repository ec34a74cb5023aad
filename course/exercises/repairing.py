"""Makes of whatever a student handed in a notebook that can be graded, or says why a person has to look.

The student's answers are put into a fresh copy of the published exercise. So it does not matter which of its other
cells were edited, deleted or copied, whether another editor took the metadata away, or how large the outputs are.
"""

import dataclasses
import json
import re
from collections import defaultdict
from pathlib import Path

import nbformat

LARGEST = 100 * 1024 * 1024
CONFLICT = re.compile(r"^ *\"?(<{7}|>{7})", re.MULTILINE)


class Damaged(Exception):
    """The submission cannot be graded by a program. The message says why, for the instructor."""


@dataclasses.dataclass
class Repaired:
    """A notebook that can be graded.

    Attributes:
        notebook: the published exercise with the answers of the student.
        notes: one sentence for each thing that was repaired, empty if nothing was.
    """

    notebook: nbformat.NotebookNode
    notes: list[str]


def repair(path: Path, published: nbformat.NotebookNode) -> Repaired:
    """Put the answers of a submitted file into a copy of the published exercise.

    Args:
        path: the submitted file, which stays as it is.
        published: the exercise as students got it.

    Raises:
        Damaged: the file cannot be read, or it is not this exercise.
    """
    submitted, notes = _read(path)
    mates, how = _match(submitted, published.cells)
    notes += how
    notebook = nbformat.from_dict(json.loads(json.dumps(published)))
    answers = [cell for cell in published.cells if _mark(cell, "solution")]
    if not {_grade_id(cell) for cell in answers if cell.cell_type == "code"} & mates.keys():
        raise Damaged("No cell of this exercise is in the notebook: it may be another exercise.")
    notebook.cells = _with_answers(notebook.cells, submitted, mates, notes)
    return Repaired(notebook, notes)


def _read(path: Path) -> tuple[list, list[str]]:
    """The cells of a notebook of any age, without their outputs."""
    size = path.stat().st_size
    if not size:
        raise Damaged("The file is empty.")
    if size > LARGEST:
        raise Damaged(f"The file has {size // 1024**2} MiB. Ask for one without outputs.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = path.read_text(encoding="utf-16")
        except UnicodeError:
            raise Damaged("The file is not text, so it is not a notebook.") from None
    try:
        content = json.loads(text)
        # Only lists of cells matter here; older files have them in worksheets.
        sheets = content.get("worksheets") or [content]
        cells = [_plain(cell) for sheet in sheets for cell in sheet["cells"]]
    except (ValueError, RecursionError):
        if CONFLICT.search(text):
            raise Damaged(
                "The file has marks of a merge conflict (<<<<<<<). Ask for the merged version."
            ) from None
        raise Damaged("The file is not valid JSON, so it is not a notebook.") from None
    except (AttributeError, KeyError, TypeError):
        raise Damaged("The file is JSON, but not a notebook.") from None
    for cell in cells:
        if cell.cell_type == "code" and CONFLICT.search(cell.source):
            raise Damaged(
                "A cell has marks of a merge conflict (<<<<<<<). Ask for the merged version."
            )
    notes = ["It was very large: outputs were left out."] if size > 20 * 1024 * 1024 else []
    return cells, notes


def _plain(cell: dict) -> nbformat.NotebookNode:
    source = cell.get("source", cell.get("input", ""))
    source = "".join(source) if isinstance(source, list) else str(source)
    metadata = cell.get("metadata")
    kind = cell["cell_type"]
    return nbformat.NotebookNode(
        cell_type="code" if kind == "code" else "markdown",
        id=str(cell.get("id", "")),
        source=source.encode(errors="replace").decode(),  # JSON can carry half characters
        metadata=nbformat.from_dict(metadata if isinstance(metadata, dict) else {}),
    )


def _match(submitted: list, published: list) -> tuple[dict[str, int], list[str]]:
    """Find each marked cell of the exercise among the submitted cells.

    Returns:
        The position in `submitted` by grade_id, and notes.
    """
    found, notes, taken, lost = {}, [], set(), defaultdict(list)
    wanted = {_grade_id(cell): cell for cell in published if _grade_id(cell)}
    above_of = {
        id(cell): before.source.strip()
        for cells in (submitted, published)
        for before, cell in zip([nbformat.v4.new_raw_cell(), *cells], cells, strict=False)
    }
    ways = [
        ("", lambda mine, cell: _grade_id(mine) == _grade_id(cell)),
        ("its id", lambda mine, cell: mine.id == cell.id),
        ("its text", lambda mine, cell: mine.source.strip() == cell.source.strip()),
        ("its first line", lambda mine, cell: _first_line(mine) == _first_line(cell)),
        ("the cell above it", lambda mine, cell: above_of[id(mine)] == above_of[id(cell)]),
    ]
    for way, fits in ways:
        for name, cell in wanted.items():
            if name in found:
                continue
            places = [
                place
                for place, mine in enumerate(submitted)
                if place not in taken and mine.cell_type == cell.cell_type and fits(mine, cell)
            ]
            if not places:
                continue
            if len(places) > 1 and _mark(cell, "solution"):
                changed = [
                    place
                    for place in places
                    if submitted[place].source.strip() != cell.source.strip()
                ]
                places = changed or places
                notes.append(f"The cell {name} was there more than once.")
            found[name] = places[0]
            taken.add(places[0])
            lost[way].append(name)
    notes += [
        f"Without marks, found by {way}: {', '.join(lost[way])}."
        for way, _ in ways[1:]
        if lost[way]
    ]
    return found, notes


def _with_answers(cells: list, submitted: list, mates: dict[str, int], notes: list[str]) -> list:
    """The cells of the exercise in their order, with the answers, and the student's own cells where they stood."""
    name_at = {place: name for name, place in mates.items()}
    known = {cell.source.strip() for cell in cells}
    own: dict[str, list] = {}
    last = ""
    for place, cell in enumerate(submitted):
        if place in name_at:
            last = name_at[place]
        elif cell.cell_type == "code" and cell.source.strip() and cell.source.strip() not in known:
            own.setdefault(last, []).append(
                nbformat.v4.new_code_cell(cell.source, id=f"own-{place}")
            )
    result = list(own.get("", []))
    for cell in cells:
        name = _grade_id(cell)
        if name in mates and _mark(cell, "solution"):
            cell.source = submitted[mates[name]].source
        elif name in mates and submitted[mates[name]].source != cell.source:
            notes.append(f"The cell {name} was edited, and is as published again.")
        elif name and name not in mates:
            notes.append(f"The cell {name} was missing, and is as published.")
        result.append(cell)
        result += own.get(name, []) if name else []
    return result


def _mark(cell, name: str):
    mark = cell.metadata.get("nbgrader")
    return mark.get(name) if isinstance(mark, dict) else None


def _grade_id(cell) -> str | None:
    return _mark(cell, "grade_id")


def _first_line(cell) -> str:
    lines = cell.source.strip().splitlines() or [""]
    return lines[0].strip()
