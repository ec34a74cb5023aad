"""Lesson 12 in JupyterLab: the attacks happen in the student's own browser, and then they fail."""

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.driver import Lab, needs_browser, wait_until
from tests.reading import LESSONS

pytestmark = needs_browser

LESSON = next(path for path in LESSONS if path.name.startswith("12_"))
LAST = "press-again"  # below it the servers end


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson") / "notebooks"
    folder.mkdir()
    lesson = nbformat.read(LESSON, as_version=4)
    last = [cell.id for cell in lesson.cells].index(LAST)
    lesson.cells = lesson.cells[: last + 1]
    nbformat.write(lesson, folder / "lesson.ipynb")
    lab = Lab(tmp_path_factory.mktemp("lab"), folder)
    yield lab
    assert lab.close() == [], "a kernel outlives JupyterLab"


@pytest.fixture(scope="module", params=["localhost", "127.0.0.1"])
def lesson(request, lab, chromium):
    """The lesson after Run All, in a browser that opened JupyterLab under one of its two names."""
    lab.url = lab.url.replace("localhost", request.param).replace("127.0.0.1", request.param)
    notebook = lab.open(chromium, "lesson.ipynb", width=1400)
    seen = []
    notebook.page.context.on("response", lambda answer: seen.append(answer))
    notebook.run_all_cells()
    assert notebook.errors_that_are_not_meant() == []
    yield notebook, seen, request.param
    assert notebook.outside_requests == [] and notebook.page_errors == []
    notebook.page.context.close()


def frames(notebook, cell_id: str):
    """The pages in the outputs of a cell."""
    index = [cell.id for cell in nbformat.read(notebook.path, as_version=4).cells].index(cell_id)
    return notebook.page.locator(".jp-Cell").nth(index).locator("iframe")


def test_a_note_steals_the_token_from_one_page_only_and_writes_a_note_in_both(lesson):
    notebook, seen, _ = lesson

    def asked(path):
        return [answer for answer in seen if path in answer.url]

    wait_until(notebook.page, lambda: len(asked("/loot?token=")) == 3, "three scripts have run")
    wait_until(
        notebook.page,
        lambda: sum(a.request.method == "POST" for a in asked("/notes")) == 3,
        "three notes were written",
    )
    # The third page has a policy that forbids another way out.
    stolen = sorted(answer.url.partition("?token=")[2] for answer in asked("/loot?token="))
    assert [token.count(".") for token in stolen] == [0, 2, 2]
    assert {a.status for a in asked("/notes") if a.request.method == "POST"} == {204}


def test_a_policy_for_scripts_stops_the_note_and_leaves_the_page(lesson):
    notebook, seen, _ = lesson
    frame = frames(notebook, "guarded").nth(1)
    page = frame.content_frame
    expect(page.locator("div")).to_contain_text("Water the plants")
    image = page.locator("img")
    expect(image).to_have_count(1)
    # The browser has found that the image does not exist: a script of the note would have begun.
    image.evaluate(
        "image => image.complete || new Promise((done) => image.addEventListener('error', done))"
    )
    # Its requests would be on their way before this one.
    image.evaluate("() => fetch('/notes').then((answer) => answer.text())")
    address = frame.get_attribute("src").partition("?")[0]
    writes = [a.url for a in seen if a.url.startswith(address) and a.request.method == "POST"]
    assert writes == [f"{address}token"]


def take_the_prize(notebook, cell_id, number):
    """Press the button, and return the answer of the bank in its tab."""
    with notebook.page.expect_popup() as opened:
        frames(notebook, cell_id).nth(number).content_frame.get_by_role("button").click()
    tab = opened.value
    tab.wait_for_load_state()
    answer = tab.locator("body").inner_text()
    tab.close()
    return answer


def test_another_site_takes_the_coins_and_a_neighbour_too(lesson):
    notebook, _, name = lesson
    bank, prize = frames(notebook, "open-bank").nth(0), frames(notebook, "open-bank").nth(1)
    expect(bank.content_frame.get_by_role("heading", name="Ana's bank")).to_be_visible()
    other = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}[name]
    assert f"//{name}:" in bank.get_attribute("src")
    assert f"//{other}:" in prize.get_attribute("src")
    # The cells of Python have taken coins before.
    before = coins_of(take_the_prize(notebook, "open-bank", 1))
    assert coins_of(take_the_prize(notebook, "neighbour", 0)) == before - 50


def coins_of(text: str) -> int:
    assert "You have" in text, text
    return int(text.split("You have ")[1].split(" ")[0])


def test_the_careful_bank_refuses_both(lesson):
    notebook, _, _ = lesson
    bank = frames(notebook, LAST).nth(0)
    expect(bank.content_frame.get_by_role("heading", name="Ana's bank")).to_be_visible()
    for number, reason in [(1, "Missing cookie"), (2, "Missing CSRF token")]:
        assert reason in take_the_prize(notebook, LAST, number)
