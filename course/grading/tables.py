"""Tables that people open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from course.exercises.copies import write
from course.problem import Problem

# A spreadsheet computes what begins like this: https://owasp.org/www-community/attacks/CSV_Injection
STARTS = "=+-@\t\r\n＝＋－＠"
# They join letters in Persian and in scripts of India: the only invisible things that a name needs.
JOINERS = "\u200c\u200d"
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def write_csv(path: Path, rows: Iterable[Iterable]) -> None:
    """Write a table, as a whole or not at all. A text that a spreadsheet would take for a formula gets an apostrophe in front.

    Raises:
        Problem: another program holds the file.
    """
    table = io.StringIO(newline="")
    csv.writer(table).writerows([_harmless(cell) for cell in row] for row in rows)
    try:
        # Names from zip files and folders may have letters that UTF-8 does not.
        write(table.getvalue().encode("utf-8-sig", errors="backslashreplace"), path)
    except PermissionError:
        raise Problem(
            f"{path} cannot be written. Close it where it is open, and run the command again."
        ) from None


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a table that `write_csv` or another program wrote, none if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        return [[_as_written(cell) for cell in row] for row in csv.reader(file)]


def printable(text: str) -> str:
    """A text that steers no terminal: what cannot be seen is written as its number."""
    return "".join(
        letter if letter.isprintable() or letter in JOINERS else ascii(letter)[1:-1]
        for letter in text
    )


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _is_formula(cell) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(text: str) -> bool:
    return len(text) > 1 and text[0] in STARTS and not NUMBER.fullmatch(text)
