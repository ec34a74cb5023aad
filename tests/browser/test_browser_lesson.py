"""Lesson 11 in JupyterLab: JavaScript in the student's browser, and the React page beside the log."""

from urllib.parse import urlsplit

import jwt
import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import expect

from course.browser.react import IN_THE_BROWSER
from tests.browser.driver import Lab, assert_accessible, needs_browser
from tests.reading import LESSONS, SOLUTIONS

pytestmark = needs_browser

LESSON = next(path for path in LESSONS if path.name.startswith("11_"))
EXERCISE = next(path for path in SOLUTIONS if path.name.startswith("11_"))
BEHIND_A_PROXY = {
    "proxy": "import os\nos.environ['CODESPACES'] = 'true'",
    "through": "run_in_browser(login, get_my_tasks, session, API=browser_url(api))",
    "page-through": "show_react(page, api)",
}


BEFORE_A_RELOAD = {
    "imports": "from flask_cors import CORS\n"
    "from course import serve, show_react\nfrom server import create_app\nfrom server.demo import seed",
    "server": "app = create_app(stage='errors', JWT_SECRET_KEY='k' * 32, DATABASE_URL='sqlite://')\n"
    "seed(app)\nCORS(app)\napi = serve(app)",
}
AFTER_IT = {"show-page": "show_react(page, api)"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson") / "notebooks"
    folder.mkdir()
    lesson = nbformat.read(LESSON, as_version=4)
    nbformat.write(lesson, folder / "lesson.ipynb")
    index = {cell.id: index for index, cell in enumerate(lesson.cells)}

    def new(cells):
        return [nbformat.v4.new_code_cell(source, id=name) for name, source in cells.items()]

    # JupyterLab trusts a notebook when it saw every output. This one comes from somewhere else, and is not run again.
    later = nbformat.v4.new_code_cell("1 + 1", id="later", execution_count=1)
    later.outputs = [nbformat.v4.new_output("display_data", {"text/html": "<b>2</b>"})]

    def write(name, cells):
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=lesson.metadata)
        nbformat.write(notebook, folder / name)
        return notebook

    of_exercise = {cell.id: cell for cell in nbformat.read(EXERCISE, as_version=4).cells}
    live = [of_exercise[name] for name in ("setup", "session_bar", "page", "live")]
    write("exercise.ipynb", live)
    write("proxied.ipynb", lesson.cells[: index["show-page"] + 1] + new(BEHIND_A_PROXY))
    middle = new(BEFORE_A_RELOAD) + [lesson.cells[index["page"]]] + new(AFTER_IT) + [later]
    # A signature is for what stands in a notebook, whatever its name: these two must differ.
    write("untrusted.ipynb", new({"another": "1"}) + middle)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        NotebookNotary().sign(write("trusted.ipynb", middle))
        lab = Lab(tmp_path_factory.mktemp("lab"), folder)
    yield lab
    assert lab.close() == [], "a kernel outlives JupyterLab"


def open_and_run(lab, chromium, name):
    notebook = lab.open(chromium, name, width=1400)
    notebook.run_all_cells()
    assert notebook.errors_that_are_not_meant() == []
    return notebook


HOLD_LOGINS = """() => {
    const { fetch } = window;
    const hold = new Promise(resolve => { window.goOn = resolve });
    window.fetch = async (url, options) => {
        if (String(url).endsWith("/token")) await hold;
        return fetch(url, options);
    };
}"""


@pytest.fixture(scope="module")
def notebook(lab, chromium):
    """The lesson after Run All, in a browser that was too slow: its logins went out when all cells had run."""
    notebook = lab.open(chromium, "lesson.ipynb", width=1400)
    notebook.page.evaluate(HOLD_LOGINS)
    notebook.run_all_cells()
    assert notebook.errors_that_are_not_meant() == []
    notebook.page.evaluate("goOn()")
    expect(ran_on(notebook, "allowed")).to_contain_text("Run this cell again")
    # A login that comes late would log the page in, in the middle of a test.
    still_running = notebook.page.get_by_role("log").filter(has_text="Running …")
    expect(still_running).to_have_count(0)
    yield notebook
    assert notebook.outside_requests == [] and lab.outside.read_text() == ""
    assert notebook.page_errors == []


def cell(notebook, cell_id: str):
    """A cell in the page, with its outputs."""
    index = [cell.id for cell in nbformat.read(notebook.path, as_version=4).cells].index(cell_id)
    # After a reload JupyterLab has the notebooks of other pages too, in hidden tabs.
    return notebook.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").nth(index)


def front_end_of(notebook):
    """The React page of the lesson, without its frame."""
    return cell(notebook, "show-page").locator(".app .app")


@pytest.fixture
def front_end(notebook):
    """The React page, logged out, on its first page."""
    front_end = front_end_of(notebook)
    expect(front_end.get_by_role("navigation")).to_be_visible()
    # Looked for and clicked in one step: a page may notice just now that a cell has forgotten the token.
    front_end.evaluate(
        "page => [...page.querySelectorAll('button')].find(button => button.innerText === 'Log out')?.click()"
    )
    expect(front_end.get_by_role("button", name="Log out")).to_be_hidden()
    front_end.get_by_role("link", name="Home").click()
    return front_end


def said(notebook, cell_id: str):
    """What the browser logged below a cell."""
    return cell(notebook, cell_id).get_by_role("log").first


def ran_on(notebook, cell_id: str):
    """What stands below the browser's lines where cells ran before it was done."""
    return cell(notebook, cell_id).locator(".ran-on")


def cells_of(notebook) -> list[str]:
    """The cells as they are in the page now."""
    return notebook.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets
            .map(cell => cell.model.id + cell.model.sharedModel.getSource())"""
    )


def run_cell(notebook, cell_id: str):
    notebook.page.evaluate(
        """id => {
            const { content } = window.jupyterapp.shell.currentWidget;
            content.activeCellIndex = content.widgets.findIndex(cell => cell.model.id === id);
            window.jupyterapp.commands.execute("notebook:run-cell");
        }""",
        cell_id,
    )


LOG = """() => [...[...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .widget-hbox .panel")].pop().querySelectorAll("tbody tr")]
    .map(row => [...row.cells].slice(0, 3).map(cell => cell.innerText).join(" "))"""


def requests_of(notebook) -> list[str]:
    """Method, path and status of each line in the log beside the page."""
    return notebook.page.evaluate(LOG)


def wait_for_request(notebook, line: str, start: int) -> int:
    """Wait until the log beside the page has a line, such as "GET /tasks 200", behind its first `start` lines.

    Returns how many lines there are up to this one.
    """
    up_to_it = f"([line, start]) => ({LOG})().indexOf(line, start) + 1"
    return notebook.page.wait_for_function(up_to_it, arg=[line, start]).json_value()


def log_in(front_end, password="open sesame", username="ana"):
    front_end.get_by_label("Username").fill(username)
    front_end.get_by_label("Password").fill(password)
    front_end.get_by_role("button", name="Log in").click()


def test_the_browser_refuses_before_cors_and_gets_the_tasks_after(notebook):
    expect(said(notebook, "blocked")).to_contain_text("TypeError: Failed to fetch")
    expect(said(notebook, "allowed")).to_contain_text("Read RFC 7519")


def test_after_run_all_what_the_browser_said_tells_that_the_cells_below_ran_on(notebook):
    for cell_id in ("blocked", "allowed"):
        expect(ran_on(notebook, cell_id)).to_contain_text("Run this cell again")
    run_cell(notebook, "blocked")
    expect(ran_on(notebook, "blocked")).to_have_text("")
    expect(said(notebook, "blocked")).to_contain_text("TypeError: Failed to fetch")


def test_a_log_out_in_another_page_of_the_origin_is_heard(notebook):
    expect(said(notebook, "show-other-tab")).to_have_text("Your page hears: session is now null")


def test_a_script_of_somebody_else_reads_the_storage_unless_a_policy_stops_it(notebook):
    lines = said(notebook, "show-two-pages").inner_text().splitlines()
    assert lines == ["Without the policy: Ana's token", "With the policy: nothing"]


def test_the_page_of_another_origin_got_no_further_than_the_preflight(notebook):
    panel = notebook.page.locator(".panel").first
    expect(panel.locator("tbody")).to_contain_text("OPTIONS")
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
    # What an earlier test has asked may still come in, so each line is looked for behind the one before it.
    for line in ("POST /token 401", "POST /token 200"):
        start = wait_for_request(notebook, line, start)
    for path in ("/protected", "/tasks"):
        wait_for_request(notebook, f"GET {path} 200", start)
    assert "OPTIONS /tasks 200" in requests_of(notebook)
    front_end.get_by_role("button", name="Log out").click()
    expect(front_end.get_by_label("Password")).to_be_visible()
    assert notebook.page.evaluate("localStorage.getItem('session')") is None
    wait_for_request(notebook, "DELETE /token 204", start)


def test_when_the_access_token_is_over_the_log_shows_one_refresh(notebook, front_end):
    front_end.get_by_role("link", name="My tasks").click()
    log_in(front_end)
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    # This component notices the login within a second, and asks too: it must not be the one that refreshes.
    expect(cell(notebook, "show-greeting")).to_contain_text("Hello, ana!")
    run_cell(notebook, "show-over")
    expect(said(notebook, "show-over")).to_have_text("The access token is spoiled.")
    start = len(requests_of(notebook))
    front_end.get_by_role("link", name="Home").click()
    front_end.get_by_role("link", name="My tasks").click()
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    for line in ("GET /tasks 401", "POST /token/refresh 200", "GET /tasks 200"):
        start = wait_for_request(notebook, line, start)


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
    store = "token => localStorage.setItem('session', JSON.stringify({ token }))"
    notebook.page.evaluate(store, faked)
    front_end.get_by_role("link", name="Members only").click()
    expect(front_end.get_by_role("heading", name="Members only")).to_be_visible()
    front_end.get_by_role("link", name="My tasks").click()
    expect(front_end.get_by_label("Password")).to_be_visible()
    assert notebook.page.evaluate("localStorage.getItem('session')") is None
    wait_for_request(notebook, "GET /tasks 401", start)


KEYS = [
    "d",
    "d",
    "a",
    "b",
    "x",
    "m",
    "y",
    "z",
    "Delete",
    "Backspace",
    "Control+z",
    "Control+Shift+z",
]
KEYS += ["ArrowDown", "ArrowUp", "Shift+M", "Escape"]


def test_enter_in_a_field_logs_in(notebook, front_end):
    front_end.get_by_role("link", name="My tasks").click()
    front_end.get_by_label("Username").fill("ana")
    front_end.get_by_label("Password").fill("open sesame")
    front_end.get_by_label("Password").press("Enter")
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()


def test_ctrl_z_takes_back_what_was_typed(notebook, front_end):
    front_end.get_by_role("link", name="My tasks").click()
    field = front_end.get_by_label("Username")
    # A browser may take back what was typed in one step or in several: one letter is one step.
    field.press("a")
    expect(field).to_have_value("a")
    field.press("Control+z")
    expect(field).to_have_value("")


def test_no_key_that_is_pressed_in_the_page_changes_the_notebook(notebook, front_end):
    before = cells_of(notebook)
    keyboard = notebook.page.keyboard

    def press_all(element):
        element.focus()
        for key in KEYS:
            keyboard.press(key)
        assert element.evaluate("e => e.closest('.app').contains(document.activeElement)")
        assert cells_of(notebook) == before

    press_all(front_end.get_by_role("link", name="Home"))
    front_end.get_by_role("link", name="My tasks").press("Enter")
    field = front_end.get_by_label("Username")
    field.press_sequentially("dd aa bb x")
    expect(field).to_have_value("dd aa bb x")
    press_all(field)
    press_all(front_end.get_by_role("button", name="Log in"))
    # The buttons of a login and of a log-out go away while they have the focus.
    log_in(front_end)
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    for key in KEYS:
        keyboard.press(key)
    button = front_end.get_by_role("button", name="Log out")
    press_all(button)
    button.press("Enter")
    expect(front_end.get_by_label("Password")).to_be_visible()
    for key in KEYS:
        keyboard.press(key)
    assert cells_of(notebook) == before


def test_what_stands_below_the_page_does_not_move_at_a_login(notebook, front_end):
    height = "page => page.closest('.widget-hbox').offsetHeight"
    front_end.get_by_role("link", name="My tasks").click()
    expect(front_end.get_by_label("Password")).to_be_visible()
    before = front_end.evaluate(height)
    log_in(front_end, "correct horse", "bruno")
    expect(front_end.get_by_role("heading", name="Tasks of bruno")).to_be_visible()
    assert front_end.evaluate(height) == before


def test_without_the_colours_of_jupyterlab_the_page_has_those_of_its_surroundings(front_end):
    colours = front_end.evaluate(
        """page => {
            const around = page.closest(".widget-hbox");
            around.style.cssText += "color: rgb(1, 2, 3); --jp-content-font-color1: initial";
            return [page, page.querySelector("a")].map(element => getComputedStyle(element).color);
        }"""
    )
    assert colours == ["rgb(1, 2, 3)", "rgb(1, 2, 3)"]


def test_the_component_of_the_lesson_greets_who_logged_in(notebook, front_end):
    mine = cell(notebook, "show-greeting")
    log_in(mine)
    expect(mine).to_contain_text("Hello, ana!")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_in_the_notebook_is_accessible(notebook, front_end, theme):
    notebook.set_theme(theme)
    for link in ("Home", "My tasks", "Members only"):
        front_end.get_by_role("link", name=link).click()
        assert_accessible(notebook.page, ".app")
    notebook.set_theme("light")


def test_cells_that_keep_javascript_are_edited_as_javascript(notebook):
    kinds = notebook.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === "code")
            .map(cell => [cell.model.sharedModel.getSource().startsWith("%%keep"), cell.model.mimeType])"""
    )
    assert {(kept, kind) for kept, kind in kinds} == {(True, "text/jsx"), (False, "text/x-ipython")}
    line = cell(notebook, "login").locator(".cm-line").nth(1)
    code = line.inner_text()
    line.click()
    notebook.page.keyboard.press("ControlOrMeta+/")
    expect(line).to_have_text(f"// {code}")
    notebook.page.keyboard.press("ControlOrMeta+/")
    expect(line).to_have_text(code)


def test_javascript_does_not_run_again_when_the_notebook_is_opened_again(notebook, front_end):
    notebook.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    addresses = []
    notebook.page.on("request", lambda request: addresses.append(request.url))
    notebook.page.reload()
    notebook.wait_for_kernel()
    expect(said(notebook, "allowed")).to_contain_text("Read RFC 7519")
    # Each run of that cell logs in.
    assert [address for address in addresses if address.endswith("/token")] == []


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
    front_end = cell(notebook, "page-through").locator(".app .app")
    front_end.get_by_role("link", name="My tasks").click()
    log_in(front_end)
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    calls = [address for address in addresses if address.endswith(("/token", "/tasks"))]
    assert calls and all(call.startswith(f"{lab.url}proxy/") for call in calls)


def test_the_component_of_the_exercise_is_live_without_any_request(lab, chromium):
    notebook = open_and_run(lab, chromium, "exercise.ipynb")
    page = cell(notebook, "live").locator(".app").last
    expect(page).to_contain_text("Nobody is logged in")
    sent = []
    notebook.page.on("request", lambda request: sent.append(urlsplit(request.url).path))
    page.get_by_role("button", name="Store a token").click()
    page.get_by_role("button", name="Log out").click()
    expect(page).to_contain_text("Nobody is logged in")
    page.get_by_role("button", name="Store a token").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page).to_contain_text("Your session has ended")
    assert not {"/token", "/protected", "/tasks"} & set(sent)


@pytest.fixture
def after_a_reload(lab, chromium):
    """A function that runs a notebook up to its React page, saves it and loads the page again."""
    pages = []

    def open_again(name):
        notebook = lab.open(chromium, name, width=1400)
        page = notebook.page
        pages.append(page)
        page.evaluate(
            """() => {
                const { content } = window.jupyterapp.shell.currentWidget;
                content.activeCellIndex = content.widgets.length - 1;
                window.jupyterapp.commands.execute("notebook:run-all-above");
            }"""
        )
        expect(front_end_of(notebook)).to_be_visible()
        page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
        page.reload()
        notebook.wait_for_kernel()
        return notebook

    yield open_again
    for page in pages:
        page.close()


def test_in_a_trusted_notebook_the_page_and_its_log_live_on_after_a_reload(after_a_reload):
    notebook = after_a_reload("trusted.ipynb")
    front_end = front_end_of(notebook)
    front_end.get_by_role("link", name="My tasks").click()
    log_in(front_end)
    expect(front_end.get_by_role("heading", name="Tasks of ana")).to_be_visible()
    wait_for_request(notebook, "GET /tasks 200", 0)


def test_in_a_notebook_that_is_not_trusted_a_sentence_stands_in_its_place(after_a_reload):
    notebook = after_a_reload("untrusted.ipynb")
    expect(cell(notebook, "show-page").locator(".jp-OutputArea")).to_have_text(IN_THE_BROWSER)
