"""Makes of whatever a student saved a notebook that can be judged, or says why a person has to look.

The student's answers are put into a fresh copy of the published exercise. So it does not matter which of its other
cells were edited, deleted or copied, whether another editor took the metadata away, or how large the outputs are.
`check` and `grade` both do this, so the same file gets the same points.
"""

import copy
import dataclasses
import json
import re
from collections import ChainMap, defaultdict
from pathlib import Path
from typing import Any

import nbformat

from course.exercises.catalogue import Exercise
from course.exercises.marks import grade_id, is_answer, is_check, is_given, is_graded
from course.exercises.publishing import WORDS_STUB

OWN = "own-"  # so begin the ids of the cells that a student added
LARGEST_NOTEBOOK = 100 * 1024 * 1024
PICTURES = ("image/png", "image/jpeg", "image/gif")
CONFLICT = re.compile(r"^ *\"?(<{7}|>{7})", re.MULTILINE)
HAS_CONFLICT = (
    "has two versions of the same lines, a merge conflict. Keep one version, "
    "and delete the lines that begin with <<<<<<<, ======= and >>>>>>>."
)


class Damaged(Exception):
    """The file cannot be judged by a program. The message says why, and what its owner can do."""


@dataclasses.dataclass
class Repaired:
    """A notebook that can be judged.

    Attributes:
        notebook: the exercise with the answers of the student, and with its hidden tests.
        notes: one sentence for each thing that was repaired, empty if nothing was.
    """

    notebook: nbformat.NotebookNode
    notes: list[str]


def is_own(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell of a repaired notebook was added by the student."""
    return cell.id.startswith(OWN)


def repair(path: Path, exercise: Exercise) -> Repaired:
    """Put the answers of a student's file into a copy of the published exercise.

    Args:
        path: the file, which stays as it is.
        exercise: the one that it should be.

    Raises:
        Damaged: the file cannot be read, or it is not this exercise.
    """
    saved, notes = _read(path)
    notebook = copy.deepcopy(exercise.published)
    places, how = _match(saved, notebook.cells)
    notes += how
    tasks = [cell for cell in notebook.cells if is_answer(cell) or is_check(cell)]
    if not {grade_id(cell) for cell in tasks if cell.cell_type == "code"} & places.keys():
        raise Damaged("No cell of this exercise is in the notebook: it may be another exercise.")
    notebook.cells = _with_answers(notebook.cells, saved, places, notes)
    for cell in notebook.cells:
        cell.source = exercise.checks.get(grade_id(cell), cell.source)
    return Repaired(notebook, notes)


def _read(path: Path) -> tuple[list, list[str]]:
    """The cells of a notebook of any age, without their outputs."""
    size = path.stat().st_size
    if not size:
        raise Damaged("The file is empty. Save the notebook again, or take an older copy of it.")
    if size > LARGEST_NOTEBOOK:
        raise Damaged(f"The file has {size // 1024**2} MiB. Clear all outputs and save it again.")
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
            raise Damaged(f"The file {HAS_CONFLICT}") from None
        raise Damaged("The file is not valid JSON, so it is not a notebook.") from None
    except (AttributeError, KeyError, TypeError):
        raise Damaged("The file is JSON, but not a notebook.") from None
    notes = ["It is very large: its outputs were left out."] if size > 20 * 1024 * 1024 else []
    return cells, notes


def _plain(cell: dict) -> nbformat.NotebookNode:
    source = cell.get("source", cell.get("input")) or ""
    source = "".join(source) if isinstance(source, list) else str(source)
    source = source.encode(errors="replace").decode()  # JSON can carry half characters
    metadata = cell.get("metadata")
    kind = cell.get("cell_type")
    plain = nbformat.NotebookNode(
        cell_type="code" if kind == "code" else "markdown",
        id=str(cell.get("id", "")),
        source=re.sub("\r\n?", "\n", source),
        metadata=nbformat.from_dict(metadata if isinstance(metadata, dict) else {}),
    )
    if pictures := _pictures(cell.get("attachments")):
        plain.attachments = nbformat.from_dict(pictures)
    return plain


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures that belong to a text. What else can be attached could be a script in a page."""
    return {
        name: kept
        for name, forms in (attachments.items() if isinstance(attachments, dict) else ())
        if isinstance(forms, dict)
        and (kept := {kind: forms[kind] for kind in PICTURES if isinstance(forms.get(kind), str)})
    }


def _match(saved: list, published: list) -> tuple[dict[str, int], list[str]]:
    """Find each marked cell of the exercise among the saved cells.

    Returns:
        The position in `saved` by grade_id, and notes.
    """
    found, notes, taken, lost = {}, [], set(), defaultdict(list)
    wanted = {grade_id(cell): cell for cell in published if grade_id(cell)}
    above_of = {
        id(cell): before.source.strip()
        for cells in (saved, published)
        for before, cell in zip([nbformat.v4.new_raw_cell(), *cells], cells, strict=False)
    }

    def same_type(mine, cell):
        return mine.cell_type == cell.cell_type

    def same_text(mine, cell):
        return same_type(mine, cell) and mine.source.strip() == cell.source.strip()

    def same_first_line(mine, cell):
        return same_type(mine, cell) and _first_line(mine) == _first_line(cell)

    def same_neighbour(mine, cell):
        return same_type(mine, cell) and above_of[id(mine)] == above_of[id(cell)]

    ways = [
        ("", lambda mine, cell: grade_id(mine) == grade_id(cell)),
        ("its id", lambda mine, cell: mine.id == cell.id),
        ("its text", same_text),
        ("its first line", same_first_line),
        ("the cell above it", same_neighbour),
    ]
    for way, fits in ways:
        for name, cell in wanted.items():
            if name in found:
                continue
            places = [
                place for place, mine in enumerate(saved) if place not in taken and fits(mine, cell)
            ]
            if not places:
                continue
            if len(places) > 1 and is_answer(cell):
                places = [place for place in places if same_type(saved[place], cell)] or places
                places = [place for place in places if not same_text(saved[place], cell)] or places
                counts = "all of them run" if cell.cell_type == "code" else "the first counts"
                notes.append(f"The cell {name} was there more than once: {counts}.")
            found[name] = places[0]
            taken.add(places[0])
            lost[way].append(name)
    notes += [
        f"Without marks, found by {way}: {', '.join(lost[way])}."
        for way, _ in ways[1:]
        if lost[way]
    ]
    return found, notes


def _with_answers(cells: list, saved: list, places: dict[str, int], notes: list[str]) -> list:
    """The cells of the exercise in their order, with the answers, and the student's own cells where they stood."""
    own, needed = _own_cells(cells, saved, places)
    notes += [
        f"The cell {cell.id} {HAS_CONFLICT}"
        for added in own.values()
        for cell in added
        if cell.cell_type == "code" and CONFLICT.search(cell.source)
    ]
    # What was written above the setup comes below it: the setup is run as it was given.
    first = next((grade_id(cell) for cell in cells if is_given(cell)), "")
    if first:
        own[first] = own.pop("", []) + own[first]
    result, last = list(own[""]), ""
    for cell in cells:
        name = grade_id(cell)
        if name in places:
            _fill(cell, saved[places[name]], notes)
        elif name and is_answer(cell) and cell.cell_type == "code":
            # A stub would replace what the student wrote elsewhere.
            cell.source = ""
            notes.append(f"The cell {name} was missing.")
        elif name:
            notes.append(f"The cell {name} was missing, and is as published.")
        if is_answer(cell) and is_graded(cell) and cell.source.strip() == WORDS_STUB:
            texts = [mine for mine in own[last] if mine.cell_type == "markdown"]
            _find_words(cell, own[name] if name in places else texts, notes)
        result += [*needed[name], cell]
        result += own[name] if name else []
        last = name if name in places else last
    return result


def _own_cells(cells: list, saved: list, places: dict[str, int]) -> tuple[dict, dict]:
    """What a student added.

    Returns:
        The cells by the name of the marked cell above them, and copies of their code by the name of the answer below
        them, where that stands higher up in the exercise: it may need them.
    """
    name_at = {place: name for name, place in places.items()}
    rank = {grade_id(cell): number for number, cell in enumerate(cells)}
    answers = {grade_id(cell) for cell in cells if is_answer(cell)}
    known = {cell.source.strip() for cell in cells} | {""}
    own, needed, last = defaultdict(list), defaultdict(list), ""
    between: list[nbformat.NotebookNode] = []
    for place, cell in enumerate(saved):
        if place in name_at:
            name = name_at[place]
            if name in answers and last and rank[name] < rank[last]:
                needed[name] = between
            last, between = name, []
        elif cell.source.strip() not in known:
            is_code = cell.cell_type == "code"
            new = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
            own[last].append(new(cell.source, id=f"{OWN}{place}"))
            if is_code:
                between.append(new(cell.source, id=f"{OWN}{place}-again"))
            elif "attachments" in cell:
                own[last][-1].attachments = cell.attachments
    return own, needed


def _find_words(cell: nbformat.NotebookNode, below: list, notes: list[str]) -> None:
    """Take an answer in words from the cells below its own, if there are some."""
    if not below:
        return
    cell.source = "\n\n".join(mine.source for mine in below)
    pictures = [mine.attachments for mine in below if "attachments" in mine]
    if pictures:
        cell.attachments = nbformat.NotebookNode(ChainMap(*pictures))
    notes.append(f"The answer of {grade_id(cell)} was in a cell below it.")


def _fill(cell: nbformat.NotebookNode, mine: nbformat.NotebookNode, notes: list[str]) -> None:
    """Take over an answer; note what else differs. The type of the cell is that of the exercise."""
    name, is_code = grade_id(cell), cell.cell_type == "code"
    if mine.cell_type != cell.cell_type:
        notes.append(f"The cell {name} is a cell of {'code' if is_code else 'text'} again.")
    if is_answer(cell):
        cell.source = mine.source
        if "attachments" in mine and not is_code:
            cell.attachments = mine.attachments
        if is_code and CONFLICT.search(mine.source):
            notes.append(f"The cell {name} {HAS_CONFLICT}")
    elif mine.source != cell.source:
        notes.append(f"The cell {name} was edited, and is as published again.")


def _first_line(cell: nbformat.NotebookNode) -> str:
    lines = cell.source.strip().splitlines() or [""]
    return lines[0].strip()
