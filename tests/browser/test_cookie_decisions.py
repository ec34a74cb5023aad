"""The recorded cookie decisions, once more, in the browser that is installed.

Left out are cookies that are two minutes old, since their age cannot be set, and what a preference of the browser
decides and no rule: whether a cookie with SameSite=None goes to another site with a picture, a frame or a script.
"""

import time
from itertools import groupby
from queue import Queue
from urllib.parse import urlsplit

import flask
import pytest

from course import cookie_decisions, serve
from tests import SECONDS
from tests.browser.driver import needs_browser

pytestmark = needs_browser

# Each makes one request to `url`, in the page where it runs.
MAKE = {
    "beacon": "navigator.sendBeacon(url, 'x')",
    "fetch DELETE include": "fetch(url, { method: 'DELETE', credentials: 'include' })",
    "fetch GET include": "fetch(url, { mode: 'no-cors', credentials: 'include' })",
    "fetch POST json include": """fetch(url, {
        method: 'POST', credentials: 'include', body: '{}', headers: { 'Content-Type': 'application/json' } })""",
    "fetch POST text include": "fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' })",
    "form POST iframe": "add('iframe', { name: 'f' }); add('form', { action: url, method: 'post', target: 'f' }).submit()",
    "form POST top": "add('form', { action: url, method: 'post' }).submit()",
    "iframe GET": "add('iframe', { src: url })",
    "img GET": "add('img', { src: url })",
    "link GET top": "add('a', { href: url }).click()",
}
RUN = """url => {
    const add = (name, properties) =>
        document.body.appendChild(Object.assign(document.createElement(name), properties));
    // Not now: the page may be another one before this script has answered.
    setTimeout(() => { %s });
}"""

DECISIONS = [
    decision
    for decision in cookie_decisions(age=0)
    if decision.samesite != "None" or decision.top_level or decision.site != "cross-site"
]
PAGES = {
    f"{page}, {url}": list(decisions)
    for (page, url), decisions in groupby(DECISIONS, lambda decision: decision[:2])
}
COOKIES = list(
    dict.fromkeys((decision.samesite, decision.secure) for decision in cookie_decisions())
)
# Younger than this, a cookie without SameSite goes with a form of another site. The browser's own limit is 120.
YOUNG = 90


class Target:
    """The server that sets one cookie of each kind, and puts what comes back into a queue."""

    def __init__(self):
        self.came = Queue()
        self.app = flask.Flask("target")
        self.app.get("/set")(self.set)
        self.app.route("/act", methods=["GET", "POST", "DELETE"])(self.act)

    def set(self):
        answer = flask.make_response("set")
        for number, (samesite, secure) in enumerate(COOKIES):
            answer.set_cookie(f"c{number}", str(time.monotonic()), secure=secure, samesite=samesite)
        return answer

    def act(self):
        ask = flask.request
        sent = [cookie for number, cookie in enumerate(COOKIES) if f"c{number}" in ask.cookies]
        self.came.put((ask.args["kind"], ask.headers.get("Sec-Fetch-Site"), sent))
        return "done"


def address(recorded: str, server) -> str:
    """A recorded address, with the port that a server has today."""
    parts = urlsplit(recorded)
    return f"{parts.scheme}://{parts.hostname}:{server.port}{parts.path}"


def request_of(page, target, kind, origin, action):
    """Set all cookies, make one request, and return what came. Once more if the machine took too long for it."""
    while True:
        began = time.monotonic()
        page.goto(action.replace("/act", "/set"))
        page.goto(origin)
        page.evaluate(RUN % MAKE[kind], f"{action}?kind={kind}")
        came = target.came.get(timeout=SECONDS)
        if kind.endswith("top"):
            page.wait_for_url(f"{action}*")
        if time.monotonic() - began < YOUNG:
            return came


def test_enough_is_replayed():
    assert len(DECISIONS) >= 60 and set(MAKE) == {decision.kind for decision in DECISIONS}


@pytest.mark.parametrize("decisions", PAGES.values(), ids=PAGES)
def test_the_browser_decides_as_recorded(decisions, chromium):
    target, other = Target(), flask.Flask("other")
    for app in (target.app, other):
        app.get("/")(lambda: "<!doctype html><title>A page</title>")
    wrong = []
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    with serve(target.app) as server, serve(other) as second:
        for kind, same_kind in groupby(decisions, lambda decision: decision.kind):
            rows = list(same_kind)
            origin = address(rows[0].page, server if rows[0].site == "same-origin" else second)
            action = address(rows[0].url, server)
            came, site, sent = request_of(page, target, kind, origin, action)
            assert came == kind
            for row in rows:
                if (site, (row.samesite, row.secure) in sent) != (row.site, row.sent):
                    wrong.append(
                        f"{kind}, {row.samesite}, secure={row.secure}: sent={not row.sent}, {site}"
                    )
    context.close()
    assert wrong == []
