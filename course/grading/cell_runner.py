"""Runs the cells of one notebook, inside the sandbox. sandbox.py starts it and talks to it through a pipe.

It is a script of its own, and never imported: whatever it imports, each sandbox has to load.
"""

import json
import os
import signal
import sys
from contextlib import nullcontext, suppress
from typing import Any

LONGEST_OUTPUT = 100_000  # characters of one cell; the rest is dropped

# The pipe moves away from the numbers that every program writes to.
questions = os.fdopen(os.dup(0), encoding="utf-8")
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
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

outputs: list[dict] = []
room = LONGEST_OUTPUT


def add(kind: str, **content: Any) -> None:
    global room
    room -= len(json.dumps(content, default=str))
    if room > 0:
        outputs.append({"output_type": kind, **content})


class Stream:
    """Standard output, or standard error, of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str):
        self.name = name

    def write(self, text: str) -> int:
        global room
        kept = text[: max(room, 0)]
        room -= len(kept)
        last = outputs[-1] if outputs else {}
        if last.get("name") == self.name:
            last["text"].append(kept)
        elif kept:
            outputs.append({"output_type": "stream", "name": self.name, "text": [kept]})
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
    is_checking = False

    def _tee(self, channel):  # would keep all that was ever printed in memory
        return nullcontext()

    def ask_exit(self) -> None:  # what exit() calls
        sys.exit()

    def showtraceback(self, *arguments: Any, **options: Any) -> None:
        if self.is_checking:  # nobody sees the traceback, and it takes longer than the check
            kind, error, _ = sys.exc_info()
            self._showtraceback(kind, error, [])
        else:
            super().showtraceback(*arguments, **options)

    def _format_exception_for_storage(self, *arguments, **options):
        return (
            {} if self.is_checking else super()._format_exception_for_storage(*arguments, **options)
        )

    def _showtraceback(self, etype, evalue, stb):
        name = getattr(etype, "__name__", str(etype))
        outputs.append(
            {
                "output_type": "error",
                "ename": name,
                "evalue": str(evalue)[:LONGEST_OUTPUT],
                "traceback": [line[:LONGEST_OUTPUT] for line in stb],
            }
        )


def main() -> None:
    global room
    shell = Shell.instance(displayhook_class=Results, display_pub_class=Displays)
    if shell.history_manager:
        shell.history_manager.hist_file = ":memory:"
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
    given: dict[str, Any] = {}
    for line in questions:
        question = json.loads(line)
        outputs.clear()
        room = LONGEST_OUTPUT
        shell.is_checking = question["kind"] == "check"
        if shell.is_checking:
            # What the exercise gave is what its checks use, whatever an answer called by the same name.
            shell.user_ns.update(given)
        before = dict(shell.user_ns)
        shell.run_cell(question["source"], store_history=True)
        if question["kind"] == "given":
            given |= {
                name: value
                for name, value in shell.user_ns.items()
                if before.get(name) is not value and not name.startswith("_")
            }
        answer = {"secret": question["secret"], "outputs": outputs}
        answers.write(json.dumps(answer, default=str, ensure_ascii=False))
        answers.write("\n")
        answers.flush()


main()
