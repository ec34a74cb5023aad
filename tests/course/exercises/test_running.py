"""What `run_cells` does when cells end the program, or take long: with a made program and a made clock."""

from types import SimpleNamespace

import nbformat
import pytest

from course.exercises import running
from course.exercises.running import Ended, failures, run_cells
from tests.course.exercises.in_process import InProcess

CHECK = {"nbgrader": {"grade": True, "solution": False, "locked": True, "grade_id": "check"}}


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when somebody moves it."""
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(running, "time", clock)
    return clock


def notebook(*sources, check="assert 1 == 1"):
    """A check that passes, and these cells around it."""
    before, *after = [nbformat.v4.new_code_cell(source) for source in sources]
    check = nbformat.v4.new_code_cell(check, metadata=CHECK)
    return nbformat.v4.new_notebook(cells=[before, check, *after])


def test_a_notebook_of_many_slow_cells_ends_and_what_ran_in_time_counts(clock):
    class Slow(InProcess):
        def run(self, source, kind, seconds):
            clock.now += seconds * 0.9 if source == "slow" else 0
            return super().run(source, kind, seconds)

    slow = notebook("1", *["slow"] * 100)
    assert run_cells(slow, Slow, seconds=30) == []
    assert 30 * 10 <= clock.now <= 30 * 11
    assert failures(slow) == {}
    assert slow.cells[-1].outputs[0]["ename"] == running.LEFT_OUT


def test_a_program_that_always_ends_in_some_later_cell_is_started_again_only_so_often(clock):
    starts = []

    class Ending(InProcess):
        def __init__(self):
            super().__init__()
            starts.append(clock.now)
            self.left = 3

        def run(self, source, kind, seconds):
            self.left -= 1
            clock.now += 1
            if self.left < 0:
                raise Ended("It ended.")
            return super().run(source, kind, seconds)

    notes = run_cells(notebook("1", *map(str, range(20))), Ending, seconds=30)
    assert len(starts) <= 22
    assert notes and all("was left out. It ended." in note for note in notes)


def test_a_cell_that_ends_the_program_is_left_out_and_the_others_run_again(clock):
    class Ending(InProcess):
        def run(self, source, kind, seconds):
            if source == "end":
                raise Ended("It ended.")
            return super().run(source, kind, seconds)

    ended = notebook("end", "later = 1")
    assert len(run_cells(ended, Ending)) == 1
    assert failures(ended) == {} and ended.cells[2].outputs == []


def test_a_check_that_cannot_fail_gives_no_points(clock):
    class NeverFails(InProcess):
        def run(self, source, kind, seconds):
            return running.Ran([], False)

    checked = notebook("1")
    run_cells(checked, NeverFails)
    assert list(failures(checked)) == ["check"]


def test_a_stub_that_was_left_below_an_answer_is_named(clock):
    written = notebook("answer = 1\nraise NotImplementedError", check="assert answer == 2")
    stub = "# Write your answer here.\nraise NotImplementedError"
    untouched = notebook(stub, check="assert answer == 2")
    for each in (written, untouched):
        run_cells(each, InProcess)
    assert "Delete it" in failures(written)["check"]
    assert failures(untouched)["check"] == "Not done yet."


def test_a_name_that_a_check_does_not_find_is_no_bare_error(clock):
    checked = notebook("other = 1", check="assert answer == 1")
    run_cells(checked, InProcess)
    assert "NameError" not in failures(checked)["check"] and "answer" in failures(checked)["check"]
