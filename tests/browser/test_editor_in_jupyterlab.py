"""Every key that is pressed in the token editor is the editor's own, in JupyterLab, where `d` `d` deletes a cell."""

import jwt
import nbformat
import pytest
from playwright.sync_api import expect

from course.tokens.crafted import KEY
from tests.browser.driver import Lab, needs_browser

pytestmark = needs_browser

GOOD = jwt.encode({"sub": "7"}, KEY)
CELLS = {
    "imports": "from course import TokenEditor",
    "editor": f"TokenEditor({GOOD!r}, {KEY!r})",
    "after": "1 + 1",
}
KEYS = [
    "d",
    "d",
    "b",
    "a",
    "x",
    "m",
    "Delete",
    "ArrowDown",
    "ArrowUp",
    "Control+z",
    "Shift+M",
    "0",
    "0",
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory, chromium):
    folder = tmp_path_factory.mktemp("keys")
    (folder / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    nbformat.write(notebook, folder / "notebooks" / "keys.ipynb")
    lab = Lab(tmp_path_factory.mktemp("lab"), folder / "notebooks")
    opened = lab.open(chromium, "keys.ipynb")
    opened.run_all_cells()
    yield opened
    assert lab.close() == [], "a kernel outlives JupyterLab"


@pytest.fixture
def editor(notebook):
    editor = notebook.page.locator(".course-token-editor")
    expect(editor).to_be_visible()
    return editor


def cells(notebook) -> list[str]:
    return notebook.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
            ({ model }) => `${model.id} ${model.type} ${model.sharedModel.getSource()}`)"""
    )


def focus_is_in_the_editor(editor) -> bool:
    return editor.evaluate("element => element.contains(document.activeElement)")


def press_all(notebook, editor, what) -> None:
    for key in KEYS:
        notebook.page.keyboard.press(key)
        assert focus_is_in_the_editor(editor), f"{what} loses the focus with {key}"


def test_no_key_on_a_control_reaches_the_notebook(notebook, editor):
    before = cells(notebook)
    controls = editor.locator(":is(button, select, textarea, a)").filter(visible=True)
    for index in range(controls.count()):
        control = controls.nth(index)
        what = control.evaluate("one => one.id || one.textContent")
        control.focus()
        press_all(notebook, editor, what)
        assert cells(notebook) == before, what


def test_no_key_after_a_click_on_a_button_reaches_the_notebook(notebook, editor):
    before = cells(notebook)
    for button in editor.get_by_role("button").filter(visible=True).all():
        what = button.inner_text()
        button.click(force=True)
        press_all(notebook, editor, what)
        assert cells(notebook) == before, what


def test_enter_and_ctrl_z_work_in_text_fields(notebook, editor):
    before = cells(notebook)
    for name in ("Token", "Key"):
        field = editor.get_by_label(name, exact=True)
        text = field.input_value()
        field.press("Control+End")
        field.press("Enter")
        assert field.input_value() == f"{text}\n"
        field.press("Control+z")
        assert field.input_value() == text
    field = editor.get_by_label("payload")
    text = field.input_value()
    field.press("Control+Home")
    field.press("Enter")
    assert field.input_value() == f"\n{text}"
    field.press("Control+z")
    assert field.input_value() == text
    assert cells(notebook) == before


def test_buttons_that_go_away_leave_the_focus_in_a_field(notebook, editor):
    before = cells(notebook)
    editor.get_by_label("Token", exact=True).fill(f"Bearer {GOOD}")
    button = editor.get_by_role("button", name="Remove what is not part of the token")
    button.focus()
    notebook.page.keyboard.press("Enter")
    expect(editor.get_by_label("Token", exact=True)).to_be_focused()
    press_all(notebook, editor, "the clean-up")
    assert cells(notebook) == before
