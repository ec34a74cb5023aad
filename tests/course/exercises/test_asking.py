"""What a check says of an answer that stops, prints, or returns something of another kind."""

import json

import pytest

from course.exercises.asking import error_of, result_of


def answer(source: str):
    """What a student's cell defines, in the namespace of this module as in a notebook."""
    exec(compile(source, "answer", "exec"), globals())
    return globals()["f"]


def said(function, *arguments, **options) -> str:
    with pytest.raises(AssertionError) as caught:
        result_of(function, *arguments, **options)
    return str(caught.value)


def test_a_result_of_the_right_kind_comes_back():
    assert result_of(answer("def f(x): return x"), "a", kind=str) == "a"
    assert result_of(answer("def f(x): return None"), "a") is None
    assert result_of(answer("def f(x, y=1): return [x, y]"), 1, y=2, kind=list) == [1, 2]


@pytest.mark.parametrize(
    "source, kind, words",
    [
        ("def f(x): print(x)", str, "return, not print"),
        ("def f(x): pass", str, "returns None"),
        ("def f(x): return x.encode()", str, "bytes.decode"),
        ("def f(x): return x", bytes, "str.encode"),
        ("def f(x): return ValueError(x)", str, "write raise, not return"),
        ("def f(x): return True", int, "a whole number"),
        ("def f(x): return 1", bool, "True or False"),
        ("def f(x): return [x]", tuple, "a list: ['in\\n']"),
    ],
)
def test_a_result_of_another_kind_is_told_with_its_input(source, kind, words):
    sentence = said(answer(source), "in\n", kind=kind)
    assert r"f('in\n')" in sentence and words in sentence


@pytest.mark.parametrize(
    "source, words",
    [
        ("def f(x):\n    return x[0][7]", "line 2"),
        ("def f(x):\n    return x.nothing", "an AttributeError"),
        ("def f(x):\n    return missing", "missing is not defined"),
        ("def f(x):\n    return f(x)", "again and again"),
        (
            "def f(x):\n    import json\n    return json.loads('[' * 100_000)",
            "line 3 with a RecursionError",
        ),
        ("def f(x):\n    return b'\\xff'.decode()", "a UnicodeDecodeError"),
        ("def f(x):\n    raise SystemExit", "SystemExit"),
        ("def f(): return 1", "begins with def"),
        ("f = 7", "begins with def"),
    ],
)
def test_an_answer_that_stops_is_told_without_a_bare_error(source, words):
    sentence = said(answer(source), "in")
    assert words in sentence
    assert "Error:" not in sentence and "object" not in sentence


def test_what_stops_in_a_library_was_called():
    sentence = said(lambda x: json.dumps(x), {"in"})  # this function stands for one of the check
    assert "stops with a TypeError" in sentence and "cannot be called" not in sentence


def test_a_class_that_does_not_take_the_arguments_is_told_so():
    class Client:
        def get(self):
            pass

    assert "Which arguments" in said(Client, "url")
    assert "Which arguments" in said(Client().get, "path")


def test_a_method_that_is_passed_on_is_called_by_its_name():
    call = answer("def f(call): return call[0]")
    assert "f(str.upper)" in said(call, str.upper)


def test_what_was_printed_is_still_shown(capsys):
    result_of(answer("def f(x): print('here')"), 1)
    with pytest.raises(AssertionError):
        result_of(answer("def f(x): print('there'); return x[0]"), 1)
    assert capsys.readouterr().out == "here\nthere\n"


def test_not_done_yet_is_said_of_the_answer_that_is_not_done():
    stub = answer('def f(x):\n    """What it does."""\n    raise NotImplementedError')
    with pytest.raises(NotImplementedError):
        result_of(stub, 1)
    with pytest.raises(NotImplementedError):
        error_of(stub, 1)
    with pytest.raises(NotImplementedError):  # what calls a view is no answer
        result_of(lambda x: stub(x), 1)
    answer("def g(x):\n    raise NotImplementedError")
    assert "needs g" in said(answer("def f(x): return g(x)"), 1)


def test_a_line_that_was_left_below_an_answer_is_named():
    written = answer("def f(x):\n    y = x\n    raise NotImplementedError")
    assert "still in f" in said(written, 1)


def test_an_error_that_the_task_wants_comes_back():
    refusing = answer("def f(x): raise UnicodeDecodeError('utf-8', b'', 0, 1, 'bad')")
    assert isinstance(error_of(refusing, "a"), ValueError)
    assert error_of(answer("def f(x): return x"), "a") is None
    assert isinstance(error_of(answer("def f(x): return x['a']"), {}, kind=KeyError), KeyError)


@pytest.mark.parametrize(
    "source, words",
    [
        ("def f(x): return ValueError(x)", "write raise, not return"),
        ("def f(x): return ValueError", "write raise, not return"),
        ("def f(x):\n    return x.nothing", "It must raise ValueError here"),
    ],
)
def test_another_error_is_no_refusal(source, words):
    with pytest.raises(AssertionError) as caught:
        error_of(answer(source), "a")
    assert words in str(caught.value)
