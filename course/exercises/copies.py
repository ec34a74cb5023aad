"""A copy of a notebook for the desk: what it holds, what in it is the student's, and how it is written.

Standard library only: see `desk`.
"""

import contextlib
import datetime
import hashlib
import json
import os
import posixpath
import re
import tempfile
from pathlib import Path

ON_THE_DESK = ("notebooks/", "exercises/")
LINK = re.compile(r"(?<=\]\()\.\.?/[^)\s]+")


def copy_of(content: bytes, name: str) -> bytes:
    """A notebook without outputs, whose links lead to the same places from the desk.

    Args:
        content: of the notebook.
        name: its path in the course, such as "notebooks/05_create_the_token_endpoint.ipynb".
    """

    def from_the_desk(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link[0]))
        return link[0] if target.startswith(ON_THE_DESK) else f"../{link[0]}"

    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        else:
            text = LINK.sub(from_the_desk, "".join(cell["source"]))
            cell["source"] = text.splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def work_in(content: bytes) -> str | None:
    """Stands for what a student can change in a notebook. None: this is no notebook.

    JupyterLab writes the metadata and the form of a file anew when it was only opened.
    """
    names = ("cell_type", "outputs", "execution_count", "attachments")
    try:
        cells = json.loads(content)["cells"]
        work = [["".join(cell["source"]), *map(cell.get, names)] for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return hashlib.sha256(json.dumps(work).encode()).hexdigest()


def write(content: bytes, path: Path, kept: Path | None = None) -> None:
    """Write a file as a whole or not at all.

    Args:
        content: of the file.
        path: where it goes. Its folder is made.
        kept: the new name of what stands there; None: it is replaced.

    Raises:
        OSError: it cannot be written. Then everything is as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # mkstemp lets nobody else read it
        if kept:
            path.rename(kept)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.remove(temporary)
            if kept and not os.path.lexists(path):
                kept.rename(path)
        raise


def dated(path: Path) -> Path:
    """A free name beside `path`, with the date of today, such as "05_create_the_token_endpoint-2026-09-01.ipynb"."""
    stem, number = f"{path.stem}-{datetime.date.today()}", 1
    while os.path.lexists(free := path.with_name(stem + f"-{number}" * (number > 1) + path.suffix)):
        number += 1
    return free
