"""Runs the cells of one notebook, inside the sandbox. sandbox.py starts it and talks to it through a pipe.

It is a script of its own, and never imported: whatever it imports, each sandbox has to load.
"""

import ast
import builtins
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from types import CodeType, FunctionType
from typing import Any

LONGEST_OUTPUT = 100_000  # characters of one cell; the rest is dropped
HEAP = 1 << 9  # the flag of classes that can be changed (Py_TPFLAGS_HEAPTYPE)
DESCRIPTORS = (property, staticmethod, classmethod)  # a union of them would be slower
LONGEST_LINE, MOST_LINES = 10_000, 100  # of a traceback

# The pipe moves away from the numbers that every program writes to.
questions = os.fdopen(os.dup(0), "rb")
answers = os.dup(1)
nothing = os.open(os.devnull, os.O_RDWR)
for number in (0, 1):
    os.dup2(nothing, number)

limits = json.loads(questions.readline())
if sys.platform != "win32":  # there are no limits
    import resource

    for name, amount in limits.items():
        with suppress(ValueError):  # the system's own limit is lower
            resource.setrlimit(getattr(resource, name), (amount, amount))

from IPython.core.displayhook import DisplayHook  # noqa: E402 (only after the limits are set)
from IPython.core.displaypub import DisplayPublisher  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402
from IPython.lib.pretty import pretty  # noqa: E402
from traitlets.config import Config  # noqa: E402

outputs: list[dict] = []
room = LONGEST_OUTPUT


def add(kind: str, **content: Any) -> None:
    global room
    room -= len(json.dumps(content, default=str))
    if room > 0:
        outputs.append({"output_type": kind, **content})


class Stream:
    """Standard output and standard error of a cell: a warning is no error, and costs no points."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        global room
        kept = text[: max(room, 0)]
        room -= len(kept)
        last = outputs[-1] if outputs else {}
        if last.get("name") == "stdout":
            last["text"].append(kept)
        elif kept:
            outputs.append({"output_type": "stream", "name": "stdout", "text": [kept]})
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


class Results(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        add(
            "execute_result",
            data=format_dict,
            metadata=md_dict or {},
            execution_count=self.prompt_count,
        )


class Displays(DisplayPublisher):
    def publish(  # type: ignore[override]
        self, data: dict, metadata: dict | None = None, **options: Any
    ) -> None:
        add("display_data", data=data, metadata=metadata or {})


class Shell(InteractiveShell):
    def _tee(self, channel):  # would keep all that was ever printed in memory
        return nullcontext()

    def init_completer(self) -> None:  # nobody presses Tab, and it takes as long as a cell
        pass

    def ask_exit(self) -> None:  # what exit() calls
        sys.exit()

    def _showtraceback(self, etype, evalue, stb):
        add_error(etype, evalue, [line[:LONGEST_LINE] for line in stb[-MOST_LINES:]])


def add_error(kind: type, error: object, lines: list[str]) -> None:
    try:
        text = str(error)
    except Exception:
        text = ""
    outputs.append(
        {
            "output_type": "error",
            "ename": getattr(kind, "__name__", str(kind)),
            "evalue": text[:LONGEST_OUTPUT],
            "traceback": lines,
        }
    )


def stop_watching() -> None:
    """No debugger or profiler of the submission sees how a check runs."""
    sys.settrace(None)
    sys.setprofile(None)
    if sys.version_info >= (3, 12):
        for tool in filter(sys.monitoring.get_tool, range(6)):
            sys.monitoring.set_events(tool, 0)


def parts(source: str, name: str) -> tuple[CodeType, CodeType | None]:
    """The code of a cell, and that of the expression in its last line, if there is one."""
    tree, last = ast.parse(source), None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), name, "eval")  # type: ignore[attr-defined]
    return compile(tree, name, "exec"), last


def code_in(content: Any) -> dict[str, Any]:
    """What runs, among the names of a module or a class."""
    return {
        name: value
        for name, value in content.items()
        if callable(value) or isinstance(value, DESCRIPTORS)
    }


def is_helper(name: str, value: Any) -> bool:
    """Whether later checks may need what a check has defined. Other names may be those of answers."""
    return isinstance(value, FunctionType | type) or name.isupper()


class Referee:
    """Runs the cells of the exercise so that what a submission has changed does not decide about its checks.

    A submission runs in the same Python, and can change whatever it finds by a name. So what matters here is taken
    before its first cell runs. It is not out of reach: INSTRUCTORS.md says what cannot be had in one Python.
    """

    def __init__(self, names: dict[str, Any]):
        self._names = names
        self.given: dict[str, Any] = {}
        self._codes: list[tuple[FunctionType, CodeType]] = []
        self._loaded: dict[str, Any] = {}
        self._modules: list[tuple[dict, dict]] = []
        self._classes: list[tuple[type, dict]] = []

    def remember(self) -> None:
        """Keep the functions and classes of all modules, as they are before the first cell of the student."""
        if self._loaded:
            return
        self._loaded = dict(sys.modules)
        contents = [getattr(module, "__dict__", None) for module in self._loaded.values()]
        self._modules = [
            (content, code_in(content)) for content in contents if isinstance(content, dict)
        ]
        classes = {
            value for _, kept in self._modules for value in kept.values() if isinstance(value, type)
        }
        self._classes = [(each, code_in(vars(each))) for each in classes if each.__flags__ & HEAP]

    def _restore(self) -> None:
        for content, kept in self._modules:
            content.update(kept)
        for each, kept in self._classes:
            now = vars(each)
            for name, value in kept.items():
                if now.get(name) is not value:
                    setattr(each, name, value)
        for function, code in self._codes:
            function.__code__ = code
        sys.modules.update(self._loaded)
        self._names.update(self.given, __builtins__=builtins)

    def run(
        self, source: str, kind: str, run_exec: Callable = exec, run_eval: Callable = eval
    ) -> bool:
        """Run a cell without IPython, and say whether it came to its end. It can use what the exercise gave."""
        self._restore()
        names = self._names
        before = dict(names)
        stop_watching()
        try:
            code, last = parts(source, f"<{kind}>")
            run_exec(code, names)
            value = last and run_eval(last, names)
            if kind == "given" and value is not None:
                add("execute_result", data={"text/plain": pretty(value)})
        except BaseException as error:
            add_error(type(error), error, [])
            return False
        finally:
            for name, value in list(names.items()):
                is_new = before.get(name) is not value and not name.startswith("_")
                if is_new and (kind == "given" or is_helper(name, value)):
                    self.given[name] = value
                    if isinstance(value, FunctionType):
                        self._codes.append((value, value.__code__))
        return True


def packed(value: Any) -> Any:
    """A plain value as JSON carries it. Of a class that derives from a plain one, only the plain value goes.

    Raises:
        TypeError: it is no plain value.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return {"bytes": bytes.hex(value)}
    kinds: tuple[Any, ...] = (list, tuple, set)
    for kind in kinds:
        if isinstance(value, kind):
            return {kind.__name__: [packed(each) for each in kind.__iter__(value)]}
    if isinstance(value, dict):
        return {"dict": [[packed(name), packed(each)] for name, each in dict.items(value)]}
    raise TypeError(f"A value of the type {type(value).__name__} is not plain.")


def unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, content)] = value.items()
    if kind == "bytes":
        return bytes.fromhex(content)
    if kind == "dict":
        return {unpacked(name): unpacked(each) for name, each in content}
    return {"list": list, "tuple": tuple, "set": set}[kind](map(unpacked, content))


def error_like(classes: list[str], text: str) -> Exception:
    """An error of the first of these classes that Python itself has, and that a text alone can make."""
    for name in classes:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            with suppress(TypeError):
                return kind(text)
    return Exception(text)


class Apart:
    """Runs checks where no submission has been: in a copy of this process, made before the first answer ran.

    What a submission has defined stays in the other process. A check gets its plain values, and functions that ask for
    what its functions return. A check that needs more fails here, for the solution too: so it is not run apart.
    """

    def __init__(self, names: dict[str, Any], file: Any):
        self._names = names
        self._file = file
        self._given: list[str] = []

    def ask(self, kind: str, content: bytes) -> tuple[bool, bytes]:
        """Ask the process of the answers, and wait."""
        self._file.write(b"%s %d\n%s" % (kind.encode(), len(content), content))
        self._file.flush()
        is_done, length = self._file.readline().split()
        return is_done == b"1", self._file.read(int(length))

    def give(self, source: str) -> None:
        """Keep a given cell for the checks below it."""
        self._given.append(source)

    def run(self, source: str) -> bool:
        """Run a check, and say whether it came to its end."""
        while self._given:
            with suppress(BaseException):  # it may need an answer
                exec(self._given.pop(0), self._names)
        theirs = json.loads(self.ask("names", b"")[1])
        names = self._names | {
            name: self._stand_in(name) if value == "" else unpacked(value["value"])
            for name, value in theirs.items()
            if name not in self._names and not hasattr(builtins, name)
        }
        before = dict(names)
        try:
            exec(compile(source, "<check>", "exec"), names)
        except BaseException as error:
            add_error(type(error), error, [])
            return False
        self._names |= {
            name: value
            for name, value in names.items()
            if before.get(name) is not value and is_helper(name, value)
        }
        return True

    def _stand_in(self, name: str) -> Callable:
        def call(*arguments: Any, **options: Any) -> Any:
            question = json.dumps([name, packed(arguments), packed(options)])
            answer = json.loads(self.ask("call", question.encode())[1])
            if "value" not in answer:
                raise error_like(answer["error"], answer["text"])
            return unpacked(answer["value"])

        call.__name__ = call.__qualname__ = name
        return call


def names_in(names: dict[str, Any], given: dict[str, Any]) -> dict:
    """What a submission has defined: plain values, and an empty text for what can be called."""
    told: dict[str, Any] = {}
    for name, value in names.items():
        if not name.startswith("_") and name not in given:
            with suppress(TypeError):
                told[name] = "" if callable(value) else {"value": packed(value)}
    return told


def called(names: dict[str, Any], question: list) -> dict:
    """What an answer returns or raises."""
    name, arguments, options = question
    try:
        return {"value": packed(names[name](*unpacked(arguments), **unpacked(options)))}
    except BaseException as error:
        return {"error": [each.__name__ for each in type(error).__mro__], "text": str(error)}


def run_cell(shell: Shell, referee: Referee, kind: bytes, source: str) -> tuple[bool, Any]:
    """Run a cell, or answer a check that runs apart."""
    global room
    outputs.clear()
    room = LONGEST_OUTPUT
    if kind == b"names":
        return True, names_in(shell.user_ns, referee.given)
    if kind == b"call":
        return True, called(shell.user_ns, json.loads(source))
    if kind == b"answer" or source.startswith("%"):
        referee.remember()
        shell.run_cell(source, store_history=True)
        return False, outputs
    return referee.run(source, "given" if kind == b"given" else "check"), outputs


def divide(shell: Shell, referee: Referee) -> Apart:
    """Make a second process for checks, which talks to sandbox.py from now on. This one goes on with the answers."""
    ours, theirs = socket.socketpair()
    if sys.platform != "win32" and os.fork():
        questions.close()
        os.close(answers)
        ours.close()
        file = theirs.makefile("rwb")
        for line in file:
            kind, length = line.split()
            reply(file.write, b"", *run_cell(shell, referee, kind, file.read(int(length)).decode()))
            file.flush()
        os._exit(0)
    import ctypes

    ctypes.CDLL(None).prctl(4, 0)  # PR_SET_DUMPABLE: no other process reads or writes its memory
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    theirs.close()
    return Apart(shell.user_ns, ours.makefile("rwb"))


def reply(
    write: Callable, secret: bytes, is_done: bool, told: Any, dumps: Callable = json.dumps
) -> None:
    try:
        content = told if isinstance(told, bytes) else dumps(told, default=str).encode()
    except Exception:
        content = b"[]"
    message = b"%s %d %d\n%s" % (secret, is_done, len(content), content)
    while message:
        message = message[write(message) :]


def main(write: Callable = os.write) -> None:
    no_file = Config(HistoryManager={"enabled": False})  # and no thread that writes it
    shell = Shell.instance(displayhook_class=Results, display_pub_class=Displays, config=no_file)
    sys.stdout = sys.stderr = Stream()  # type: ignore[assignment]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
    referee, apart = Referee(shell.user_ns), None
    for line in questions:
        # Not JSON, whose functions a submission can replace.
        secret, kind, length = line.split()
        source = questions.read(int(length)).decode()
        # A copy of a process has none of its threads: an exercise that starts a server has one process.
        if kind == b"answer" and limits and not apart and threading.active_count() == 1:
            apart = divide(shell, referee)
        if not apart:
            is_done, told = run_cell(shell, referee, kind, source)
        else:
            is_done, told = apart.ask(kind.decode(), source.encode())
            if kind == b"given":
                apart.give(source)
            elif kind == b"apart" and is_done:
                outputs.clear()
                is_done = apart.run(source)
                told = told if is_done else outputs
        reply(lambda part: write(answers, part), secret, is_done, told)


main()
