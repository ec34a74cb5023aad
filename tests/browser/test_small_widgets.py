"""The prediction table and the server panel in a real browser, with a stand-in for the kernel."""

import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from course import TokenEditor
from course.exercises.catalogue import Task
from course.exercises.checking import Report
from course.servers.doors import DoorMap
from course.servers.exchange import Exchange
from course.servers.rights import RightsMap
from tests.browser.driver import assert_accessible, needs_browser, set_theme

pytestmark = needs_browser

ROWS = [["a good token", "200"], ["expired", "401"], ["no <b>sub</b>", "422"]]
NOW = 4102444800  # later than the page
URL = "http://127.0.0.1:49152"
REQUESTS = [
    [11, "GET", "/me", 200, 7, "7", ""],
    [12, "POST", "/<i>x</i>", 401, 120, "", ""],
    [13, "GET", "/slow", None, None, "", ""],
]
RIGHT = "The clock of this server is right."
LONG_EXCHANGE = Exchange("GET /\n\n" + "authorization " * 20, '{"text": "' + "x" * 200 + '"}')


@pytest.fixture
def table(show_widget):
    return show_widget("page/predictions", rows=ROWS, choices=["200", "401", "422"], guesses={})


@pytest.fixture
def panel(show_widget):
    return show_widget("servers/panel", running=True, url=URL, started=NOW)


@pytest.fixture
def clock(show_widget):
    return show_widget("servers/clock", seconds=0, text=RIGHT, started=NOW)


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def tell(page, content) -> None:
    """Say to the panel what its kernel says."""
    page.evaluate("content => model.tell('msg:custom', content)", content)


def places(page, selector: str) -> list[dict]:
    return page.locator(selector).evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )


def focused(page) -> str:
    return page.evaluate("document.activeElement.className || document.activeElement.textContent")


def test_an_answer_appears_only_after_its_guess_and_the_score_is_shown(table):
    assert row(table, "expired").locator("td").last.inner_text() == ""
    row(table, "expired").get_by_role("button", name="401").click()
    row(table, "a good token").get_by_role("button", name="401").click()
    assert row(table, "expired").locator("td").last.inner_text() == "✓ 401"
    assert row(table, "a good token").locator("td").last.inner_text() == "✗ 200"
    assert row(table, "no <b>sub</b>").locator("td").last.inner_text() == ""
    assert table.locator(".score").inner_text() == "1 of 2 right, 1 to guess."
    assert table.evaluate("model.saved.guesses") == {"expired": "401", "a good token": "401"}


def test_a_guess_is_final(table):
    row(table, "expired").get_by_role("button", name="200").click()
    for button in row(table, "expired").get_by_role("button").all():
        expect(button).to_be_disabled()
        expect(button).to_have_attribute(
            "aria-pressed", "true" if button.inner_text() == "200" else "false"
        )


def test_guesses_come_back_when_the_table_is_drawn_again(show_widget):
    page = show_widget(
        "page/predictions", rows=ROWS, choices=["200", "401"], guesses={"expired": "200"}
    )
    expect(row(page, "expired").get_by_role("button", pressed=True)).to_have_text("200")
    assert row(page, "expired").locator("td").last.inner_text() == "✗ 401"
    assert page.locator(".score").inner_text() == "0 of 1 right, 2 to guess."


def test_the_whole_table_can_be_guessed_with_the_keyboard(table):
    row(table, "a good token").get_by_role("button", name="200").focus()
    for _ in ROWS:
        table.keyboard.press("Enter")  # the focus goes on to the next row
    assert table.locator(".score").inner_text() == "1 of 3 right, 0 to guess."
    assert focused(table) == "score"


def test_no_button_moves_when_a_guess_is_made(table):
    before = places(table, "button")
    for name, _ in ROWS:
        row(table, name).get_by_role("button", name="422").click()
        assert places(table, "button") == before


def test_a_guess_that_python_makes_takes_no_focus_away(table):
    row(table, "a good token").get_by_role("button", name="200").focus()
    table.evaluate("model.set('guesses', { 'a good token': '401', expired: '401' })")
    expect(row(table, "no <b>sub</b>").get_by_role("button", name="200")).to_be_focused()


def test_the_panel_shows_requests_as_text_and_follows_the_server(panel):
    expect(panel.locator(".state")).to_contain_text("running")
    expect(panel.get_by_role("link", name=URL)).to_have_attribute("rel", "noopener")
    assert panel.evaluate("model.sent") == ["rows?"]
    tell(panel, {"rows": REQUESTS})
    cells = panel.locator(".requests tbody tr")
    visible = "cells => cells.filter(cell => cell.checkVisibility()).map(cell => cell.innerText)"
    assert [cells.nth(i).locator("td").evaluate_all(visible) for i in range(3)] == [
        ["GET", "/me", "200", "7 ms", "7"],
        ["POST", "/<i>x</i>", "401", "120 ms", ""],
        ["GET", "/slow", "…", "", ""],
    ]
    tell(panel, {"rows": [[13, "GET", "/slow", 200, 5000, "", "http://localhost:8888"]]})
    expect(cells).to_have_count(3)
    assert cells.nth(2).locator("td").evaluate_all(visible)[2:] == [
        "200",
        "5000 ms",
        "",
        "http://localhost:8888",
    ]


def test_stop_leaves_the_focus_in_the_panel_and_moves_nothing(panel):
    tell(panel, {"rows": REQUESTS})
    before = places(panel, ".stop, .requests")
    panel.get_by_role("button", name="Stop").click()
    assert panel.evaluate("model.sent") == ["rows?", "stop"]
    panel.evaluate("model.set('running', false)")
    expect(panel.locator(".state")).to_contain_text("stopped")
    expect(panel.locator(".state")).to_be_focused()
    expect(panel.get_by_role("button", name="Stop")).to_be_disabled()
    expect(panel.get_by_role("link")).to_have_count(0)
    assert places(panel, ".stop, .requests") == before


def test_the_address_keeps_the_focus_until_the_server_stops(panel):
    panel.get_by_role("link").focus()
    tell(panel, {"rows": REQUESTS})
    expect(panel.get_by_role("link")).to_be_focused()
    panel.evaluate("model.set('running', false)")
    expect(panel.locator(".state")).to_be_focused()


def test_requests_move_nothing_and_only_what_is_new_is_drawn(panel):
    before = places(panel, ".panel, .stop, .requests, th")
    tell(panel, {"rows": REQUESTS})
    assert places(panel, ".panel, .stop, .requests, th") == before
    panel.evaluate(
        """() => {
            window.changed = [];
            const note = records => changed.push(...records.flatMap(record => [...record.addedNodes]));
            new MutationObserver(note).observe(document.querySelector("tbody"), { childList: true });
        }"""
    )
    tell(panel, {"rows": [[14, "GET", "/new", 200, 1, "", ""], REQUESTS[0]]})
    assert panel.evaluate("changed.map(row => row.textContent)") == ["GET/new2001 ms"]


def test_rows_that_come_late_stand_in_their_order_and_old_ones_go(panel):
    tell(panel, {"rows": [REQUESTS[2]]})
    tell(panel, {"rows": REQUESTS})
    paths = "rows => rows.map(row => row.cells[1].innerText)"
    rows = panel.locator("tbody tr")
    assert rows.evaluate_all(paths) == ["/me", "/<i>x</i>", "/slow"]
    more = [[number, "GET", f"/{number}", 200, 1, "", ""] for number in range(14, 1013)]
    tell(panel, {"rows": more})
    expect(rows).to_have_count(1000)
    assert rows.first.locator("td").nth(1).inner_text() == "/slow"


def test_the_list_follows_the_last_request_unless_it_was_scrolled(panel):
    requests = panel.locator(".requests")
    many = [[number, "GET", f"/{number}", 200, 1, "", ""] for number in range(100)]
    tell(panel, {"rows": many})
    expect(panel.get_by_text("/99", exact=True)).to_be_in_viewport()
    requests.evaluate("list => { list.scrollTop = 0 }")
    tell(panel, {"rows": [[100, "GET", "/100", 200, 1, "", ""]]})
    assert requests.evaluate("list => list.scrollTop") == 0


def test_a_row_opens_its_exchange_with_the_mouse_and_with_keys(panel):
    tell(panel, {"rows": REQUESTS})
    before = places(panel, "tbody tr")
    panel.get_by_text("120 ms").click()
    assert panel.evaluate("model.sent.at(-1)") == {"exchange": 12}
    tell(panel, {"exchange": 12, "sides": ["POST /<i>x</i>", "HTTP/1.1 401"]})
    exchange = panel.locator(".exchange")
    assert exchange.locator("pre").all_inner_texts() == ["POST /<i>x</i>", "HTTP/1.1 401"]
    assert places(panel, "tbody tr") == before
    panel.keyboard.press("ArrowUp")
    panel.keyboard.press("Enter")
    assert panel.evaluate("model.sent.at(-1)") == {"exchange": 11}
    tell(panel, {"exchange": 12, "sides": ["late", "late"]})
    expect(exchange).not_to_contain_text("late")
    tell(panel, {"exchange": 11, "sides": None})
    expect(exchange).to_contain_text("50")
    panel.keyboard.press("Space")
    expect(exchange).to_be_hidden()


def test_a_request_without_an_exchange_has_nothing_to_open(panel):
    tell(panel, {"rows": [[1, "GET", "/", 200, None, "", ""]]})
    panel.get_by_role("cell", name="200").click()
    expect(panel.locator("tbody button")).to_have_count(0)
    assert panel.evaluate("model.sent") == ["rows?"]


def test_a_panel_from_a_saved_notebook_asks_whether_its_server_is_alive(show_widget):
    page = show_widget("servers/panel", running=True, url=URL, started=0)
    expect(page.locator(".state")).to_contain_text("does not answer")
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()
    assert page.evaluate("model.sent") == ["rows?"]
    tell(page, {"rows": []})
    expect(page.locator(".state")).to_contain_text("running")


def columns(panel) -> list[str]:
    visible = "heads => heads.filter(head => head.checkVisibility()).map(head => head.innerText)"
    return panel.locator("thead th").evaluate_all(visible)


@pytest.mark.parametrize(
    "last, more",
    [
        (["", "cross-site", "", ""], []),
        (["http://localhost:8888", "same-site", "", ""], ["origin"]),
        (["", "cross-site", "__Host-access, theme", ""], ["site", "cookies"]),
        (["", "", "", "0:16:00"], ["clock"]),
    ],
)
def test_a_column_that_few_servers_need_comes_when_it_is_used(panel, last, more):
    usual = ["method", "path", "status", "time", "user"]
    tell(panel, {"rows": REQUESTS})
    assert columns(panel) == usual
    tell(panel, {"rows": [[14, "GET", "/", 200, 1, "7", *last]]})
    assert columns(panel) == usual + more
    cells = panel.locator("tbody tr").last.locator("td")
    assert cells.all_text_contents()[5:] == last


def test_the_slider_sets_the_clock_with_keys(clock):
    slider = clock.get_by_role("slider", name="Minutes ahead")
    slider.focus()
    for key, minutes in [("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("End", 60)]:
        clock.keyboard.press(key)
        assert clock.evaluate("model.saved.seconds") == 60 * minutes
    clock.evaluate("model.set('text', 'The clock of this server is 1:00:00 ahead.')")
    expect(clock.get_by_role("status")).to_contain_text("1:00:00 ahead")
    expect(slider).to_be_focused()


def test_a_clock_that_python_sets_shows_it_also_where_the_slider_ends(clock):
    clock.evaluate("model.set('text', 'The clock of this server is 29 days, 0:00:00 ahead.')")
    for seconds, at in [(60, "1"), (29 * 86400, "60"), (-300, "0")]:
        clock.evaluate("seconds => model.set('seconds', seconds)", seconds)
        expect(clock.get_by_role("slider")).to_have_value(at)
        assert clock.evaluate("model.get('seconds')") == seconds
    expect(clock.get_by_role("status")).to_contain_text("29 days")


def test_a_clock_without_a_kernel_says_so_and_keeps_the_focus(clock, show_widget):
    clock.get_by_role("slider").focus()
    clock.evaluate("model.tell('comm_live_update')")
    expect(clock.get_by_role("slider")).to_be_disabled()
    expect(clock.get_by_role("status")).to_be_focused()
    expect(clock.get_by_role("status")).to_contain_text("does not answer")
    saved = show_widget("servers/clock", seconds=0, text=RIGHT, started=0)
    expect(saved.get_by_role("slider")).to_be_disabled()
    assert saved.evaluate("model.sent") == ["here?"]
    tell(saved, "here")
    expect(saved.get_by_role("slider")).to_be_enabled()
    expect(saved.get_by_role("status")).to_have_text(RIGHT)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show_widget, theme):
    clock = show_widget("servers/clock", seconds=960, text=RIGHT, started=NOW)
    table = show_widget(
        "page/predictions",
        rows=ROWS,
        choices=["200"],
        guesses={"expired": "401", "a good token": "200"},
    )
    panel = show_widget("servers/panel", running=True, url=URL, started=NOW)
    tell(
        panel,
        {"rows": [*REQUESTS, [14, "GET", "/", 500, 1, "", "http://localhost", "", "a", "0:16:00"]]},
    )
    panel.get_by_text("120 ms").click()
    tell(panel, {"exchange": 12, "sides": ["POST /", "HTTP/1.1 401"]})
    for page in (table, panel, clock):
        set_theme(page, theme)
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_colours_of_jupyterlab_all_is_readable(show_widget, scheme):
    table = show_widget("page/predictions", rows=ROWS, choices=["200"], guesses={"expired": "401"})
    panel = show_widget("servers/panel", running=True, url=URL, started=NOW)
    clock = show_widget("servers/clock", seconds=0, text=RIGHT, started=NOW)
    tell(panel, {"rows": [*REQUESTS, [14, "GET", "/", 500, 1, "", ""]]})
    for page in (table, panel, clock):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_saved_faces_are_readable_on_a_white_page_whatever_the_browser_prefers(chromium, scheme):
    doors = [("GET", "/me", 401, 200), ("GET", "/", 200, 200), ("GET", "/x", 200, 200)]
    tasks = [Task("a", "Split", 3, True), Task("b", "Join", 2, True)]
    faces = [
        TokenEditor(jwt.encode({"sub": "7"}, "k" * 32)),
        DoorMap([*doors, ("GET", "/y", 500, 500), ("GET", "/z", "never reached", "")], ["GET /"]),
        RightsMap(["ana", "bruno"], [("GET", "/me", 200, 403), ("PUT", "/me", 500, 409)]),
        RightsMap(["ana"], [("GET", "/me", 200)], {("GET", "/me"): (404,)}),
        LONG_EXCHANGE,
        Report("01", "01.ipynb", tasks, {"b": "No."}, set(), []),
    ]
    page = chromium.new_page(color_scheme=scheme)
    page.set_content(
        "<!doctype html><body style='background: white'>" + "".join(f._repr_html_() for f in faces)
    )
    found = Axe().run(page, options={"runOnly": ["color-contrast"]})
    assert found.response["passes"] and found.response["violations"] == [], found.generate_report()
    page.close()


@pytest.mark.parametrize("width", [1280, 1000])
def test_show_breaks_no_word_and_cuts_no_line(chromium, width):
    page = chromium.new_page(viewport={"width": width, "height": 800})
    jupyterlab = ".jp-OutputArea-output pre { word-break: break-all; white-space: pre-wrap }"
    page.set_content(
        f"<style>{jupyterlab}</style><div class='jp-OutputArea-output' style='width: {width - 360}px'>"
        + LONG_EXCHANGE._repr_html_()
    )
    broken = """words => words.filter(word => word.getClientRects().length > 1).length"""
    page.locator("pre").first.evaluate(
        "pre => { pre.innerHTML = pre.textContent.replace(/authorization/g, '<span>$&</span>') }"
    )
    assert page.locator("pre span").count() == 20
    assert page.locator("pre span").evaluate_all(broken) == 0
    for pre in page.locator("pre").all():
        assert pre.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    page.close()


def test_in_a_narrow_panel_with_origins_the_path_keeps_its_place(panel):
    panel.set_viewport_size({"width": 420, "height": 800})
    tell(panel, {"rows": [[13, "GET", "/tasks", 401, 1, "", "http://localhost:8888"]]})
    path = panel.locator("tbody td.path")
    letters = panel.evaluate("getComputedStyle(document.querySelector('.requests')).fontSize")
    assert path.bounding_box()["width"] > 6 * float(letters.removesuffix("px"))
    assert path.bounding_box()["height"] < 3 * float(letters.removesuffix("px"))
