"""The tables say what is true of each student, and nothing in them is a formula."""

import csv
import shutil

import pytest

from tests.course.grading.made_class import NAME, SOLUTION

results_of = pytest.importorskip("course.grading.results", reason="nbgrader is not installed.")
from course.exercises.catalogue import Exercise  # noqa: E402
from course.grading.records import Outcome  # noqa: E402
from course.grading.results import Results, Score, write_results  # noqa: E402
from course.grading.roster import read_roster  # noqa: E402
from course.grading.tables import printable, read_csv, write_csv  # noqa: E402
from course.problem import Problem  # noqa: E402


@pytest.fixture
def exercise(tmp_path):
    shutil.copytree(SOLUTION.parent, tmp_path / "solutions" / NAME)
    return Exercise(tmp_path, NAME)


def results_with(exercise, points: dict[str, float | None], **facts):
    """Each student with these points for each task; None is an answer that nobody has read."""
    tasks = {task.name: task for task in exercise.tasks}
    scores = {
        student: {name: Score(value, value is None, "") for name in tasks}
        for student, value in points.items()
    }
    empty = {"names": {}, "penalties": {}, "late": set(), "roster": {}}
    return Results(exercise.title, tasks, scores, **empty | facts)


def rows(exercise, table: str = "grades.csv") -> list[dict[str, str]]:
    path = exercise.root / "grades" / NAME / table
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def report(exercise) -> str:
    return (exercise.root / "grades" / NAME / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_what_a_person_wrote_is_no_formula(exercise, start):
    name = start + "HYPERLINK(1)"
    results = results_with(exercise, {name: 1}, names={name: name})
    write_results(exercise, results, [Outcome(name, "x", notes=[name])])
    for table in ("grades.csv", "canvas.csv", "moodle.csv"):
        cells = [cell for row in rows(exercise, table) for cell in row.values()]
        assert any("HYPERLINK" in cell for cell in cells)
        assert not any(cell.startswith(start) for cell in cells if len(cell) > 1)


def test_numbers_stay_numbers_and_what_was_written_is_read_again(tmp_path):
    row = ["-1", "+2.5", "-", "", "=1", "'quoted", "@ana", "Ana", "a,b"]
    write_csv(tmp_path / "table.csv", [row])
    assert (
        (tmp_path / "table.csv")
        .read_text(encoding="utf-8-sig")
        .startswith("-1,+2.5,-,,'=1,'quoted,'@ana,")
    )
    assert read_csv(tmp_path / "table.csv") == [row]


def test_what_steers_a_terminal_is_written_as_its_number():
    assert printable("دان\u200cش José 李") == "دان\u200cش José 李"
    assert printable("\x1b[31m\u202e\r\udcff") == "\\x1b[31m\\u202e\\r\\udcff"


def test_a_late_penalty_is_taken_off_in_every_table_and_never_below_nothing(exercise):
    results = results_with(exercise, {"77": 1, "78": 1}, penalties={"77": 1.5, "78": 1000})
    write_results(exercise, results, [Outcome("77", "x"), Outcome("78", "y")])
    expected = [f"{len(results.tasks) - 1.5:g}", "0"]
    assert [row["total"] for row in rows(exercise)] == expected
    assert [row["late penalty"] for row in rows(exercise)] == ["1.5", "1000"]
    assert [row["Grade"] for row in rows(exercise, "moodle.csv")] == expected
    assert [row[results.title] for row in rows(exercise, "canvas.csv")][1:] == expected


def test_a_penalty_changes_the_feedback(exercise):
    states = {
        results_with(exercise, {"77": 1}, penalties=penalties).state("77")
        for penalties in ({}, {"77": 1}, {"77": 2})
    }
    assert len(states) == 3


def test_equal_files_are_named_and_those_without_points_are_not(exercise):
    results = results_with(exercise, {"77": 1, "78": 1, "79": 1, "80": 0, "81": 0, "82": 1})
    outcomes = [Outcome("77", "same"), Outcome("78", "same"), Outcome("79", "own")]
    outcomes += [Outcome("80", "blank"), Outcome("81", "blank"), Outcome("82", "same", damage="x")]
    write_results(exercise, results, outcomes)
    equal = [row["student"] for row in rows(exercise) if "Equal" in row["remarks"]]
    assert equal == ["77", "78"] and "78" in rows(exercise)[0]["remarks"]
    assert "Equal to the file of 78" in report(exercise)


def test_who_is_late_and_who_is_missing_is_told(exercise):
    roster = {"77": "Ana", "<b>": "=Bo"}
    results = results_with(exercise, {"77": 1}, late={"77"}, roster=roster)
    write_results(exercise, results, [Outcome("77", "x")])
    late, missing = rows(exercise)
    assert "late" in late["remarks"]
    assert (missing["student"], missing["name"], missing["total"]) == ("<b>", "'=Bo", "")
    assert "&lt;b&gt;" in report(exercise) and "<b>" not in report(exercise)
    assert len(rows(exercise, "moodle.csv")) == 1


def test_an_answer_that_nobody_has_read_is_not_0_percent(exercise):
    results = results_with(exercise, {"77": None, "78": 0})
    write_results(exercise, results, [Outcome("77", "x"), Outcome("78", "y")])
    assert "0 %" not in report(exercise)
    assert ": 1 not read yet" in report(exercise)


@pytest.mark.parametrize(
    "text",
    [
        "name,student\nAna Doe,77\n,78\n",
        "Student,ID,SIS User ID,Final\n    Points Possible,,,10\nAna Doe,77,x,1\n,78,y,2\n",
        "Identifier,Full name,Grade\nParticipant 77,Ana Doe,-\nParticipant 78,,\n",
        "\ufeffStudent, Name \n77,Ana Doe\n\n78\n",
    ],
    ids=["ours", "Canvas", "Moodle", "a byte order mark"],
)
def test_a_roster_of_ours_canvas_and_moodle(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    assert read_roster(tmp_path) == {"77": "Ana Doe", "78": ""}


def test_without_a_roster_nobody_is_missing_and_another_table_is_one_sentence(tmp_path):
    assert read_roster(tmp_path) == {}
    (tmp_path / "roster.csv").write_text("Vorname;Nachname\nAna;Doe\n")
    with pytest.raises(Problem, match="student,name"):
        read_roster(tmp_path)
