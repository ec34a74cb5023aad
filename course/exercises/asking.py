"""How a check calls an answer: whatever the answer does, the student reads what is wrong, and for which input."""

import contextlib
import io
import linecache
import reprlib
import sys
import traceback
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

KINDS = {
    bool: "True or False",
    bytes: "bytes",
    dict: "a dictionary",
    float: "a number with a fraction",
    int: "a whole number",
    list: "a list",
    set: "a set",
    str: "a text",
    tuple: "a tuple",
    type(None): "None",
}
REPAIRS = {
    (str, bytes): "bytes.decode makes a text of bytes.",
    (bytes, str): "str.encode makes bytes of a text.",
    (bool, int): "A comparison with == gives True or False.",
}
_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80


def result_of(function: Callable, *arguments: Any, kind: type | None = None, **options: Any) -> Any:
    """Call an answer, and return what it returns.

    Args:
        function: what a student wrote, or what calls it, such as the client of an app.
        *arguments: what it gets.
        kind: of what type the result must be. None: any.
        **options: what it gets by name.

    Raises:
        AssertionError: it stops with an error, or its result is of another type. The sentence says for which input.
        NotImplementedError: it is still as the exercise gave it.

    Example:
        >>> result_of(len, "abc", kind=int)
        3
    """
    try:
        result, printed = _call(function, arguments, options)
    except (Exception, SystemExit) as error:
        sentence = _stopped(function, arguments, options, error)
        raise AssertionError(sentence) from None
    if kind and not _is(result, kind):
        said = _said(function, arguments, options)
        raise AssertionError(_other_kind(said, result, kind, printed))
    return result


def error_of(
    function: Callable, *arguments: Any, kind: type[Exception] = ValueError, **options: Any
) -> Exception | None:
    """Call an answer that should refuse its input, and return the error that it raises.

    Args:
        function: what a student wrote.
        *arguments: what it gets.
        kind: the error that the task names.
        **options: what it gets by name.

    Returns:
        The error, or None if the answer returned something: then it did not refuse.

    Raises:
        AssertionError: it stops with another error, or returns an error instead of raising it.
        NotImplementedError: it is still as the exercise gave it.

    Example:
        >>> error_of(int, "seven")
        ValueError("invalid literal for int() with base 10: 'seven'")
    """
    try:
        result, _ = _call(function, arguments, options)
    except kind as error:
        return error
    except (Exception, SystemExit) as error:
        sentence = _stopped(function, arguments, options, error)
        raise AssertionError(f"{sentence} It must raise {kind.__name__} here.") from None
    if isinstance(result, Exception) or isinstance(result, type) and issubclass(result, Exception):
        said = _said(function, arguments, options)
        raise AssertionError(f"{said} returns an error. Raise it: write raise, not return.")
    return None


def _call(function, arguments, options):
    """The result, and what was printed."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            result = function(*arguments, **options)
    finally:
        sys.stdout.write(output.getvalue())
    return result, output.getvalue()


def _is(result, kind):
    return isinstance(result, kind) and not (kind in (int, float) and isinstance(result, bool))


def _said(function, arguments, options):
    """The call as one would write it."""
    own = getattr(function, "__self__", None) is not None
    name = getattr(function, "__qualname__" if own else "__name__", repr(function))
    # A check passes a method on to a helper: its name says more than where it is in memory.
    parts = [getattr(argument, "__qualname__", _short.repr(argument)) for argument in arguments]
    parts += [f"{key}={_short.repr(value)}" for key, value in options.items()]
    return f"{name}({', '.join(parts)})"


def _other_kind(said, result, kind, printed):
    wanted = KINDS.get(kind, f"a {kind.__name__}")
    if result is None and printed:
        return f"{said} prints its result and returns nothing. Write return, not print."
    if result is None:
        return f"{said} returns None. It must return {wanted}: is there a way through it without return?"
    if isinstance(result, Exception):
        return f"{said} returns an error. Raise it: write raise, not return."
    found = KINDS.get(type(result), f"a value of the type {type(result).__name__}")
    repair = REPAIRS.get((kind, type(result)), "")
    return (
        f"{said} returns {found}: {_short.repr(result)}. It must return {wanted}. {repair}".strip()
    )


def _stub():
    raise NotImplementedError


def _stopped(function, arguments, options, error):
    """Where an answer stopped, in the lines of the notebook that are not of the check itself."""
    check = sys._getframe(2)
    all_frames = list(traceback.walk_tb(error.__traceback__))
    frames = [
        (frame, line)
        for frame, line in all_frames
        if frame.f_globals is check.f_globals
        and frame.f_code.co_filename != check.f_code.co_filename
    ]
    said = _said(function, arguments, options)
    if isinstance(error, NotImplementedError) and frames:
        code = frames[-1][0].f_code
        if code.co_code != _stub.__code__.co_code:
            return f"The line raise NotImplementedError is still in {code.co_name}. Delete it."
        if code is frames[0][0].f_code:  # the first that is called, for a view: by Flask
            raise NotImplementedError
        return f"{said} needs {code.co_name}, and that is not done yet."
    name = type(error).__name__
    an_error = f"an {name}" if name.startswith((*"AEIO", "HTTP")) else f"a {name}"
    if not frames:
        never_began = all_frames[-1][0].f_code is _call.__code__ and isinstance(error, TypeError)
        if never_began and (isinstance(function, FunctionType) or not callable(function)):
            return f"{said} cannot be called. Keep the line that begins with def as it was given."
        if never_began and isinstance(function, MethodType | type):
            return f"{said} cannot be called in this way. Which arguments does the task name?"
        return f"{said} stops with {an_error}, in no line of yours: look at what your code returns."
    frame, line = frames[-1]
    text = linecache.getline(frame.f_code.co_filename, line).strip()
    where = f"line {line} (`{text}`)" if text else f"line {line}"
    codes = [frame.f_code for frame, _ in frames]
    if isinstance(error, RecursionError) and codes.count(codes[-1]) > 1:
        return f"{said} calls itself again and again, in {where}."
    if isinstance(error, NameError):
        return f"{said} stops in {where}: the name {error.name} is not defined there."
    return (
        f"{said} stops in {where} with {an_error}. "
        "Run this call in a cell of its own to see all of the error."
    )
