"""Runs the cells of an exercise in this process: 1,000 times faster than a kernel, with the same result."""

import contextlib
import hashlib
import io
import re
from pathlib import Path
from unittest import mock

from tests.reading import cells, is_check

ANSWER = re.compile(r"^(?:#|//) %% (\w+) -> (.+)\n", re.MULTILINE)
# In an answer this line stands for the cell's own source, for faults in one part of a long answer.
THE_SOLUTION = re.compile("^(#|//) The solution, but:$", re.MULTILINE)
KEEP = re.compile(r"%%keep (\w+)\n")
# What Python and JavaScript say by themselves. `Raise ValueError: ...` is a sentence of a check.
BARE = re.compile(
    r"(?<![Rr]aise )\b\w+(Error|Exception):|Traceback|binascii|NoneType|codec can't|Expecting value|invalid literal"
    r"|object is not|not subscriptable|not iterable|not serializable|to unpack|has no attribute"
    r"|unexpected keyword|positional argument|is not a function|is not defined$|Cannot read prop"
)


def answers_in(path: Path) -> list[tuple[str, str, str]]:
    """The answers in a file, as (id of the answer cell, words after the arrow, source)."""
    _, *parts = ANSWER.split(path.read_text(encoding="utf-8"))
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


def quick_scrypt(password: bytes, scrypt=hashlib.scrypt, **settings) -> bytes:
    """A password hash that costs nothing: hundreds of answers compute twenty each."""
    return scrypt(password, **settings | {"n": 2})


def run(path: Path, answers: dict[str, str] | None = None) -> tuple[dict, dict[str, Exception]]:
    """Run a notebook's code cells, whatever fails.

    Args:
        path: the notebook.
        answers: sources to put in place of cells, by cell id.

    Returns:
        The names that the cells defined, and the exceptions of its checks by cell id.
    """
    namespace, failed = {"__name__": "__main__"}, {}
    for cell in cells(path, "code"):
        kept, original = KEEP.match(cell.source), KEEP.sub("", cell.source)
        answer = (answers or {}).get(cell.id, original)
        source = THE_SOLUTION.sub(lambda line, original=original: original, answer)
        if kept:  # the text of another language
            namespace[kept[1]] = source
            continue
        try:
            with (
                contextlib.redirect_stdout(io.StringIO()),
                mock.patch("hashlib.scrypt", quick_scrypt),
            ):
                exec(compile(source, cell.id, "exec"), namespace)
        except Exception as error:
            if is_check(cell):
                failed[cell.id] = error
    return namespace, failed


def is_bare(error: Exception) -> bool:
    """Whether a student gets an error as the language says it, instead of a sentence about the answer.

    A name that a check does not find is no bare error: `check` says which cell to run.
    """
    if isinstance(error, NameError):
        return False
    return not isinstance(error, AssertionError) or BARE.search(str(error)) is not None
