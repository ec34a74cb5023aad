"""The frame of `show_page`: from which host name it takes a page."""

import flask
import pytest

from course import serve
from tests.browser.driver import needs_browser
from tests.reading import ROOT

pytestmark = needs_browser

OTHER = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}
PAGE = """<!doctype html><title>A notebook</title><main></main>
<script type="module">
import widget from "/page.js";
const state = Object.fromEntries(new URLSearchParams(location.search));
widget.render({ model: { get: (name) => state[name] }, el: document.querySelector("main") });
window.drawn = true;
</script>"""


@pytest.fixture(scope="module")
def server():
    app = flask.Flask("notebook", static_folder=None)
    app.get("/")(lambda: PAGE)
    app.get("/page.js", endpoint="widget")(
        lambda: flask.send_from_directory(ROOT / "course" / "browser", "page.js")
    )
    app.get("/shown", endpoint="shown")(
        lambda: f"{flask.request.host} {flask.request.query_string.decode()}"
    )
    with serve(app) as server:
        yield server


def show(chromium, server, name, query):
    page = chromium.new_page()
    page.goto(f"http://{name}:{server.port}/?port={server.port}&path=/shown&{query}")
    page.wait_for_function("window.drawn")
    return page


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("query", ["", "other_site=1"])
def test_a_page_comes_from_the_name_of_the_notebook_or_from_the_other(
    chromium, server, name, query
):
    page = show(chromium, server, name, query)
    shown = OTHER[name] if query else name
    text = page.frame_locator("iframe").locator("body").inner_text()
    assert text.strip() == f"{shown}:{server.port}"
    page.close()


def test_it_is_told_where_the_notebook_reaches_the_server_beside_it(chromium, server):
    page = show(chromium, server, "localhost", "other_site=1&beside=5000")
    source = page.locator("iframe").get_attribute("src")
    assert source.endswith("/shown?beside=http%3A%2F%2Flocalhost%3A5000")
    page.close()


def test_where_the_notebook_has_another_name_a_sentence_stands_in_its_place(chromium, server):
    # As behind a proxy: all servers have one name there. Chromium takes this name for this computer.
    page = show(chromium, server, "hub.localhost", "")
    assert page.locator("iframe").count() == 0
    assert page.locator("main p").inner_text()
    page.close()
