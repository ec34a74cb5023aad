"""One browser for all tests of a file, and a page for one widget, with a stand-in for the kernel."""

import json

import flask
import pytest

from course import serve
from tests.browser.driver import browser, find_browser
from tests.reading import ROOT

PAGE = """<!doctype html><html lang="en"><title>One widget</title>
<link rel="stylesheet" href="/course/page/style.css"><link rel="stylesheet" href="/course/page/live.css">
<link rel="stylesheet" href="/course/tokens/editor.css">
<main><h1>One widget</h1><div id="widget"></div></main>
<script type="module">
import widget from "/course/NAME.js";
const state = STATE;
const handlers = [];
const tell = (event, content) => handlers.forEach(([events, act]) => events.split(" ").includes(event) && act(content));
window.model = {
  state,
  tell,
  sent: [],
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; tell(`change:${name}`); },
  save_changes() { this.saved = { ...state }; },
  send(content) { this.sent.push(content); },
  on: (events, act) => handlers.push([events, act]),
  off() {},
};
widget.render({ model: window.model, el: document.querySelector("#widget") });
window.drawn = true;
</script>"""


@pytest.fixture(scope="module")
def chromium():
    assert find_browser(), "CI must have a browser: install Chromium."
    with browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def files():
    app = flask.Flask("files", static_folder=None)
    app.get("/")(lambda: "")
    app.get("/course/<path:name>", endpoint="files")(
        lambda name: flask.send_from_directory(ROOT / "course", name)
    )
    with serve(app) as server:
        yield server.url


@pytest.fixture
def show_widget(chromium, files):
    """A function that opens a page with one widget, and what Python and the page share at the start."""
    pages, errors = [], []

    def show(name: str, without: str | None = None, **state):
        page = chromium.new_page(viewport={"width": 1200, "height": 1000})
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if without:
            owner, _, member = without.rpartition(".")
            page.add_init_script(
                f"Object.defineProperty({owner}, '{member}', {{ value: undefined }})"
            )
        page.route(
            "**/page",
            lambda route: route.fulfill(
                content_type="text/html",
                body=PAGE.replace("NAME", name).replace("STATE", json.dumps(state)),
            ),
        )
        page.goto(f"{files}/page")
        page.wait_for_function("window.drawn")
        return page

    yield show
    for page in pages:
        page.close()
    assert errors == []
