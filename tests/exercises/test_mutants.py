"""That mutants are made, and judged. Which of them the checks refuse takes minutes: python -m tests.exercises.mutants"""

import pytest

from tests.exercises import mutants
from tests.exercises.changes import changed
from tests.exercises.mutants import RIGHT, has_javascript, judged, right_mutants
from tests.reading import SOLUTIONS, cells, each

SOURCE = '''\
@private
def greeting(name: str | None, number: int) -> str:
    """Return a greeting."""
    if name and number < 9:
        for each in (name, number):
            try:
                print("one", each)
            except ValueError:
                pass
        return f"Hello {name}" + base64.b64encode(name.encode(), validate=True)
    raise ValueError("There is no " + "name")
'''
PATH = SOLUTIONS[0]
[CELL] = [cell for cell in cells(PATH) if cell.id == "server_stores"]


@pytest.mark.parametrize(
    "was, instead",
    [
        ("number < 9", "number <= 9"),
        ("number < 9", "number == 9"),
        ("number < 9", "number < 10"),
        ("number < 9", "number < 8"),
        ("name and number < 9", "name or number < 9"),
        ("name and number < 9", "name"),
        ("name and number < 9", "True"),
        ("Hello {name}", "XXHello XX{name}"),
        (" + base64.b64encode(name.encode(), validate=True)", ""),
        ("b64encode", "urlsafe_b64encode"),
        (", validate=True", ", "),
        ("validate=True", "validate=False"),
        ("name.encode()", "name"),
        ("name.encode()", 'name.encode("latin-1")'),
        ('raise ValueError("There is no " + "name")', "pass"),
        ("@private\n", ""),
        ("(name, number)", "(name, )"),
        ('print("one", each)', "pass"),
        ('"one"', '"XXoneXX"'),
    ],
)
def test_a_text_is_changed(was, instead):
    assert SOURCE.replace(was, instead) in changed(SOURCE)


def test_a_try_is_left_out():
    alone = SOURCE.replace("try:", "if True:").replace(
        "            except ValueError:\n                pass\n", ""
    )
    assert alone in changed(SOURCE)


def test_annotations_docstrings_and_what_errors_say_stay_as_they_are():
    for text in changed(SOURCE):
        assert "def greeting(name: str | None, number: int) -> str:" in text
        assert '"""Return a greeting."""' in text
        assert 'ValueError("There is no " + "name")' in text or "raise" not in text


def test_a_change_is_refused_and_the_solution_is_not():
    assert judged(PATH, CELL.id, CELL.source) == (False, "")
    made = [text for cell_id, text, _ in mutants.mutants(PATH) if cell_id == CELL.id]
    assert made
    for text in made:
        assert judged(PATH, CELL.id, text)[0], text


def test_an_answer_that_never_ends_is_refused(monkeypatch):
    monkeypatch.setattr(mutants, "FOREVER", 0.1)
    assert judged(PATH, CELL.id, f"{CELL.source}\nwhile True: pass") == (True, "")


def test_right_mutants_belong_to_exercises():
    assert {path.stem for path in RIGHT.iterdir()} <= {path.stem for path in SOLUTIONS}


# The mutants of JavaScript are made where the packages of frontend/ are, in tests/frontend/.
@each([path for path in SOLUTIONS if not has_javascript(path)])
def test_what_is_listed_as_right_can_still_be_made(path):
    assert right_mutants(path).keys() <= {
        (cell_id, lines) for cell_id, _, lines in mutants.mutants(path)
    }
