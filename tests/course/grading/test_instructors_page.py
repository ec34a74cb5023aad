"""INSTRUCTORS.md tells the truth: its commands run, in its order, and its table is that of the exercises."""

import csv
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import SECONDS
from tests.course.grading.made_class import Student, as_bytes, canvas_zip
from tests.reading import EXERCISES, ROOT, SOLUTIONS, is_answer, prose

pytest.importorskip("nbgrader", reason="nbgrader is not installed.")
import nbformat  # noqa: E402

from course.grading.gradebook import open_gradebook  # noqa: E402
from course.grading.sandbox import is_available  # noqa: E402

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (is_available() or os.environ.get("CI")),
    reason="The page is for Linux with bubblewrap.",
)

PAGE = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```\n(.+?)^```", PAGE, re.M | re.S)
    for line in block.splitlines()
]
SOLUTION = next(path for path in SOLUTIONS if path.name.startswith("05"))
NAME = SOLUTION.parent.name
# The command line without its first step, which would install the packages once more.
COURSE = "from course import commands; commands.enter = lambda *words: None; commands.main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A fresh copy of the course, an exchange folder, and the zip file of a made class."""
    folder = tmp_path_factory.mktemp("instructor") / "course"
    folder.mkdir()
    for name in ("course", "server", "frontend", "solutions", "exercises", "notebooks"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
        )
    for name in ("nbgrader_config.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    exchange = folder.parent / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    settings = folder.parent / "settings"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
    )
    solved = nbformat.read(SOLUTION, as_version=4)
    unsolved = nbformat.read(next(path for path in EXERCISES if path.name == SOLUTION.name), 4)
    for cell, right in zip(unsolved.cells, solved.cells, strict=True):
        if is_answer(cell) or cell.id == "why":
            cell.source = right.source
    students = [
        Student("solved", as_bytes(unsolved), 13, SOLUTION.name),
        Student(
            "unsolved", (ROOT / "exercises" / NAME / SOLUTION.name).read_bytes(), 0, SOLUTION.name
        ),
        Student("empty", b"", None, SOLUTION.name),
    ]
    (folder / "SOURCE").write_bytes(canvas_zip(students))
    (folder / "roster.csv").write_text("student,name\n1000,Ana Doe\n")
    return folder


def run(folder: Path, command: str, **options) -> subprocess.Popen:
    words = shlex.split(command)
    if words[:3] in (["python", "-m", "course"], ["python3", "-m", "course"]):
        words = [sys.executable, "-c", COURSE, *words[3:]]
    environment = os.environ | {
        "PYTHONPATH": str(folder),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "JUPYTER_CONFIG_DIR": str(folder.parent / "settings"),
        "HOME": str(folder.parent),
    }
    return subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def finish(process: subprocess.Popen) -> str:
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    return output


def formgrader_opens(folder: Path) -> None:
    """Start the lab, as the page says, and ask it for the page on which a person grades."""
    options = "--no-browser --allow-root --port=0 --IdentityProvider.token=x"
    lab = run(folder, f"python -m course lab {options}", start_new_session=True)
    try:
        for line in lab.stdout:
            if found := re.search(r"http://\S+:\d+/", line):
                break
        address = f"{found[0]}formgrader/manage_assignments?token=x"
        with when_it_answers(address) as answer:
            assert answer.status == 200 and b"formgrader" in answer.read()
    finally:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()


def when_it_answers(address: str):
    """The answer of a server that is starting."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(address, timeout=SECONDS)
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def grade_by_hand(folder: Path) -> None:
    """What a person does in the formgrader."""
    with open_gradebook(folder) as book:
        submission = book.find_submission_notebook(SOLUTION.stem, NAME, "1000")
        grade = next(grade for grade in submission.grades if grade.name == "why")
        grade.manual_score, grade.needs_manual_grade = 1, False
        book.db.commit()


def totals(folder: Path) -> dict[str, str]:
    with (folder / "grades" / NAME / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["total"] for row in csv.DictReader(file)}


def test_every_command_of_the_page_runs_in_its_order(folder):
    labs = 0
    for command in COMMANDS:
        if command.startswith("sudo apt-get install"):
            assert shutil.which("bwrap"), "what the page installs is not there"
        elif command.endswith("course lab"):
            labs += 1
            if labs == 2:
                formgrader_opens(folder)
                grade_by_hand(folder)
        elif command.startswith("nbgrader collect"):
            # A student on the same hub fetches and submits.
            home = folder.parent / "student"
            home.mkdir()
            number = command.split()[-1]
            finish(run(home, f"nbgrader fetch_assignment {number} --course=jwt-by-hand"))
            finish(run(home, f"nbgrader submit {number} --course=jwt-by-hand"))
            finish(run(folder, command))
            collected = [path for path in folder.glob(f"submitted/*/{NAME}/{SOLUTION.name}")]
            assert len(collected) == 4
        else:
            finish(run(folder, command))
    assert labs == 2
    by_hub = (set(totals(folder)) - {"1000", "1001", "1002"}).pop()
    assert totals(folder) == {"1000": "14", "1001": "0", "1002": "", by_hub: "0"}


def test_the_page_names_what_was_written(folder):
    for name in re.findall(r"`(\w+\.(?:html|csv))`", PAGE):
        assert (folder / "grades" / NAME / name).exists() or (folder / name).exists(), name
    assert len(list(folder.glob(f"feedback/*/{NAME}/*.html"))) == 3


def test_unsafe_is_an_option(folder):
    command = re.search(r"`(python -m course grade \d\d --unsafe)`", PAGE)[1]
    assert "A person must look at 1002" in finish(run(folder, command))


def test_the_table_is_that_of_the_exercises():
    rows = re.findall(r"^\| (\d\d\. .+?) \| (\d+) \| (\d+) \| ([\d, ]+) \|$", PAGE, re.M)
    expected = []
    for path in SOLUTIONS:
        text = prose(path)
        title = re.match(r"# Exercise (.+)", text)[1]
        minutes, points = re.search(r"\*\*(\d+) minutes, (\d+) points\.\*\*", text).groups()
        expected.append((title, minutes, points))
    assert [row[:3] for row in rows] == expected
    for title, _, _, lessons in rows:
        assert lessons.split(", ")[-1] == title[:2]
        assert all(list(ROOT.glob(f"notebooks/{number}_*.ipynb")) for number in lessons.split(", "))


def test_both_plans_have_every_lesson():
    lessons = {path.name[:2] for path in ROOT.glob("notebooks/*.ipynb")}
    for title in ("Two weeks", "Twelve weeks"):
        plan = re.search(rf"\*\*{title}\.\*\* (.+)", PAGE)[1]
        assert set(re.findall(r"\b\d\d\b", plan)) == lessons
