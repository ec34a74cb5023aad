# ruff: noqa: F811 (the fixtures that are imported)
"""The front end of the last stage, which keeps its session in cookies, in a real browser."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import delete, select

from course import serve
from server import create_app
from server.demo import seed
from server.models import Login, db
from tests.browser.driver import needs_browser, wait_until
from tests.browser.test_app import (  # noqa: F401
    ENDED,
    KEY,
    PRIVATE,
    ROUNDS,
    answers,
    app,
    context,
    delete_button,
    expect_alert,
    expect_login_form,
    expect_tasks,
    expect_tasks_of_ana,
    go_to,
    hold,
    log_in,
    log_out,
    problems,
    server,
    visit,
)

pytestmark = needs_browser

STAGE = None  # all stages
REFRESH = "/session/refresh"
COOKIES = {
    "__Host-access": ("/", True),
    "__Host-csrf-access": ("/", False),
    "__Secure-refresh": ("/session", True),
    "__Host-csrf-refresh": ("/", False),
}


def cookies_of(context):
    return {
        cookie["name"]: (cookie["path"], cookie["httpOnly"])
        for cookie in context.cookies()
        if cookie["secure"] and cookie["sameSite"] == "Strict"
    }


def rows(app):
    with app.app_context():
        return len(db.session.scalars(select(Login)).all())


@pytest.fixture
def page(visit):
    """A tab in which Ana sees her tasks."""
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    return page


def test_a_session_leaves_nothing_that_a_script_could_carry_away(page, context, app):
    assert cookies_of(context) == COOKIES
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept[:2] == [0, 0]
    names = {cookie.partition("=")[0] for cookie in kept[2].split("; ")}
    assert names == {name for name, (_, is_hidden) in COOKIES.items() if not is_hidden}
    assert "eyJ" not in kept[2]  # the beginning of every token
    page.reload()
    expect_tasks_of_ana(page)
    assert rows(app) == 1


def test_tasks_are_added_and_deleted(page, server):
    page.get_by_label("New task").fill("Write a test")
    page.get_by_role("button", name="Add").click()
    delete_button(page, "Read RFC 7519").click()
    expect_tasks(page, "Water the plants", "Write a test")
    assert answers(server, "/tasks/1") == [204]


def test_a_wrong_password_leaves_no_cookies(visit, context):
    page = visit("tasks")
    log_in(page, "ana", "wrong")
    expect_alert(page, "Invalid credentials")
    expect_login_form(page)
    assert context.cookies() == []


def test_when_the_access_token_is_over_one_refresh_serves_all_calls_and_the_page_stays(
    page, context, server
):
    page.get_by_label("New task").fill("Half of a thought")
    context.clear_cookies(name="__Host-access")
    delete_button(page, "Read RFC 7519").click()
    expect_tasks(page, "Water the plants")
    expect(page.get_by_label("New task")).to_have_value("Half of a thought")
    assert answers(server, "/tasks/1") == [401, 204]
    context.clear_cookies(name="__Host-access")
    server.log.clear()
    page.reload()
    expect_tasks(page, "Water the plants")
    assert sorted(answers(server, *PRIVATE)) == [200, 200, 401, 401]
    assert answers(server, REFRESH) == [200]
    assert cookies_of(context) == COOKIES


def test_a_session_that_the_server_ends_says_so_and_its_readable_cookies_go(page, context, app):
    with app.app_context():
        db.session.execute(delete(Login))
        db.session.commit()
    page.get_by_label("New task").fill("Half of a thought")
    page.get_by_role("button", name="Add").click()
    expect_alert(page, ENDED)
    expect_login_form(page)
    assert page.evaluate("document.cookie") == ""
    log_in(page)
    expect_tasks_of_ana(page)
    expect(page.get_by_label("New task")).to_have_value("Half of a thought")


def test_a_log_out_ends_the_row_and_takes_all_cookies_away(page, context, app, server):
    log_out(page)
    expect_login_form(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert answers(server, "/session") == [200, 204]
    assert context.cookies() == [] and rows(app) == 0


def test_a_log_out_that_does_not_reach_the_server_is_told_and_can_be_repeated(page, context, app):
    page.route("**/session", lambda route: route.abort())
    log_out(page)
    expect_alert(page, "You are still logged in: Server not reachable")
    expect_tasks_of_ana(page)
    assert rows(app) == 1
    page.unroute("**/session")
    log_out(page)
    expect_login_form(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert context.cookies() == [] and rows(app) == 0


def test_tabs_log_in_and_out_together(visit):
    first, second = visit("tasks"), visit("tasks")
    log_in(first)
    expect_tasks_of_ana(second)
    log_out(second)
    expect_login_form(first)


def test_a_tab_never_mixes_two_users(page, visit, context):
    context.clear_cookies()
    other = visit("tasks")
    log_in(other, "bruno", "correct horse")
    expect_tasks(other, "Call Ana", of="bruno")
    expect_tasks(page, "Call Ana", of="bruno")


def test_two_tabs_that_refresh_at_once_stay_both_logged_in(
    page, visit, context, app, server, monkeypatch
):
    # On a busy machine the second request may be late: nothing here is about how long the grace period is.
    monkeypatch.setattr("server.revocation.GRACE", 1000)
    tabs = [page, visit("tasks")]
    expect_tasks_of_ana(tabs[1])
    for round in range(ROUNDS):
        held = [hold(tab, REFRESH) for tab in tabs]
        context.clear_cookies(name="__Host-access")
        for tab, requests in zip(tabs, held, strict=True):
            tab.reload(wait_until="commit")
            wait_until(tab, lambda requests=requests: bool(requests), "a tab asked for no refresh")
        for requests in held if round % 2 else reversed(held):
            requests[0].continue_()
        for tab in tabs:
            expect_tasks_of_ana(tab)
            tab.unroute(f"**{REFRESH}")
    assert answers(server, REFRESH) == [200] * 2 * ROUNDS
    assert rows(app) == 1


ATTACKS = """async (url) => {
    const json = { "Content-Type": "application/json" };
    const ways = [
        ["/tasks", { method: "POST", mode: "no-cors", body: '{"title": "forged"}' }],
        ["/tasks", { method: "POST", headers: json, body: '{"title": "forged"}' }],
        ["/tasks/1", { method: "DELETE" }],
        ["/session", { method: "DELETE" }],
        ["/session/refresh", { method: "POST", mode: "no-cors" }],
    ];
    for (const [path, options] of ways)
        await fetch(url + path, { credentials: "include", ...options }).catch(() => {});
    const frame = Object.assign(document.createElement("iframe"), { name: "target" });
    const loaded = () => new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    for (const [path, enctype] of [["/tasks", "text/plain"], ["/session", "text/plain"],
            ["/session", "application/x-www-form-urlencoded"]]) {
        const form = Object.assign(document.createElement("form"),
            { method: "POST", action: url + path, enctype, target: "target" });
        for (const [name, value] of [["username", "bruno"], ["password", "correct horse"]])
            form.append(Object.assign(document.createElement("input"), { name, value }));
        document.body.append(form);
        const end = loaded();
        form.submit();
        await end;
    }
}"""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_page_of_another_port_or_site_changes_nothing(page, context, app, server, problems, name):
    evil = Flask("evil")
    evil.get("/")(lambda: "You have won a prize.")
    before = context.cookies()
    server.log.clear()
    with serve(evil) as attacker:
        tab = context.new_page()
        tab.goto(attacker.url.replace("127.0.0.1", name))
        tab.evaluate(ATTACKS, server.url)
        tab.close()
    problems.clear()  # the page of the attacker has called two servers, and was refused
    statuses = {
        (request.method, request.path): request.status
        for request in server.log
        if request.origin not in ("", server.url)
    }
    is_same_site = name == "127.0.0.1"
    # Cookies know no ports: from another port they come along, and the CSRF token does not.
    assert statuses[("POST", "/tasks")] == (403 if is_same_site else 401)
    assert statuses[("POST", REFRESH)] == (403 if is_same_site else 401)
    assert statuses[("POST", "/session")] == 415
    assert ("DELETE", "/tasks/1") not in statuses
    assert context.cookies() == before and rows(app) == 1
    page.reload()
    expect_tasks_of_ana(page)


def test_without_secure_it_works_for_browsers_that_need_that(chromium):
    app = create_app(
        JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", COOKIES_WITHOUT_SECURE="http://localhost:1"
    )
    seed(app)
    with serve(app) as server:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{server.url}/app/#tasks")
        log_in(page)
        expect_tasks_of_ana(page)
        names = {cookie["name"]: cookie["secure"] for cookie in context.cookies()}
        assert names == dict.fromkeys(["access", "csrf-access", "refresh", "csrf-refresh"], False)
        context.clear_cookies(name="access")
        delete_button(page, "Read RFC 7519").click()
        expect_tasks(page, "Water the plants")
        assert answers(server, REFRESH) == [200]
        log_out(page)
        expect_login_form(page)
        assert context.cookies() == []
        context.close()
