"""Measures how fast a class is graded: `python benchmarks/measure_grading.py [exercise] [submissions]`.

`grade`, with its sandboxes, and plain `nbgrader autograde` grade the same submissions, one after the other.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from course.grading.class_run import grade

ROOT = Path(__file__).resolve().parent.parent


def make_class(root: Path, number: str, count: int) -> str:
    """A course folder in which `count` students have handed in the solution or the unsolved exercise."""
    solution = next(ROOT.glob(f"solutions/{number}-*/*.ipynb"))
    name = solution.parent.name
    shutil.copytree(solution.parent, root / "solutions" / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for student in range(count):
        source = ROOT / "exercises" / name / solution.name if student % 3 == 0 else solution
        folder = root / "submitted" / f"s{student:04}" / name
        folder.mkdir(parents=True)
        shutil.copy(source, folder)
    return name


class Memory(threading.Thread):
    """Notes the most that a process and each of its workers used, in MiB."""

    def __init__(self):
        super().__init__(daemon=True)
        self.worker = 0.0
        self.start()

    def run(self):
        while True:
            for process in psutil.Process().children():
                with contextlib.suppress(psutil.Error):
                    if "bwrap" not in process.name():
                        self.worker = max(self.worker, process.memory_info().rss / 2**20)
            time.sleep(0.2)


def ours(number: str, count: int) -> tuple[float, float]:
    """Seconds for the whole command, and until the last submission was scored."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        name = make_class(root, number, count)
        start = time.time()
        with contextlib.redirect_stderr(io.StringIO()):
            grade(number, root)
        whole = time.time() - start
        scored = max(path.stat().st_mtime for path in root.glob(f"autograded/*/{name}/*.ipynb"))
        return whole, scored - start


def plain(number: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        name = make_class(Path(folder), number, count)
        # nbgrader calls a program of this environment by its name.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        start = time.time()
        for command in ("generate_assignment", "autograde"):
            subprocess.run(
                [sys.executable, "-m", "nbgrader", command, name],
                cwd=folder,
                env=os.environ | {"PATH": path},
                capture_output=True,
                check=True,
            )
        return time.time() - start


def main(number: str = "05", count: int = 20) -> None:
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, exercise {number}, {count} submissions"
    )
    memory = Memory()
    whole, scored = ours(number, count)
    alone = plain(number, count)
    print(f"nbgrader autograde, one process: {60 * count / alone:.0f} submissions a minute")
    print(
        f"grade, in sandboxes, scored:     {60 * count / scored:.0f} ({alone / scored:.1f} times; wanted: 2.5)"
    )
    print(f"grade, with feedback and report: {60 * count / whole:.0f} ({alone / whole:.1f} times)")
    print(f"largest worker: {memory.worker:.0f} MiB (wanted: under 400)")


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
