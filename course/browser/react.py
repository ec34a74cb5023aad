"""`show_react(component, server)`: a React component in the notebook, beside the log of the server that it calls."""

from pathlib import Path

from IPython.display import display

from course.browser.in_browser import browser_url
from course.browser.in_node import REACT_SOURCES
from course.page.cell import has_page
from course.page.javascript import module_at, one_module
from course.servers.background import BackgroundServer
from course.servers.launching import BackgroundProcess

FRAME = Path(__file__).with_name("frame.jsx")
# JSX becomes calls of React.createElement.
REACT = 'import * as React from "react";\n'
IN_THE_BROWSER = "The component runs in the browser that shows the notebook."


def show_react(component: str, server: BackgroundServer | BackgroundProcess) -> None:
    """Show a React component, and beside it the requests that arrive at a server.

    Args:
        component: a module in JSX whose default export is the component. It can import names from react and from
            the files of frontend/src, such as "./app.jsx". It gets the property `apiUrl`.
        server: what `serve` or `launch` returned.

    Raises:
        Problem: the component imports from a file that is not there.

    Example:
        >>> show_react("export default () => <p>Hello</p>;", server)
        The component runs in the browser that shows the notebook.
    """
    if not has_page():
        print(IN_THE_BROWSER)
        return
    # Only now: they open a connection to the page as soon as they are imported.
    import ipyreact
    from ipywidgets import HBox, Layout, VBox

    from course.servers.panel import ServerPanel

    inside = ipyreact.Widget(
        _esm=REACT + one_module(component, REACT_SOURCES), props={"apiUrl": browser_url(server)}
    )
    half = {"flex": "1 1 22em", "min_width": "0"}
    frame = ipyreact.Widget(
        _esm=REACT + module_at(FRAME),
        props={"style": (REACT_SOURCES / "style.css").read_text("utf-8")},
        children=[inside],
        # High enough for the form of the login: what stands below does not move when a page takes its place.
        layout=Layout(**half, min_height="34em"),
    )
    both = HBox(
        [frame, VBox([ServerPanel(server)], layout=Layout(**half))],
        layout=Layout(flex_flow="row wrap"),
    )
    # Where the notebook is not trusted, or the kernel is gone, the text stands in the place of the component.
    display(both._repr_mimebundle_() | {"text/plain": IN_THE_BROWSER}, raw=True)
