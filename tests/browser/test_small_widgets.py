"""The prediction table and the server panel in a real browser, with a stand-in for the kernel."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import assert_accessible, needs_browser, set_theme

pytestmark = needs_browser

ROWS = [["a good token", "200"], ["expired", "401"], ["no <b>sub</b>", "422"]]
NOW = 4102444800  # later than the page
REQUESTS = [
    ["GET", "/me", 200, 7, "7"],
    ["POST", "/<i>x</i>", 401, 120, ""],
    ["GET", "/slow", None, None, ""],
]


@pytest.fixture
def table(show_widget):
    return show_widget("page/predictions", rows=ROWS, choices=["200", "401", "422"], guesses={})


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def test_an_answer_appears_only_after_its_guess_and_the_score_is_shown(table):
    assert row(table, "expired").locator("td").last.inner_text() == ""
    row(table, "expired").get_by_role("button", name="401").click()
    row(table, "a good token").get_by_role("button", name="401").click()
    assert row(table, "expired").locator("td").all_inner_texts() == ["401", "✓ 401"]
    assert row(table, "a good token").locator("td").all_inner_texts() == ["401", "✗ 200"]
    assert row(table, "no <b>sub</b>").locator("td").last.inner_text() == ""
    assert table.locator(".score").inner_text() == "1 of 2 right, 1 to guess."
    assert table.evaluate("model.saved.guesses") == {"expired": "401", "a good token": "401"}


def test_a_guess_is_final(table):
    row(table, "expired").get_by_role("button", name="200").click()
    assert row(table, "expired").get_by_role("button").count() == 0


def test_guesses_come_back_when_the_table_is_drawn_again(show_widget):
    page = show_widget(
        "page/predictions", rows=ROWS, choices=["200", "401"], guesses={"expired": "200"}
    )
    assert row(page, "expired").locator("td").all_inner_texts() == ["200", "✗ 401"]
    assert page.locator(".score").inner_text() == "0 of 1 right, 2 to guess."


def test_the_whole_table_can_be_guessed_with_the_keyboard(table):
    row(table, "a good token").get_by_role("button", name="200").focus()
    for _ in ROWS:
        table.keyboard.press("Enter")  # the focus goes on to the next row
    assert table.locator(".score").inner_text() == "1 of 3 right, 0 to guess."


def test_the_panel_shows_requests_as_text_and_follows_the_server(show_widget):
    page = show_widget("servers/panel", running=True, requests=[], started=NOW)
    expect(page.locator(".state")).to_contain_text("running")
    expect(page.locator(".requests")).to_be_hidden()
    page.evaluate("rows => model.set('requests', rows)", REQUESTS)
    cells = page.locator(".requests tbody tr")
    assert cells.nth(0).locator("td").all_inner_texts() == ["GET", "/me", "200", "7 ms", "7"]
    assert cells.nth(1).locator("td").nth(1).inner_text() == "/<i>x</i>"
    assert cells.nth(2).locator("td").all_inner_texts() == ["GET", "/slow", "…", "", ""]
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate("model.sent") == ["stop"]
    page.evaluate("model.set('running', false)")
    expect(page.locator(".state")).to_contain_text("stopped")
    expect(page.get_by_role("button")).to_be_hidden()


def test_a_panel_from_a_saved_notebook_asks_whether_its_server_is_alive(show_widget):
    page = show_widget("servers/panel", running=True, requests=REQUESTS, started=0)
    expect(page.locator(".state")).to_contain_text("stopped")
    assert page.evaluate("model.sent") == ["alive?"]
    page.evaluate("model.tell('msg:custom', 'alive')")
    expect(page.locator(".state")).to_contain_text("running")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show_widget, theme):
    for page in (
        show_widget(
            "page/predictions",
            rows=ROWS,
            choices=["200"],
            guesses={"expired": "401", "a good token": "401"},
        ),
        show_widget("servers/panel", running=True, requests=REQUESTS, started=NOW),
    ):
        set_theme(page, theme)
        assert_accessible(page)
