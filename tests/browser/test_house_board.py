"""The board of the broken servers in a real browser, with a stand-in for the kernel."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import assert_accessible, needs_browser, set_theme

pytestmark = needs_browser

NOW = 4102444800  # later than the page


def facts(name, **others):
    empty = {"taken": False, "way": "", "patched": False, "again": False, "hints": []}
    return {"name": name} | empty | others


@pytest.fixture
def board(show_widget):
    rows = [facts("reader"), facts("cabinet", taken=True, way="kid <b>x</b>", hints=["Look."])]
    return show_widget("attacks/house/house", rows=rows, summary="1 of 2 taken", started=NOW)


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def change(page, rows) -> None:
    page.evaluate("rows => model.set('rows', rows)", rows)


def test_each_row_says_what_was_done(board):
    assert row(board, "reader").locator("td").all_inner_texts()[:3] == ["○ no"] * 3
    expect(row(board, "cabinet").locator("td").first).to_have_text("● yes: kid <b>x</b>")
    expect(row(board, "cabinet").get_by_role("listitem")).to_have_text(["Look."])
    expect(board.get_by_role("status")).to_have_text("1 of 2 taken")


def test_the_keyboard_opens_hints_and_stays_at_its_button(board):
    button = row(board, "reader").get_by_role("button")
    button.focus()
    board.keyboard.press("Enter")
    board.wait_for_function("model.sent.includes('reader')")
    for number in (1, 2):
        change(board, [facts("reader", hints=["a"] * number), facts("cabinet")])
        expect(button).to_be_focused()
        expect(button).to_have_text(f"hint {number + 1} of 3")
    change(board, [facts("reader", hints=["a"] * 3), facts("cabinet")])
    expect(button).to_be_disabled()
    expect(row(board, "reader").get_by_role("listitem")).to_have_count(3)
    expect(board.get_by_role("status")).to_be_focused()


def test_without_its_kernel_it_says_so_and_comes_back(board):
    board.evaluate("model.tell('comm_live_update')")
    expect(board.get_by_role("status")).to_contain_text("does not answer")
    expect(row(board, "reader").get_by_role("button")).to_be_disabled()
    board.evaluate("model.tell('msg:custom', 'here')")
    expect(row(board, "reader").get_by_role("button")).to_be_enabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible(board, theme):
    set_theme(board, theme)
    assert_accessible(board)
