"""One browser for all tests of a file."""

import pytest

from tests.browser.driver import browser, find_browser


@pytest.fixture(scope="module")
def chromium():
    assert find_browser(), "CI must have a browser: install Chromium."
    with browser() as chromium:
        yield chromium
