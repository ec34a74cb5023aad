"""Lesson 11 in JupyterLab: JavaScript in the student's browser, and the React page beside the log."""

import jwt
import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.driver import Lab, assert_accessible, needs_browser
from tests.reading import LESSONS

pytestmark = needs_browser

LESSON = next(path for path in LESSONS if path.name.startswith("11_"))
BEHIND_A_PROXY = {
    "proxy": "import os\nos.environ['CODESPACES'] = 'true'",
    "through": "run_in_browser(login, get_my_tasks, session, API=browser_url(api))",
    "page-through": "show_react(page, api)",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson") / "notebooks"
    folder.mkdir()
    lesson = nbformat.read(LESSON, as_version=4)
    last = next(index for index, cell in enumerate(lesson.cells) if cell.id == "show-page")
    lesson.cells = lesson.cells[: last + 1]
    nbformat.write(lesson, folder / "lesson.ipynb")
    lesson.cells += [
        nbformat.v4.new_code_cell(source, id=name) for name, source in BEHIND_A_PROXY.items()
    ]
    nbformat.write(lesson, folder / "proxied.ipynb")
    lab = Lab(tmp_path_factory.mktemp("lab"), folder)
    yield lab
    assert lab.close() == [], "a kernel outlives JupyterLab"


def open_and_run(lab, chromium, name):
    notebook = lab.open(chromium, name, width=1400)
    notebook.run_all_cells()
    assert notebook.errors_that_are_not_meant() == []
    return notebook


@pytest.fixture(scope="module")
def notebook(lab, chromium):
    notebook = open_and_run(lab, chromium, "lesson.ipynb")
    yield notebook
    assert notebook.outside_requests == [] and lab.outside.read_text() == ""
    assert notebook.page_errors == []


@pytest.fixture
def front_end(notebook):
    """The React page, logged out, on its first page."""
    front_end = notebook.page.locator(".app").last
    expect(front_end.get_by_role("navigation")).to_be_visible()
    if front_end.get_by_role("button", name="Log out").is_visible():
        front_end.get_by_role("button", name="Log out").click()
    front_end.get_by_role("link", name="Home").click()
    return front_end


def said(notebook, cell_id: str):
    """What the browser logged below a cell."""
    index = [cell.id for cell in nbformat.read(notebook.path, as_version=4).cells].index(cell_id)
    return notebook.page.locator(".jp-Notebook .jp-Cell").nth(index).get_by_role("log").first


LOG = """() => [...[...document.querySelectorAll(".widget-hbox .panel")].pop().querySelectorAll("tbody tr")]
    .map(row => [...row.cells].slice(0, 3).map(cell => cell.innerText).join(" "))"""


def requests_of(notebook) -> list[str]:
    """Method, path and status of each line in the log beside the page."""
    return notebook.page.evaluate(LOG)


def wait_for_request(notebook, line: str, start: int) -> None:
    """Wait until the log beside the page has a line, such as "GET /tasks 200", behind its first `start` lines."""
    notebook.page.wait_for_function(
        f"([line, start]) => ({LOG})().slice(start).includes(line)", arg=[line, start]
    )


def log_in(front_end, password="open sesame"):
    front_end.get_by_label("Username").fill("ana")
    front_end.get_by_label("Password").fill(password)
    front_end.get_by_role("button", name="Log in").click()


def test_the_browser_refuses_before_cors_and_gets_the_tasks_after(notebook):
    expect(said(notebook, "blocked")).to_contain_text("TypeError: Failed to fetch")
    expect(said(notebook, "allowed")).to_contain_text("Read RFC 7519")


def test_the_page_of_another_origin_got_no_further_than_the_preflight(notebook):
    panel = notebook.page.locator(".panel").first
    expect(panel.locator("tbody tr td:first-child").last).to_have_text("OPTIONS")
    methods = panel.locator("tbody tr td:first-child").all_inner_texts()
    assert "POST" not in methods[methods.index("OPTIONS") :]


def test_the_heads_of_a_long_log_stay_in_sight(notebook):
    panel = notebook.page.locator(".panel").first
    panel.scroll_into_view_if_needed()
    notebook.page.wait_for_function(
        "list => list.scrollTop > 0", arg=panel.locator(".requests").element_handle()
    )
    expect(panel.get_by_role("columnheader", name="status")).to_be_in_viewport(ratio=1)


def test_a_login_leads_to_the_page_that_was_asked_for_and_every_click_is_in_the_log(
    notebook, front_end
):
    start = len(requests_of(notebook))
    front_end.get_by_role("link", name="My tasks").click()
    log_in(front_end, "wrong")
    expect(front_end.get_by_role("alert")).to_have_text("Invalid credentials")
    log_in(front_end)
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    expect(front_end.get_by_role("listitem").first).to_contain_text("Read RFC 7519")
    for line in ("POST /token 401", "POST /token 200", "GET /tasks 200"):
        wait_for_request(notebook, line, start)
    assert "OPTIONS /tasks 200" in requests_of(notebook)
    before = len(requests_of(notebook))
    front_end.get_by_role("button", name="Log out").click()
    expect(front_end.get_by_label("Password")).to_be_visible()
    assert notebook.page.evaluate("localStorage.getItem('jwt-token')") is None
    # The log-out sent nothing: the next request in the log is that of the next log-in.
    log_in(front_end, "wrong")
    wait_for_request(notebook, "POST /token 401", before)
    assert {line.split()[1] for line in requests_of(notebook)[before:]} == {"/token"}


def test_markup_in_a_task_is_text(notebook, front_end):
    title = "<img src=x onerror='window.hacked = 1'>\"</script>"
    front_end.get_by_role("link", name="My tasks").click()
    log_in(front_end)
    front_end.get_by_label("New task").fill(title)
    front_end.get_by_role("button", name="Add").click()
    expect(front_end.get_by_role("listitem").last).to_contain_text(title)
    assert notebook.page.evaluate("window.hacked") is None


def test_a_faked_token_opens_the_guard_and_gets_no_data(notebook, front_end):
    faked = jwt.encode({"sub": "1"}, "a key that the server does not know, for tests")
    start = len(requests_of(notebook))
    notebook.page.evaluate("token => localStorage.setItem('jwt-token', token)", faked)
    front_end.get_by_role("link", name="Members only").click()
    expect(front_end.get_by_role("heading", name="Members only")).to_be_visible()
    front_end.get_by_role("link", name="My tasks").click()
    expect(front_end.get_by_label("Password")).to_be_visible()
    assert notebook.page.evaluate("localStorage.getItem('jwt-token')") is None
    wait_for_request(notebook, "GET /tasks 401", start)


def test_the_keys_of_a_text_do_not_reach_the_notebook(notebook, front_end):
    front_end.get_by_role("link", name="My tasks").click()
    field = front_end.get_by_label("Username")
    cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
    field.press_sequentially("dd aa bb x")
    expect(field).to_have_value("dd aa bb x")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == cells


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_in_the_notebook_is_accessible(notebook, front_end, theme):
    notebook.set_theme(theme)
    for link in ("Home", "My tasks", "Members only"):
        front_end.get_by_role("link", name=link).click()
        assert_accessible(notebook.page, ".app")
    notebook.set_theme("light")


def test_javascript_does_not_run_again_when_the_notebook_is_opened_again(notebook, front_end):
    notebook.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.evaluate("localStorage.setItem('jwt-token', 'a mark')")
    notebook.page.reload()
    notebook.wait_for_kernel()
    expect(said(notebook, "allowed")).to_contain_text("Read RFC 7519")
    # Each run of that cell forgets the token at its end.
    assert notebook.page.evaluate("localStorage.getItem('jwt-token')") == "a mark"


def test_behind_a_proxy_everything_goes_through_the_site_of_jupyterlab(lab, chromium, monkeypatch):
    # The other name of this computer is another origin: the cells before the proxy work there too.
    monkeypatch.setattr(lab, "url", lab.url.replace("localhost", "127.0.0.1"))
    notebook = open_and_run(lab, chromium, "proxied.ipynb")
    expect(said(notebook, "blocked")).to_contain_text("TypeError: Failed to fetch")
    expect(said(notebook, "allowed")).to_contain_text("Read RFC 7519")
    # What these two cells asked for did not go through the proxy, whenever the browser came to it.
    addresses = []
    notebook.page.on("request", lambda request: addresses.append(request.url))
    expect(said(notebook, "through")).to_contain_text("Read RFC 7519")
    front_end = notebook.page.locator(".app").last
    front_end.get_by_role("link", name="My tasks").click()
    log_in(front_end)
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    calls = [address for address in addresses if address.endswith(("/token", "/tasks"))]
    assert calls and all(call.startswith(f"{lab.url}proxy/") for call in calls)
