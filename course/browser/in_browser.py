"""`run_in_browser(javascript)`: run JavaScript in the student's own browser, and how that browser reaches a server."""

import os
import time
from pathlib import Path

import traitlets
from IPython.display import display

from course.page.cell import cells_so_far, has_page
from course.page.widget import LiveWidget
from course.servers.background import BackgroundServer
from course.servers.launching import BackgroundProcess

SECONDS_FOR_A_REQUEST = 30
USUAL_ORIGIN = "http://localhost:8888"


class BrowserRun(LiveWidget):
    """JavaScript that runs once, in the page that first shows it.

    Attributes:
        lines (list[str]): what it has written with console.log so far, and what it threw.
        has_started, has_ended (bool): how far it is.
        ran_on (bool): cells below ran before it had ended.
    """

    _esm = Path(__file__).with_name("in_browser.js")

    code = traitlets.Unicode().tag(sync=True)
    constants = traitlets.Dict().tag(sync=True)
    lines: traitlets.List[str] = traitlets.List().tag(sync=True)
    has_started = traitlets.Bool(False).tag(sync=True)
    has_ended = traitlets.Bool(False).tag(sync=True)
    ran_on = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **state):
        super().__init__(**state)
        self._cells = cells_so_far()

    @traitlets.observe("has_ended")
    def _see_what_ran_meanwhile(self, change):
        # The page's message waits until the kernel is idle. So its answer comes after all cells that were asked for.
        self.ran_on = cells_so_far() > self._cells + 1

    def __repr__(self):
        return "This JavaScript runs in the browser that shows the notebook."

    def _repr_html_(self):
        return None


def run_in_browser(*sources: str, **constants: object) -> None:
    """Run JavaScript in the student's own browser, and show what it writes with console.log.

    Args:
        *sources: JavaScript. It may use `await`.
        **constants: names that the JavaScript can use, with values that JSON can carry.

    Example:
        >>> run_in_browser("console.log((await fetch(API)).status)", API=browser_url(server))
        This JavaScript runs in the browser that shows the notebook.
    """
    run = BrowserRun(code="\n".join(sources), constants=constants)
    if has_page():
        display(run)
    else:
        print(run)


def browser_url(server: BackgroundServer | BackgroundProcess) -> str:
    """Where the student's browser reaches a server of this notebook.

    On the student's own computer that is `server.url`. On JupyterHub, Binder and Codespaces the notebook runs on
    another computer; there jupyter-server-proxy makes the server a part of JupyterLab's own site.

    Args:
        server: what `serve` or `launch` returned.

    Returns:
        str: a URL without a slash at the end, or a path on JupyterLab's own site.

    Example:
        >>> browser_url(server) == server.url
        True
    """
    if os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return f"{os.environ['JUPYTERHUB_SERVICE_PREFIX']}proxy/{server.port}"
    if os.environ.get("CODESPACES"):
        return f"/proxy/{server.port}"
    return server.url


def browser_origin(server: BackgroundServer | BackgroundProcess) -> str:
    """The origin of the student's page, as the browser wrote it into its last request to `server`.

    The browser sends its requests while the notebook goes on, so this waits for one, for up to 30 seconds.

    Returns:
        str: the origin. It is JupyterLab's usual origin, "http://localhost:8888", where no such request can come
        (without a page, or behind a proxy), if none came, and if the page's own origin is none that a server can allow.

    Example:
        >>> browser_origin(server)
        'http://localhost:8888'
    """
    can_come = has_page() and browser_url(server) == server.url
    deadline = time.monotonic() + (SECONDS_FOR_A_REQUEST if can_come else 0)
    while not (origins := [request.origin for request in server.log if request.origin]):
        if time.monotonic() >= deadline:
            if can_come:
                print(
                    f"Your browser was not done before this cell ran: it has sent nothing to {server.url} yet. So we "
                    f"take {USUAL_ORIGIN}. Run the cell with run_in_browser again, wait for what it says, then go on "
                    "from this cell, cell by cell."
                )
            return USUAL_ORIGIN
        time.sleep(0.05)
    if not origins[-1].startswith(("http://", "https://")):
        print(
            f"The origin of your page is {origins[-1]}. A server can allow only an origin of http or https, so the "
            "browser will refuse all calls of this page. Open the lesson in JupyterLab with: python -m course lab. Or "
            f"read on: what the cells show is for {USUAL_ORIGIN}."
        )
        return USUAL_ORIGIN
    return origins[-1]
