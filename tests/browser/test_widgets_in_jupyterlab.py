"""The widgets in JupyterLab itself, with a real kernel behind them."""

import jwt
import nbformat
import pytest
from playwright.sync_api import expect

from course.tokens.crafted import KEY
from tests.browser.driver import Lab, assert_accessible, needs_browser, wait_until

pytestmark = needs_browser

GOOD = jwt.encode({"sub": "7"}, KEY)
CELLS = {
    "imports": "import requests\nfrom flask import Flask\nfrom course import Clock, TokenEditor, predict, serve",
    "editor": f"editor = TokenEditor({GOOD!r}, {KEY!r})\neditor",
    "table": "table = predict({'good': 200, 'expired': 401}, [200, 401])\ntable",
    "server": "clock = Clock(Flask('app'))\nserver = serve(clock)",
    "ask": "requests.get(server.url + '/me', auth=('ana', 'x')).status_code",
    "last": "'the end'",
}
KEYS = "b a x d d z c v m y r Delete Backspace ArrowDown ArrowUp j k Control+z Control+Enter Shift+Enter Enter Space"
CELLS_AND_SELECTION = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    return [content.activeCellIndex, content.widgets.map(({ model }) =>
        [model.id, model.type, model.sharedModel.getSource(), model.executionCount])];
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("widgets")
    (folder / "notebooks").mkdir()
    for name in ("widgets", "reloaded"):
        cells = [nbformat.v4.new_code_cell(source, id=cell) for cell, source in CELLS.items()]
        notebook = nbformat.v4.new_notebook(
            cells=cells,
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            },
        )
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    lab = Lab(tmp_path_factory.mktemp("lab"), folder / "notebooks")
    yield lab
    assert lab.close() == [], "a kernel outlives JupyterLab"


@pytest.fixture(scope="module")
def notebook(lab, chromium):
    notebook = lab.open(chromium, "widgets.ipynb")
    notebook.run_all_cells()
    yield notebook
    assert notebook.outside_requests == [] and lab.outside.read_text() == ""
    assert notebook.page_errors == []


@pytest.fixture
def editor(notebook):
    editor = notebook.page.locator(".course-token-editor")
    expect(editor).to_be_visible()
    return editor


def wait_for_python(notebook, expression: str) -> None:
    """Wait until an expression is true in the kernel."""
    ask = """async code => {
        const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
        const question = { code: "pass", silent: true, user_expressions: { value: code } };
        const reply = await kernel.requestExecute(question).done;
        return reply.content.user_expressions.value.data?.["text/plain"];
    }"""
    page = notebook.page
    wait_until(page, lambda: page.evaluate(ask, expression) == "True", expression)


def run_in_kernel(notebook, code: str) -> None:
    notebook.page.evaluate(
        "code => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code }).done",
        code,
    )


def test_python_and_page_see_the_same_token(notebook, editor):
    expect(editor.locator(".verdict")).to_have_attribute("data-valid", "true")
    editor.get_by_label("payload").fill('{"sub": "1"}')
    wait_for_python(notebook, "editor.payload == {'sub': '1'} and not editor.valid")
    editor.get_by_role("button", name="Sign with this key").click()
    wait_for_python(notebook, "editor.valid and editor.problem == ''")
    editor.get_by_label("Key", exact=True).fill("another key")
    wait_for_python(notebook, "editor.key == 'another key' and 'does not fit' in editor.problem")
    editor.get_by_label("Accept only").select_option("HS512")
    wait_for_python(notebook, "editor.algorithm == 'HS512'")
    run_in_kernel(
        notebook,
        f"editor.algorithm, editor.key, editor.token = 'HS256', {KEY.decode()!r}, {GOOD!r}",
    )
    expect(editor.locator(".verdict")).to_have_attribute("data-valid", "true")
    run_in_kernel(notebook, "editor.payload = {'sub': '9'}")
    expect(editor.get_by_label("payload")).to_have_value('{\n  "sub": "9"\n}')
    expect(editor.locator(".verdict")).to_have_attribute("data-valid", "false")
    editor.get_by_role("button", name="Undo all").click()
    editor.get_by_label("Token", exact=True).fill("half typed")
    wait_for_python(notebook, "editor.token == 'half typed' and editor.header is None")


def test_typing_in_the_editor_is_not_taken_for_a_shortcut(notebook, editor):
    before = notebook.page.locator(".jp-Notebook .jp-Cell").count()
    editor.get_by_label("Token", exact=True).press_sequentially("abdddx")
    editor.get_by_label("Token", exact=True).press("Enter")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(before)


def test_guesses_reach_python(notebook):
    table = notebook.page.locator(".predictions")
    table.get_by_role("button", name="200").first.click()
    wait_for_python(notebook, "table.guesses == {'good': '200'} and table.score == 1")


def test_the_panel_shows_requests_and_what_they_said(notebook):
    panel = notebook.page.locator(".panel")
    row = panel.locator("tbody tr").first
    expect(row).to_contain_text("/me")
    expect(row).to_contain_text("404")
    expect(row).to_contain_text("ana")
    row.click()
    expect(panel.locator(".exchange")).to_contain_text("GET /me HTTP/1.1")
    expect(panel.locator(".exchange")).to_contain_text("HTTP/1.1 404 NOT FOUND")


def test_the_slider_sets_the_clock_of_the_server_and_shows_what_python_sets(notebook):
    slider = notebook.page.get_by_role("slider", name="Minutes ahead")
    slider.press("ArrowRight")
    wait_for_python(notebook, "clock.seconds == 60")
    expect(notebook.page.locator("div.clock .state")).to_contain_text("0:01:00 ahead")
    run_in_kernel(notebook, "clock.set(minutes=16)")
    expect(slider).to_have_value("16")


def test_no_key_in_a_widget_reaches_the_notebook(notebook):
    page = notebook.page
    _, cells = page.evaluate(CELLS_AND_SELECTION)
    for selector in (".predictions", ".panel", "div.clock"):
        widget = page.locator(selector)
        focusable = widget.locator(
            "xpath=descendant-or-self::*[self::button or self::input or @tabindex or self::a]"
        )
        for element in focusable.all():
            if not element.is_visible() or not element.is_enabled():
                continue
            element.focus()  # JupyterLab selects the cell that has the focus
            selected, _ = page.evaluate(CELLS_AND_SELECTION)
            opens_a_tab = element.evaluate("element => element.matches('a')")
            for key in KEYS.split():
                if not (opens_a_tab and key.endswith("Enter")):
                    page.keyboard.press(key)
            assert page.evaluate(CELLS_AND_SELECTION) == [selected, cells], selector
            where = page.evaluate("document.activeElement.closest('.course')?.className")
            assert where, f"the focus left the widget: {selector}"
    # All has been pressed: every guess is made, and the server is stopped.
    expect(page.locator(".score")).to_contain_text("0 to guess")
    expect(page.locator(".panel .state")).to_contain_text("stopped")
    wait_for_python(notebook, "not server.running and len(table.guesses) == 2")


@pytest.mark.parametrize("widget", [".panel .requests", ".score"])
def test_the_key_that_saves_still_saves(notebook, widget):
    page = notebook.page
    page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty = true")

    def is_saved():
        # Pressed again, since JupyterLab drops the key while it still ends an earlier save.
        page.locator(widget).press("Control+s")
        return not page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty")

    wait_until(page, is_saved, "the key saves nothing")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_either_theme(notebook, editor, theme):
    page = notebook.page
    notebook.set_theme(theme)
    assert_accessible(page, ".course-token-editor")
    assert_accessible(page, ".predictions")
    assert_accessible(page, ".panel")
    assert_accessible(page, "div.clock")


def test_it_lives_on_after_a_reload(notebook):
    page = notebook.page
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    notebook.wait_for_kernel()
    run_in_kernel(notebook, f"editor.token = {GOOD!r}")
    verdict = page.locator(".course-token-editor .verdict")
    expect(verdict).to_have_attribute("data-valid", "true")


def test_a_saved_notebook_shows_its_widgets_although_the_kernel_is_new(notebook):
    page = notebook.page
    notebook.run_all_cells()
    expect(page.locator(".panel .state")).to_contain_text("running")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    notebook.wait_for_kernel()
    expect(page.locator(".panel .state")).to_contain_text("does not answer")
    page.reload()
    notebook.wait_for_kernel()
    verdict = page.locator(".course-token-editor .verdict")
    expect(verdict).to_have_attribute("data-valid", "true")
    expect(page.locator(".panel .state")).to_contain_text("does not answer")
    expect(page.locator("div.clock .state")).to_contain_text("does not answer")
    page.locator(".predictions").get_by_role("button", name="200").first.click()
    expect(page.locator(".score")).to_contain_text("1 of 1 right")
    page.locator(".course-token-editor").get_by_role("button", name="alg: none").click()
    expect(verdict).to_contain_text("trusts the header would accept")


def test_a_new_run_after_a_restart_connects_it_to_python_again(notebook):
    notebook.run_all_cells()
    wait_for_python(notebook, "editor.valid")
    notebook.page.get_by_label("payload").fill('{"sub": "3"}')
    wait_for_python(notebook, "editor.payload == {'sub': '3'}")


# The last one: JupyterLab opens all notebooks of its workspace again, and this test opens a second.
def test_widgets_live_on_after_a_reload_in_the_middle_of_a_lesson(lab, chromium):
    notebook = lab.open(chromium, "reloaded.ipynb")
    page = notebook.page
    # After a reload JupyterLab may also open what another page has open.
    here = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    for _ in list(CELLS)[:-1]:
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    expect(here.locator(".panel tbody tr")).to_contain_text("/me")
    here.locator(".predictions").get_by_role("button", name="200").first.click()
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.reload()
    notebook.wait_for_kernel()
    expect(here.locator(".panel .state")).to_contain_text("running")
    expect(here.locator(".panel tbody tr")).to_contain_text("/me")
    here.locator(".panel tbody tr").click()
    expect(here.locator(".exchange")).to_contain_text("GET /me HTTP/1.1")
    expect(here.locator(".score")).to_contain_text("1 of 1 right")
    here.locator(".predictions").get_by_role("button", name="200").last.click()
    wait_for_python(notebook, "table.guesses == {'good': '200', 'expired': '200'}")
    here.locator(".panel .stop").click()
    expect(here.locator(".panel .state")).to_contain_text("stopped")
    page.close()
    assert notebook.page_errors == []
