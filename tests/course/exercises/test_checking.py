"""`check`: what a student is told, whatever state the exercise is in."""

import json
import shutil
import sys

import nbformat
import pytest

from course import check
from course.exercises import checking, kernel
from course.exercises.catalogue import Task
from course.exercises.kernel import Kernel
from course.problem import Problem
from tests.exercises.running import answers_in
from tests.reading import EXERCISES, ROOT, SOLUTIONS

NAME = EXERCISES[0].relative_to(ROOT)
WRONG = answers_in(ROOT / "tests/exercises/wrong_answers/01_what_is_a_token.py")


@pytest.fixture
def root(tmp_path):
    """A course with exercise 01 only, as it was published."""
    for folder in ("solutions", "exercises"):
        name = NAME.parent.name
        shutil.copytree(ROOT / folder / name, tmp_path / folder / name)
    return tmp_path


def edit(root, change):
    notebook = nbformat.read(root / NAME, as_version=4)
    change({cell.id: cell for cell in notebook.cells}, notebook)
    nbformat.write(notebook, root / NAME)


def solve(root, *ids):
    """Put the solution's answers into these cells, or into all."""
    solution = nbformat.read(SOLUTIONS[0], as_version=4)
    answers = {cell.id: cell.source for cell in solution.cells}

    def change(cells, notebook):
        for cell_id in ids or cells:
            cells[cell_id].source = answers[cell_id]

    edit(root, change)


def test_an_exercise_that_nobody_touched_has_no_points(root):
    report = check("01", root)
    assert report.points == 0 and report.passed == "0 of 4"
    assert set(report.messages.values()) == {"Not done yet."} and report.notes == []


def test_a_solved_exercise_has_all_points_but_those_of_the_instructor(root):
    solve(root)
    report = check("01", root)
    assert (report.points, report.possible) == (10, 10)
    assert sum(task.points for task in report.tasks) == 12
    assert "10 of 10" in str(report) and "10 of 10" in report._repr_html_()


def test_checking_changes_nothing_on_the_disk(root):
    solve(root, "basic_header")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    check("01", root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_wrong_answer_gets_the_checks_own_sentence(root):
    cell_id, words, source = WRONG[2]

    def change(cells, notebook):
        cells[cell_id].source = source

    edit(root, change)
    report = check("01", root)
    assert words in report.messages[f"check_{cell_id}"]
    assert words in str(report)


def test_a_typo_is_named_with_its_line_and_without_a_traceback(root):
    def change(cells, notebook):
        cells["basic_header"].source = "def basic_header(username, password)\n    return 1"

    edit(root, change)
    message = check("01", root).messages["check_basic_header"]
    assert "SyntaxError" in message and "line 1" in message and "Traceback" not in message


def test_a_check_that_was_weakened_or_deleted_counts_as_it_was_published(root):
    solve(root, "kind_of")

    def change(cells, notebook):
        cells["check_basic_header"].source = "pass"
        notebook.cells.remove(cells["check_kind_of"])

    edit(root, change)
    report = check("01", root)
    assert report.points == 4
    notes = " ".join(report.notes)
    assert "check_basic_header was edited" in notes and "check_kind_of was missing" in notes
    assert notes.split(".")[0] in str(report) and notes.split(".")[0] in report._repr_html_()


class Impatient(Kernel):
    """A kernel that gives one cell little time. All others have what they need, on any machine."""

    def run(self, source, kind, seconds):
        return super().run(source, kind, 2 if "while True" in source else seconds)


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ],
)
def test_a_loop_without_an_end_is_stopped_and_the_other_tasks_count(root, loop, monkeypatch):
    monkeypatch.setattr(checking, "Kernel", Impatient)
    monkeypatch.setattr(kernel, "SECONDS_TO_STOP", 3)
    solve(root, "server_stores")

    def change(cells, notebook):
        cells["basic_header"].source = loop

    edit(root, change)
    report = check("01", root)
    assert "seconds" in report.messages["check_basic_header"]
    assert report.points == 2


def test_an_answer_that_ends_the_program_costs_its_own_task(root):
    solve(root, "server_stores")

    def change(cells, notebook):
        cells["basic_header"].source = "import os\nos._exit(1)"
        notebook.cells.insert(2, nbformat.v4.new_code_cell("exit()"))

    edit(root, change)
    report = check("01", root)
    assert "ended the program" in report.notes[0] and "check_basic_header" in report.messages
    assert report.points == 2


def test_a_name_of_the_exercise_that_a_student_uses_otherwise_does_no_harm(root):
    solve(root)

    def change(cells, notebook):
        notebook.cells.insert(2, nbformat.v4.new_code_cell("base64 = requests = None"))

    edit(root, change)
    assert check("01", root).points == 10


def test_settings_and_kernels_of_the_user_change_nothing(root, tmp_path, monkeypatch):
    solve(root)
    breaks = "import base64; base64.b64encode = base64.b64decode = None"
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    profile = tmp_path / "ipython" / "profile_default"
    for path, text in {
        spec: json.dumps(
            {"argv": ["false"], "display_name": "Another Python", "language": "python"}
        ),
        profile / "ipython_config.py": f"c.InteractiveShellApp.exec_lines = [{breaks!r}]",
        profile / "startup" / "start.py": breaks,
        tmp_path / "startup.py": breaks,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    monkeypatch.setenv("FLASK_DEBUG", "1")

    def change(cells, notebook):
        ours = "import os, sys\nassert 'FLASK_DEBUG' not in os.environ and sys.executable == "
        answer = cells["basic_header"].source
        cells["basic_header"].source = f"{ours}{sys.executable!r}\n{answer}"

    edit(root, change)
    report = check("01", root)
    assert (report.points, report.messages) == (10, {})


def test_a_notebook_that_cannot_be_read_is_a_sentence_and_a_row_of_the_table(root):
    (root / NAME).write_text("<<<<<<< HEAD", encoding="utf-8")
    with pytest.raises(Problem, match="Keep one version.*as you were given it.*fresh 01"):
        check("01", root)
    assert "Keep one version" in str(check(None, root))
    (root / NAME).unlink()
    with pytest.raises(Problem, match="01_what_is_a_token.ipynb: .*given.*fresh 01"):
        check("01", root)


@pytest.mark.parametrize("number", ["99", "1", "100"])
def test_an_exercise_that_does_not_exist_is_refused_with_those_that_do(root, number):
    with pytest.raises(Problem, match="01"):
        check(number, root)


def test_passed_and_failed_differ_in_colour_and_in_a_mark():
    tasks = [Task("a", "Split", 3, True), Task("b", "Join", 2, True), Task("c", "Why?", 1, False)]
    failed = {"b": "<b> is no text."}
    html = checking.Report("01", "01.ipynb", tasks, failed, set(), [])._repr_html_()
    assert '<tr class="passed"><td>✓ passed</td>' in html
    assert '<tr class="failed"><td>✗ failed</td>' in html
    assert '<tr class=""><td>read by hand</td>' in html
    assert "&lt;b&gt; is no text." in html


def test_an_answer_in_words_that_nobody_wrote_is_said_to_be_missing(root):
    solve(root, "basic_header")
    assert (
        "not answered" in str(check("01", root))
        and "○ not answered" in check("01", root)._repr_html_()
    )
    solve(root, "why")
    assert "not answered" not in str(check("01", root))
    assert "Your instructor reads this answer" in str(check("01", root))


def test_the_sum_says_that_it_leaves_out_what_a_person_reads(root):
    solve(root)
    assert "10 of 10, without the 2 " in str(check("01", root))


def test_the_table_has_a_row_for_each_exercise(root):
    text = str(check(None, root))
    assert "0 of 4" in text and "0 of 10" in text
    assert check(None, root)._repr_html_().count("<tr>") == 2


def test_in_the_folder_of_an_exercise_check_looks_at_that_one(root, tmp_path, monkeypatch):
    solve(root)
    alone = tmp_path / "from Canvas"
    alone.mkdir()
    (root / NAME).rename(alone / NAME.name)
    monkeypatch.chdir(alone)
    report = check("01", ROOT)
    assert report.points == 10 and report.file.endswith(f"from Canvas/{NAME.name}")
    assert check(NAME.name, ROOT).points == 10


def test_in_the_folder_of_a_lesson_check_looks_at_the_exercise_beside_it(root, monkeypatch):
    solve(root)
    (root / "notebooks").mkdir()
    monkeypatch.chdir(root / "notebooks")
    assert check("01", ROOT).points == 10


def test_a_path_whose_name_tells_no_number_is_refused_with_the_repair(root):
    (root / NAME).rename(root / "mine.ipynb")
    with pytest.raises(Problem, match="two digits"):
        check(root / "mine.ipynb", root)


def test_a_path_may_have_any_name_that_begins_with_the_two_digits(root):
    solve(root)
    (root / NAME).rename(root / "01 by me.ipynb")
    assert check(str(root / "01 by me.ipynb"), root).points == 10


def test_without_solutions_the_checks_of_the_exercises_count(root):
    shutil.rmtree(root / "solutions")
    shutil.copytree(root / "exercises", root / "desk" / "exercises")
    solution = nbformat.read(SOLUTIONS[0], as_version=4)
    solution.cells = [cell for cell in solution.cells if cell.id != "check_kind_of"]
    nbformat.write(solution, root / "desk" / NAME)
    report = check("01", root)
    assert report.points == 10 and "check_kind_of was missing" in " ".join(report.notes)
