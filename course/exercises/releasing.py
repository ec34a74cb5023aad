"""`release`: makes exercises/ from solutions/ with nbgrader, which takes the answers out."""

import subprocess
import sys
from pathlib import Path

import nbformat

from course.problem import Problem


def release(root: Path) -> None:
    """Replace every notebook in `root`/exercises by the one that nbgrader makes from `root`/solutions.

    Raises:
        Problem: somebody has worked in an exercise, or nbgrader refuses a solution.
    """
    for path in sorted((root / "exercises").glob("*/*.ipynb")):
        if any(cell.get("execution_count") for cell in nbformat.read(path, as_version=4).cells):
            raise Problem(
                f"{path.relative_to(root).as_posix()} has answers of somebody in it. Move it away first."
            )
    command = [
        sys.executable,
        "-m",
        "nbgrader",
        "generate_assignment",
        "--assignment=*",
        "--no-db",
        "--force",
    ]
    made = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if made.returncode != 0:
        reasons = [line for line in made.stderr.splitlines() if "ERROR" in line] or [
            made.stderr[-500:]
        ]
        raise Problem(f"nbgrader could not make the exercises: {reasons[0]}")
    print("exercises/ is made from solutions/.")
