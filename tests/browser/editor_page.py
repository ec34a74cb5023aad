"""The token editor in a page of its own, and what tests do with it."""

from datetime import UTC, datetime

import jwt
from playwright.sync_api import expect

from course.tokens.crafted import KEY

START_OF_2100 = datetime(2100, 1, 1, tzinfo=UTC)
GOOD = jwt.encode({"sub": "7", "name": "Zoë", "exp": START_OF_2100, "iat": 1735689600}, KEY)

START = {
    "token": "",
    "key": "",
    "key_format": "text",
    "algorithm": "HS256",
    "valid": False,
    "problem": "",
    "fooled": False,
}


def open_editor(show_widget):
    """A page with the editor and a good token in it."""
    page = show_widget("tokens/editor", **START)
    share(page, token=GOOD, key=KEY.decode())
    return page


def share(page, **state) -> bool:
    """Set what Python and the page share, as Python would, and return the page's verdict."""
    for name, value in state.items():
        page.evaluate("([name, value]) => window.model.set(name, value)", [name, value])
    return settled(page)


def settled(page) -> bool:
    """Wait until the page has made up its mind, and return its verdict."""
    line = page.locator(".verdict")
    expect(line).to_have_attribute("aria-busy", "false")
    return line.get_attribute("data-valid") == "true"


def token_of(page) -> str:
    settled(page)
    return page.evaluate("window.model.state.token")
