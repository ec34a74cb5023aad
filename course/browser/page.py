"""`show_page(server)`: a page of a server in the notebook, on its own site or on another one, above a server's log."""

from pathlib import Path

import traitlets
from IPython.display import display

from course.page.cell import has_page
from course.page.widget import LiveWidget
from course.problem import Problem
from course.servers.background import BackgroundServer
from course.servers.launching import BackgroundProcess

IN_THE_BROWSER = "The page is shown in the browser that shows the notebook."


class PageFrame(LiveWidget):
    """A frame with a page of a server of this notebook.

    Attributes:
        port (int): the port of the server.
        path (str): the path of the page.
        other_site (bool): the page comes from the loopback name that JupyterLab does not have.
        beside (int): the port of another server, whose address the page gets; 0 if there is none.
    """

    _esm = Path(__file__).with_name("page.js")

    port = traitlets.Int().tag(sync=True)
    path = traitlets.Unicode().tag(sync=True)
    other_site = traitlets.Bool().tag(sync=True)
    beside = traitlets.Int().tag(sync=True)

    def __repr__(self):
        return IN_THE_BROWSER

    def _repr_html_(self):
        return None


def show_page(
    server: BackgroundServer | BackgroundProcess,
    path: str = "/",
    other_site: bool = False,
    beside: BackgroundServer | BackgroundProcess | None = None,
) -> None:
    """Show a page of a server, and below it the requests that arrive.

    A site is a scheme and a host name here, whatever the port (RFC 6265bis, "Same-site and cross-site Requests"). The
    page comes from the host name that JupyterLab was opened as, localhost or 127.0.0.1: only there do browsers let a
    frame keep cookies. The other of the two names is another site, as a server on another computer would be.

    Args:
        server: what `serve` or `launch` returned.
        path: the path of the page.
        other_site: take the page from the other name.
        beside: show the log of this server, in the place of the page's own. Its address, under the name of
            JupyterLab, is in the query of the page, as `beside`.

    Raises:
        Problem: the path does not begin with a slash.

    Example:
        >>> show_page(server)
        The page is shown in the browser that shows the notebook.
    """
    if not path.startswith("/"):
        raise Problem(f'A path begins with a slash: write "/{path}".')
    if not has_page():
        print(IN_THE_BROWSER)
        return
    # Only now: they open a connection to the page as soon as they are imported.
    from ipywidgets import VBox

    from course.servers.panel import ServerPanel

    frame = PageFrame(
        port=server.port,
        path=path,
        other_site=other_site,
        beside=beside.port if beside else 0,
    )
    # One above the other: which site and which cookies, the log says in its last columns.
    both = VBox([frame, ServerPanel(beside or server)])
    # Where the notebook is not trusted, or the kernel is gone, the text stands in the place of the page.
    display(both._repr_mimebundle_() | {"text/plain": IN_THE_BROWSER}, raw=True)
