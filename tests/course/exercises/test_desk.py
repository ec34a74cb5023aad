"""The desk: a student's own copies. Whatever happens, nothing that a student wrote is lost."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from course import check
from course.exercises.desk import Desk
from course.problem import Problem
from tests.reading import EXERCISES, LESSONS, ROOT, SOLUTIONS

LESSON = LESSONS[1].relative_to(ROOT)
EXERCISE = EXERCISES[0].relative_to(ROOT)
BOTH = [EXERCISE, LESSON]


@pytest.fixture
def root(tmp_path):
    """A course with lesson and exercise 01, in a repository of git."""
    root = tmp_path / "a course, ñ"
    for path in (LESSON, EXERCISE, SOLUTIONS[0].relative_to(ROOT)):
        (root / path).parent.mkdir(parents=True)
        shutil.copy(ROOT / path, root / path)
    git(root, "init", "--quiet")
    commit(root)
    return root


@pytest.fixture
def desk(root):
    desk = Desk(root)
    desk.renew()
    return desk


GIT = shutil.which("git") or os.environ.get("CI")  # in CI there must be one


def git(root, *arguments):
    if not GIT:
        return
    author = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *author, *arguments], cwd=root, check=True)


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "An edition")


def edit(path, text, cell_id=None):
    """Write a text at the end of one cell, or of the first."""
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell_id in (None, cell.id))
    cell.source += text
    nbformat.write(notebook, path)


def answer(path):
    edit(path, "\n# my answer", "basic_header")


def new_edition(root):
    edit(root / LESSON, "\n\nNews.")
    for folder in (EXERCISE, SOLUTIONS[0].relative_to(ROOT)):
        edit(root / folder, "\n\nNews.")
    commit(root)


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def others(path):
    """What lies beside a copy."""
    return [each for each in path.parent.iterdir() if each != path]


def test_a_new_desk_has_each_lesson_without_outputs_and_each_exercise(root):
    said = Desk(root).renew()
    assert len(said) == 1 and "desk" in said[0]
    lesson = nbformat.read(root / "desk" / LESSON, as_version=4)
    published = nbformat.read(root / LESSON, as_version=4)
    for mine, theirs in zip(lesson.cells, published.cells, strict=True):
        assert (mine.id, mine.cell_type, mine.source) == (
            theirs.id,
            theirs.cell_type,
            theirs.source,
        )
        assert mine.get("outputs", []) == [] and mine.get("execution_count") is None
    answers = json.loads((root / "desk" / EXERCISE).read_text("utf-8"))
    assert answers == json.loads((root / EXERCISE).read_text("utf-8"))
    assert Desk(root).renew() == []


def test_what_is_missing_is_copied_again(desk):
    (desk.folder / LESSON).unlink()
    shutil.rmtree((desk.folder / EXERCISE).parent)
    assert desk.renew() == []
    assert all((desk.folder / name).is_file() for name in BOTH)


def open_and_close(path):
    """What JupyterLab does with a notebook that is opened and saved: other metadata, another form of the file."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info = {"name": "python", "version": "3.99"}
    path.write_text(json.dumps(notebook, indent=3), encoding="utf-8")


@pytest.mark.parametrize("touch", [lambda path: None, open_and_close])
def test_what_was_never_changed_follows_a_new_edition(desk, touch):
    for name in BOTH:
        touch(desk.folder / name)
    new_edition(desk.root)
    assert desk.renew() == []
    for name in BOTH:
        assert "News." in (desk.folder / name).read_text("utf-8")


def run_a_cell(path):
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").execution_count = 1
    nbformat.write(notebook, path)


def add_a_cell(path):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    nbformat.write(notebook, path)


CHANGES = {
    "an edit": lambda path: edit(path, " mine"),
    "a run": run_a_cell,
    "a new cell": add_a_cell,
    "no notebook any more": lambda path: path.write_text("<<<<<<< mine", "utf-8"),
    "empty": lambda path: path.write_bytes(b""),
    "strange JSON": lambda path: path.write_text('{"cells": [1]}', "utf-8"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_never_overwritten(desk, change):
    for name in BOTH:
        change(desk.folder / name)
    before = everything(desk.folder / "notebooks") | everything(desk.folder / "exercises")
    for _ in range(2):
        new_edition(desk.root)
        said = desk.renew()
        assert len(said) == 2 and all("python -m course fresh 01" in each for each in said)
        assert desk.renew() == []
    assert everything(desk.folder / "notebooks") | everything(desk.folder / "exercises") == before


@pytest.mark.parametrize("note", [None, b"", b"{", b"[1]", b'{"notebooks/x": 3}'])
def test_without_its_note_the_desk_keeps_all_that_differs(desk, note):
    for name in BOTH:
        edit(desk.folder / name, " mine")
    desk.note.unlink() if note is None else desk.note.write_bytes(note)
    new_edition(desk.root)
    assert len(desk.renew()) == 2
    for name in BOTH:
        assert "mine" in (desk.folder / name).read_text("utf-8")


def test_fresh_puts_new_copies_there_and_keeps_the_old_ones(desk):
    new_edition(desk.root)
    for name in BOTH:
        edit(desk.folder / name, " mine")
    for times in (1, 2):
        said = desk.start_over("01")
        for name in BOTH:
            assert "mine" not in (desk.folder / name).read_text("utf-8")
            assert "News." in (desk.folder / name).read_text("utf-8")
            assert len(others(desk.folder / name)) == times
            kept = [path.name for path in others(desk.folder / name) if path.name in str(said)]
            assert len(kept) == 1 and "mine" in (desk.folder / name).with_name(kept[0]).read_text(
                "utf-8"
            )
            edit(desk.folder / name, " mine")


def test_fresh_has_nothing_to_do_where_nothing_was_changed(desk):
    before = everything(desk.folder)
    desk.start_over("01")
    assert everything(desk.folder) == before


def test_fresh_makes_what_is_missing_and_says_what_there_is(root):
    Desk(root).start_over("01")
    assert all((root / "desk" / name).is_file() for name in BOTH)
    with pytest.raises(Problem, match="01"):
        Desk(root).start_over("02")


def test_a_fresh_copy_follows_the_next_edition(desk):
    edit(desk.folder / LESSON, " mine")
    desk.start_over("01")
    new_edition(desk.root)
    desk.renew()
    assert "News." in (desk.folder / LESSON).read_text("utf-8")


@pytest.mark.skipif(not GIT, reason="There is no git that could put a file back.")
@pytest.mark.parametrize("had_a_desk", [True, False])
def test_answers_in_exercises_come_to_the_desk_and_git_gets_its_file_back(root, had_a_desk):
    published = (root / EXERCISE).read_bytes()
    if had_a_desk:
        Desk(root).renew()
    answer(root / EXERCISE)
    mine = (root / EXERCISE).read_bytes()
    said = Desk(root).renew()
    assert EXERCISE.as_posix() in said[0] and "desk" in said[0]
    assert (root / "desk" / EXERCISE).read_bytes() == mine
    assert (root / EXERCISE).read_bytes() == published
    assert Desk(root).renew() == []
    new_edition(root)
    Desk(root).renew()
    assert (root / "desk" / EXERCISE).read_bytes() == mine


def test_answers_in_both_places_are_both_kept(desk):
    answer(desk.root / EXERCISE)
    edit(desk.folder / EXERCISE, "\n# another answer", "basic_header")
    before = (desk.folder / EXERCISE).read_bytes(), (desk.root / EXERCISE).read_bytes()
    said = desk.renew()
    [other] = others(desk.folder / EXERCISE)
    assert ((desk.folder / EXERCISE).read_bytes(), other.read_bytes()) == before
    assert other.name in said[0]


def test_a_copy_that_is_no_notebook_is_kept_when_answers_come_from_exercises(desk):
    (desk.folder / EXERCISE).write_text("<<<<<<< mine", encoding="utf-8")
    answer(desk.root / EXERCISE)
    answers = (desk.root / EXERCISE).read_bytes()
    desk.note.unlink()
    desk.renew()
    [other] = others(desk.folder / EXERCISE)
    assert (desk.folder / EXERCISE).read_text("utf-8") == "<<<<<<< mine"
    assert other.read_bytes() == answers


def test_without_git_answers_stay_in_exercises_too(root):
    shutil.rmtree(root / ".git")
    answer(root / EXERCISE)
    mine = (root / EXERCISE).read_bytes()
    assert len(Desk(root).renew()) == 2 and Desk(root).renew() == []
    assert (root / EXERCISE).read_bytes() == (root / "desk" / EXERCISE).read_bytes() == mine
    Desk(root).start_over("01")
    assert "my answer" not in (root / "desk" / EXERCISE).read_text("utf-8")
    assert [path.read_bytes() for path in others(root / "desk" / EXERCISE)] == [mine]


def test_check_looks_at_the_desk(desk):
    shutil.copy(ROOT / "solutions" / EXERCISE.relative_to("exercises"), desk.folder / EXERCISE)
    report = check("01", desk.root)
    assert report.passed == "4 of 4" and report.file == f"desk/{EXERCISE.as_posix()}"


def test_a_lesson_that_is_gone_stays_at_the_desk_and_is_told_once(desk):
    (desk.root / LESSON).unlink()
    before = (desk.folder / LESSON).read_bytes()
    assert [LESSON.name in sentence for sentence in desk.renew()] == [True]
    assert desk.renew() == [] and (desk.folder / LESSON).read_bytes() == before


@pytest.mark.parametrize("name", BOTH, ids=["lesson", "exercise"])
def test_a_file_of_the_course_that_is_no_notebook_is_a_sentence(desk, name):
    before = (desk.folder / name).read_bytes()
    (desk.root / name).write_text("<<<<<<< HEAD", encoding="utf-8")
    assert [name.as_posix() in sentence for sentence in desk.renew()] == [True]
    assert [name.as_posix() in sentence for sentence in desk.start_over("01")].count(True) >= 1
    assert (desk.folder / name).read_bytes() == before


def test_a_folder_where_a_copy_belongs_is_a_sentence_and_fresh_moves_it_away(desk):
    (desk.folder / LESSON).unlink()
    (desk.folder / LESSON / "mine").mkdir(parents=True)
    new_edition(desk.root)
    said = desk.renew()
    assert len(said) == 1 and LESSON.name in said[0]
    desk.start_over("01")
    assert (desk.folder / LESSON).is_file()
    assert any((path / "mine").is_dir() for path in others(desk.folder / LESSON))


def test_a_file_where_the_desk_belongs_is_a_sentence(root):
    (root / "desk").write_text("mine", encoding="utf-8")
    assert all("desk" in sentence for sentence in Desk(root).renew())
    assert (root / "desk").read_text("utf-8") == "mine"


IN_TROUBLE = """
import os, signal, sys
from pathlib import Path
from course.exercises import desk
{trouble}
print(*desk.Desk(Path.cwd()).start_over("01"), sep="\\n")
"""
FULL_DISK = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
"""
READ_ONLY = """
for folder in (Path("desk"), *Path("desk").rglob("*")):
    folder.is_dir() and folder.chmod(0o555)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits and rights.")
@pytest.mark.parametrize("trouble", [FULL_DISK, READ_ONLY], ids=["full disk", "read-only"])
def test_a_desk_that_cannot_be_written_is_a_sentence_for_each_file_and_nothing_is_lost(
    desk, trouble
):
    for name in BOTH:
        edit(desk.folder / name, " mine")
    before = everything(desk.folder)
    # Root may write everywhere, without this right of its own.
    as_user = [] if os.getuid() else ["setpriv", "--bounding-set=-dac_override"]
    command = [*as_user, sys.executable, "-c", IN_TROUBLE.format(trouble=trouble)]
    result = subprocess.run(command, cwd=desk.root, capture_output=True, encoding="utf-8")
    for path in (desk.folder, *desk.folder.rglob("*")):
        path.chmod(0o755)
    assert (result.returncode, result.stderr) == (0, "")
    for name in BOTH:
        assert name.as_posix() in result.stdout
    assert everything(desk.folder) == before
