"""Runs the cells of one notebook, inside the sandbox. sandbox.py starts it and talks to it through a pipe.

It is a script of its own, and never imported: whatever it imports, each sandbox has to load.
"""

import ast
import builtins
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from types import CodeType, FunctionType
from typing import Any

LONGEST_OUTPUT = 100_000  # characters of one cell; the rest is dropped
HEAP = 1 << 9  # the flag of classes that can be changed (Py_TPFLAGS_HEAPTYPE)
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
        if callable(value) or isinstance(value, property | staticmethod | classmethod)
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
        self._given: dict[str, Any] = {}
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
        self._names.update(self._given, __builtins__=builtins)

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
                    self._given[name] = value
                    if isinstance(value, FunctionType):
                        self._codes.append((value, value.__code__))
        return True


def main(write: Callable = os.write, dumps: Callable = json.dumps) -> None:
    global room
    shell = Shell.instance(displayhook_class=Results, display_pub_class=Displays)
    if shell.history_manager:
        shell.history_manager.hist_file = ":memory:"
    sys.stdout = sys.stderr = Stream()  # type: ignore[assignment]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
    referee = Referee(shell.user_ns)
    for line in questions:
        # Not JSON, whose functions a submission can replace.
        secret, kind, length = line.split()
        source = questions.read(int(length)).decode()
        outputs.clear()
        room = LONGEST_OUTPUT
        is_done = False
        if kind == b"answer" or source.startswith("%"):
            referee.remember()
            shell.run_cell(source, store_history=True)
        else:
            is_done = referee.run(source, kind.decode())
        try:
            content = dumps(outputs, default=str).encode()
        except Exception:
            content = b"[]"
        reply = b"%s %d %d\n%s" % (secret, is_done, len(content), content)
        while reply:
            reply = reply[write(answers, reply) :]


main()
