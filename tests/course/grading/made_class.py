"""A class of made students: what each hands in, and the points that it must get, known by construction."""

import copy
import dataclasses
import io
import json
import os
import sys
import time
import zipfile
from functools import cache
from pathlib import Path

import nbformat

from course.exercises.running import run_cells
from course.grading.sandbox import Sandbox, is_available
from tests.course.grading.cheats import CHEATS
from tests.exercises.running import answers_in, run
from tests.reading import EXERCISES, ROOT, SOLUTIONS, is_answer, is_check

NUMBER = "02"
SOLUTION = next(path for path in SOLUTIONS if path.name.startswith(NUMBER))
EXERCISE = next(path for path in EXERCISES if path.name.startswith(NUMBER))
NAME = SOLUTION.parent.name
WRONG = ROOT / "tests" / "exercises" / "wrong_answers" / f"{SOLUTION.stem}.py"
CHECKED = {
    cell.id: cell.metadata.nbgrader.points
    for cell in nbformat.read(SOLUTION, as_version=4).cells
    if is_check(cell)
}
ALL = sum(CHECKED.values())
# Where a submission must not leave a file, and the name of the one that it tries to leave.
PLACES = [ROOT, Path.home(), Path("/usr"), Path("/etc"), Path("/tmp"), *map(Path, sys.path)]
WRITTEN = "written-by-a-student"
# What a submission starts and leaves behind: a sleep of so many seconds, as no other run of these tests starts it.
SLEEP = ["sleep", str(10**6 + os.getpid())]
WHY = "A signature hides nothing: everybody who gets the token can read the payload."


# Submissions that `check` judges otherwise, and why. They would do this to the machine that runs the tests.
ONLY_IN_A_SANDBOX = {
    "reads": "what the sandbox hides",
    "writes": "where the sandbox cannot be written to",
    "connects": "to servers that the sandbox does not reach",
    "takes the solution": "which the sandbox hides",
    "full disk": "the sandbox has its own",
    "fork bomb": "the sandbox limits processes",
    "40 processes of 300 MiB": "the sandbox limits memory",
    "10 GiB": "the sandbox limits memory",
    "kills its parent": "the sandbox has its own processes",
    "kills all": "the sandbox has its own processes",
    "stops itself": "the sandbox is stopped after some time",
    "stays": "the sandbox ends what it started",
    "forges": "it writes into every open file, and the kernel's connections are such files",
    "forges unsolved": "the same",
    "1 GiB": "the sandbox limits outputs",
    "1 GiB past Python": "the sandbox limits outputs",
}


@dataclasses.dataclass
class Student:
    """A made submission. `points` is None if it is so damaged that a person has to look."""

    kind: str
    content: bytes
    points: float | None
    file: str = SOLUTION.name


def notebook(answers: dict[str, str] | None = None, solved: bool = True):
    """The exercise as a student hands it in, solved but for the given answers."""
    handed_in = nbformat.read(EXERCISE, as_version=4)
    solutions = {cell.id: cell.source for cell in nbformat.read(SOLUTION, as_version=4).cells}
    for cell in handed_in.cells:
        if is_answer(cell) and solved:
            cell.source = solutions[cell.id]
        if cell.id == "why" and solved:
            cell.source = WHY
        cell.source = (answers or {}).get(cell.id, cell.source)
    return handed_in


def as_bytes(handed_in) -> bytes:
    return nbformat.writes(handed_in).encode()


def with_cell(source: str, solved: bool = True, answers: dict[str, str] | None = None) -> bytes:
    """The exercise with a cell of the student's own below the first one."""
    handed_in = notebook(answers, solved)
    handed_in.cells.insert(2, nbformat.v4.new_code_cell(source))
    return as_bytes(handed_in)


@cache
def seconds_per_cell() -> float:
    """How long a cell may run here: ten times as long as the slowest cell of the solution took, so only loops do."""
    slowest = 0.1

    class Measured(Sandbox):
        def run(self, *arguments):
            nonlocal slowest
            start = time.monotonic()
            try:
                return super().run(*arguments)
            finally:
                slowest = max(slowest, time.monotonic() - start)

    run_cells(notebook(), lambda: Measured(is_available()))
    return max(4, 10 * slowest)


def points_with(answers: dict[str, str]) -> float:
    """The points of the solution with other answers: the checks run here, without nbgrader and without a sandbox."""
    _, failed = run(SOLUTION, answers)
    return sum(points for check, points in CHECKED.items() if check not in failed)


def ordinary() -> list[Student]:
    students = [
        Student("solution", as_bytes(notebook()), ALL),
        Student("unsolved", as_bytes(notebook(solved=False)), 0),
    ]
    for cell_id, _, source in answers_in(WRONG)[::2]:  # each student takes a second
        solved = {cell.id: cell.source for cell in notebook().cells}
        source = source.replace("# The solution, but:", solved[cell_id])
        answers = {cell_id: source}
        students.append(Student("wrong", as_bytes(notebook(answers)), points_with(answers)))
    conflict = {"decode_section": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other"}
    in_a_cell = Student("merge conflict", as_bytes(notebook(conflict)), points_with(conflict))
    return [*students, in_a_cell]


def repairable() -> list[Student]:
    def changed(change) -> bytes:
        handed_in = notebook()
        change(handed_in)
        return as_bytes(handed_in)

    def copy_answer(handed_in):
        place = next(i for i, cell in enumerate(handed_in.cells) if is_answer(cell))
        pasted = copy.deepcopy(handed_in.cells[place])
        pasted.id = "pasted"
        handed_in.cells.insert(place + 1, pasted)

    def copy_stub(handed_in):
        copy_answer(handed_in)
        stub = next(cell for cell in nbformat.read(EXERCISE, 4).cells if is_answer(cell))
        next(cell for cell in handed_in.cells if is_answer(cell)).source = stub.source

    def lose_marks(handed_in):
        for cell in handed_in.cells:
            cell.metadata.pop("nbgrader", None)

    def lose_marks_and_ids(handed_in):
        lose_marks(handed_in)
        for number, cell in enumerate(handed_in.cells):
            cell.id = f"cell-{number}"

    def other_kernel(handed_in):
        handed_in.metadata.kernelspec = {"name": "ana", "display_name": "My kernel"}

    def large_outputs(handed_in):
        handed_in.cells[1].outputs = [nbformat.v4.new_output("stream", text="x" * 50 * 1024**2)]

    def no_checks(handed_in):
        handed_in.cells = [cell for cell in handed_in.cells if not is_check(cell)]

    changes = [
        copy_answer,
        copy_stub,
        lose_marks,
        lose_marks_and_ids,
        other_kernel,
        large_outputs,
        no_checks,
    ]
    students = [Student(change.__name__, changed(change), ALL) for change in changes]
    students.append(Student("renamed", as_bytes(notebook()), ALL, f"{SOLUTION.stem} (1).ipynb"))
    marked = "\ufeff".encode() + as_bytes(notebook())
    students.append(Student("byte order mark", marked, ALL))
    old = json.loads(as_bytes(notebook()))
    old["nbformat_minor"] = 4
    for cell in old["cells"]:
        del cell["id"]
    students.append(Student("old format", json.dumps(old).encode(), ALL))
    edited = notebook(solved=False)
    for cell in edited.cells:
        if is_check(cell):
            cell.source = "pass"
    students.append(Student("edited checks", as_bytes(edited), 0))
    return students


def damaged() -> list[Student]:
    whole = as_bytes(notebook())
    conflict = b"<<<<<<< HEAD\n" + whole + b"=======\n" + whole + b">>>>>>> other\n"
    other = next(path for path in EXERCISES if path.name.startswith("03")).read_bytes()
    return [
        Student("empty", b"", None),
        Student("half a file", whole[: len(whole) // 2], None),
        Student("merge conflict", conflict, None),
        Student("another exercise", other, None),
        Student("a picture", b"\x89PNG\r\n\x1a\n\0\0\xff\xfe", None),
        Student("JSON, not a notebook", b'[{"cells": 7}]', None),
        Student("nested", b"[" * 100_000, None),
    ]


def hostile(root: Path, port: int) -> list[Student]:
    """Submissions that attack the grader. `port` is that of a server of the instructor.

    What they must not reach, they report by printing REACHED.
    """
    secrets = [
        root / "gradebook.db",
        root / "solutions",
        ROOT / "solutions",
        Path.home(),
        root / "submitted",
    ]
    reads = f"""
import pathlib
for place in {[str(path) for path in secrets]} + ['..', '../..', '../../..']:
    for path in [pathlib.Path(place, 'gradebook.db'), pathlib.Path(place), *pathlib.Path(place).glob('*/*.ipynb')]:
        try:
            if path.is_file() and path.read_bytes():
                print('REACHED', path)
        except OSError:
            pass"""
    writes = f"""
import pathlib, sys
for place in {[str(path) for path in PLACES]} + {[str(root)]} + sys.path:
    try:
        pathlib.Path(place, {WRITTEN!r}).write_text('x')
    except OSError:
        pass"""
    connects = f"""
import socket
for host in ('127.0.0.1', 'localhost', '10.0.0.1'):
    try:
        socket.create_connection((host, {port}), timeout=1).sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
        print('REACHED', host)
    except OSError:
        pass"""
    full_disk = "\n".join(
        f"try:\n    for n in range(300): open(f'{place}/{{n}}', 'wb').write(b'x' * 2**20)\n"
        f"    print('REACHED {place}')\nexcept OSError: pass"
        for place in (".", "/tmp", "/dev/shm", "/submission", "/", "/dev", "/run", "/var/tmp")
    )
    forges = """
import json, os
for number in range(3, 30):
    try:
        os.write(number, b'{"secret": "", "outputs": []}\\n' * 50)
    except OSError:
        pass"""
    fork_bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    crowd = (
        "import os, time\nfor n in range(40):\n    if not os.fork():\n        x = bytearray(300 * 2**20)\n"
        "        time.sleep(60)\ntime.sleep(10)"
    )
    deaf = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    deaf_for_good = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    stays = f"import subprocess\nsubprocess.Popen({SLEEP}, start_new_session=True); None"
    patches = {
        "drops asserts": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())""",
        "hides errors": "get_ipython()._showtraceback = lambda *x: None\nget_ipython().showtraceback = lambda *x, **y: None",
        "runs nothing": "get_ipython().run_cell = lambda *x, **y: None",
        "is never wrong": "class AssertionError(Exception): pass\nimport builtins\nbuiltins.AssertionError = SystemExit",
        "gives its own helpers": "def refuses(*x): return True\nimport base64\nclass Right:\n    def __eq__(self, other): return True",
    }
    alone = {
        "reads": reads,
        "writes": writes,
        "connects": connects,
        "full disk": full_disk,
        "forges": forges,
        "fork bomb": fork_bomb,
        "10 GiB": "x = bytearray(10 * 2**30)",
        "40 processes of 300 MiB": crowd,
        "loop": "while True: pass",
        "deaf loop": deaf,
        "deaf for good": deaf_for_good,
        "kills its parent": "import os\nos.kill(os.getppid(), 9); os.kill(1, 9)",
        "kills all": "import os\nos.kill(-1, 9)",
        "1 GiB": "for n in range(1024): print('x' * 2**20)",
        "1 GiB past Python": "import os\nfor n in range(1024): os.write(1, b'x' * 2**20)",
        "os._exit": "import os\nos._exit(0)",
        "sys.exit": "import sys\nsys.exit()",
        "stays": stays,
        "asks": "input()",
        "stops itself": "import os\nos.kill(os.getpid(), 19)",
        "long": f"x = '{'x' * 300_000}'",
        "half characters": "print('\\ud800'); '\\udfff'",
        "strange outputs": "from IPython.display import display, HTML\ndisplay(HTML('<script>1</script>'), {1: object()}, metadata={'a': b'x'})",
        "crash": "import ctypes\nctypes.string_at(0)",
    }
    students = [Student(kind, with_cell(source), ALL) for kind, source in alone.items()]
    students += [
        Student(kind, with_cell(source, solved=False), 0) for kind, source in patches.items()
    ]
    students.append(Student("forges unsolved", with_cell(forges, solved=False), 0))
    exits = "def decode_section(section):\n    import os\n    os._exit(0)"
    fails = "def decode_section(section):\n    raise RuntimeError"
    students.append(
        Student(
            "exits in a check",
            as_bytes(notebook({"decode_section": exits})),
            points_with({"decode_section": fails}),
        )
    )
    takes_the_solution = f"exec(open({str(SOLUTION)!r}).read())"
    cheat = notebook({cell: takes_the_solution for cell in ("decode_section",)}, solved=False)
    students.append(Student("takes the solution", as_bytes(cheat), 0))
    for each in CHEATS:
        content = with_cell(each.cell, solved=False, answers=each.answers)
        students.append(Student(each.name, content, 0))
    return students


def canvas_zip(students: list[Student]) -> bytes:
    """All submissions as Canvas packs them. The number of a student is 1000 and the place in the list."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, student in enumerate(students, 1000):
            late = "LATE_" if number % 7 == 0 else ""
            archive.writestr(
                f"doeana{number}_{late}{number}_{number + 5000}_{student.file}", student.content
            )
    return packed.getvalue()
