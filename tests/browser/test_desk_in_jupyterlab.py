"""The desk in JupyterLab: no answer before its question, widgets that live after a reload, and `fresh` beside an open page."""

import shutil

import nbformat
import pytest
from playwright.sync_api import expect

from course.exercises.desk import Desk
from tests.browser.driver import Lab, browser, needs_browser
from tests.reading import LESSONS

pytestmark = needs_browser

LESSON = LESSONS[0]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    (root / "notebooks").mkdir()
    shutil.copy(LESSON, root / "notebooks")
    return Desk(root)


@pytest.fixture(scope="module")
def notebook(desk, tmp_path_factory):
    """Lesson 00 at the desk, whose cells up to the first server have run, saved and loaded again."""
    desk.folder.mkdir()
    lab = Lab(desk.folder, tmp_path_factory.mktemp("empty"))
    try:
        desk.renew()
        with browser() as chromium:
            yield lab.open(chromium, LESSON.name)
    finally:
        lab.close()


def save(notebook) -> None:
    notebook.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")


def run_up_to_the_server(notebook) -> None:
    notebook.page.evaluate(
        """async () => {
            const { content } = window.jupyterapp.shell.currentWidget;
            content.activeCellIndex = content.widgets.findIndex(cell => cell.model.id === "serve") + 1;
            await window.jupyterapp.commands.execute("notebook:run-all-above");
        }"""
    )


def test_no_output_stands_below_a_cell_that_did_not_run(notebook):
    assert not any(notebook.outputs().values())


def test_the_panel_of_a_server_is_alive_after_a_reload_in_the_middle_of_the_lesson(notebook):
    page = notebook.page
    run_up_to_the_server(notebook)
    panel = page.locator(".panel")
    expect(panel).to_contain_text("running")
    save(notebook)
    page.reload()
    notebook.wait_for_kernel()
    expect(panel).to_contain_text("running")
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("stopped")


def test_fresh_beside_an_open_page_loses_nothing(notebook, desk):
    page = notebook.page
    saved = desk.folder / "notebooks" / LESSON.name
    page.evaluate(
        "window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.setSource('saved by me')"
    )
    save(notebook)
    page.evaluate(
        "window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.setSource('not saved')"
    )
    desk.start_over(LESSON.name[:2])
    [kept] = [path for path in saved.parent.glob("*.ipynb") if path != saved]
    assert nbformat.read(kept, as_version=4).cells[0].source == "saved by me"
    page.evaluate("void window.jupyterapp.commands.execute('docmanager:save')")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("changed")
    assert nbformat.read(saved, as_version=4).cells[0].source.startswith("# 00.")
    question.get_by_role("button", name="Revert").click()
    expect(page.locator(".jp-Notebook h1")).to_contain_text("00.")
