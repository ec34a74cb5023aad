"""The front end at /app as users and attackers meet it: the built page, the real server, a real browser.

It keeps its tokens in localStorage here, as at the stage `browser`. test_app_with_cookies.py has the page of the last stage.
"""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from urllib.request import Request, urlopen

import jwt
import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import delete, select
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.security import generate_password_hash

from course import serve
from server import create_app
from server.demo import DEMO_USERS, seed
from server.models import Login, User, db
from tests import SECONDS
from tests.browser.driver import assert_accessible, needs_browser, wait_until

pytestmark = needs_browser

KEY = "a-key-for-the-tests-of-the-front-end"
PRIVATE = ["/protected", "/tasks"]
ROUNDS = 20  # of two tabs that refresh at once
GUARDED = [("My tasks", "Tasks of ana"), ("Members only", "Members only")]
MARKUP = [
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    "\"'><svg onload=window.hacked=1>",
    "{{7*7}}${7*7}&lt;b&gt;",
]
FOREVER = {"sub": "1", "jti": "1", "type": "access", "exp": 9_999_999_999}
ENDED = "Your session has ended. Please log in again."
OVER = jwt.encode(FOREVER | {"exp": 1}, KEY)
FAKES = [
    jwt.encode(FOREVER, None, "none"),
    jwt.encode(FOREVER, "another-key-that-is-not-the-right-one"),
    "i.am.ana",
]


STAGE = "browser"


@pytest.fixture
def app(monkeypatch, request):
    fast_hash = partial(generate_password_hash, method="pbkdf2:sha256:1")
    monkeypatch.setattr("server.demo.generate_password_hash", fast_hash)
    app = create_app(request.module.STAGE, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    seed(app)
    return app


@pytest.fixture
def server(app):
    with serve(DispatcherMiddleware(app, {"/proxy/5000": app})) as server:
        yield server


@pytest.fixture
def problems():
    return []


@pytest.fixture
def context(chromium, server, problems):
    """A browser with nothing in its storage, that must stay without errors and talk to the server only."""

    def note_request(request):
        if not request.url.startswith(f"{server.url}/"):
            problems.append(request.url)

    def note_message(message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    context = chromium.new_context()
    context.set_default_timeout(SECONDS * 1000)
    context.on("request", note_request)
    context.on("console", note_message)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context
    context.close()
    assert problems == []


@pytest.fixture
def visit(context, server):
    """A function that opens a tab with one page of the front end, at the start with `tokens` in the storage."""

    def visit(name="home", tokens=None):
        page = context.new_page()
        if tokens is not None:
            page.goto(f"{server.url}/health")
            store(page, tokens)
        page.goto(f"{server.url}/app/#{name}")
        return page

    return visit


def log_in(page, username="ana", password="open sesame", button="Log in"):
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name=button).click()


def go_to(page, title):
    page.get_by_role("link", name=title).click()


def log_out(page):
    page.get_by_role("button", name="Log out").click()


def delete_button(page, title):
    return page.get_by_role("button", name=f"Delete {title}")


def add_task(page, title):
    page.get_by_label("New task").fill(title)
    page.get_by_role("button", name="Add").click()


def hold(page, path):
    """Keep the requests for a path in a list, without an answer."""
    held = []
    page.route(f"**{path}", lambda route: held.append(route))
    return held


def let_go(page, held):
    """Wait for the first held request, and send it on."""
    wait_until(page, lambda: bool(held), "no request came")
    held[0].continue_()


@contextmanager
def refusal(page, problems, rule):
    """Expect that the browser refuses something and names the rule."""
    with page.expect_console_message(lambda message: rule in message.text):
        yield
    problems.clear()


def store(page, tokens):
    """Store the tokens of a log-in, or one text as if it were an access token."""
    tokens = tokens if isinstance(tokens, dict) else {"token": tokens}
    page.evaluate("text => localStorage.setItem('session', text)", json.dumps(tokens))


def tokens_in(page):
    """What the page keeps of the session, or None."""
    return json.loads(page.evaluate("localStorage.getItem('session')") or "null")


def tokens_for(app, username, is_over=False):
    """The tokens of a new log-in of a demo user, as the page keeps them. `is_over`: the access token has expired."""
    login = {"username": username, "password": DEMO_USERS[username][0]}
    answer = app.test_client().post("/token", json=login).get_json()
    tokens = {name: answer[name] for name in ("token", "refresh_token")}
    return tokens | ({"token": OVER} if is_over else {})


def post(server, path, token="", **body):
    headers = {"Content-Type": "application/json"} | (
        {"Authorization": f"Bearer {token}"} if token else {}
    )
    with urlopen(Request(server.url + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


def answers(server, *paths):
    return [request.status for request in server.log if request.path in paths]


def expect_tasks(page, *titles, of="ana"):
    expect_heading(page, f"Tasks of {of}")
    expect(page.get_by_role("listitem").locator("span")).to_have_text(list(titles))


def expect_tasks_of_ana(page):
    expect_tasks(page, "Read RFC 7519", "Water the plants")


def expect_heading(page, title):
    expect(page.get_by_role("heading", level=2)).to_have_text([title])


def expect_login_form(page):
    expect_heading(page, "Log in")
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(page.get_by_role("listitem")).to_have_count(0)


def expect_alert(page, text):
    expect(page.get_by_role("alert")).to_have_text(text)


def test_everybody_may_read_the_home_page_without_a_private_request(visit, server):
    page = visit()
    expect_heading(page, "Home")
    expect(page.get_by_role("link", name="Home")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("button")).to_have_count(0)
    assert answers(server, "/token", *PRIVATE) == []


@pytest.mark.parametrize("link, heading", GUARDED)
def test_a_private_page_asks_for_the_login_and_then_it_is_there(visit, link, heading):
    page = visit()
    go_to(page, link)
    expect_login_form(page)
    log_in(page)
    expect_heading(page, heading)


def test_after_a_wrong_password_the_form_stays_for_the_right_one(visit):
    page = visit("tasks")
    log_in(page, "ana", "wrong")
    expect_alert(page, "Invalid credentials")
    expect_login_form(page)
    assert tokens_in(page) is None
    log_in(page)
    expect_tasks_of_ana(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_impatient_user_sends_one_request_for_a_token(visit):
    page = visit("tasks")
    held = hold(page, "/token")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Log in").dblclick()
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("button", name="Logging in …")).to_be_disabled()
    let_go(page, held)
    expect_tasks_of_ana(page)
    assert len(held) == 1


def test_a_login_without_the_server_can_be_repeated_when_it_is_back(visit):
    page = visit("tasks")
    page.route("**/token", lambda route: route.abort())
    log_in(page)
    expect_alert(page, "Server not reachable")
    page.unroute("**/token")
    page.get_by_role("button", name="Log in").click()
    expect_tasks_of_ana(page)


def test_who_signs_up_is_logged_in(visit, server):
    page = visit("tasks")
    page.get_by_role("button", name="Sign up").click()
    expect_heading(page, "Sign up")
    expect(page.get_by_label("Username")).to_be_focused()
    for username, password, sentence in [
        ("ana", "long enough", "The username is taken."),
        ("cleo", "short", "The field password must have 8 to 128 characters."),
    ]:
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign up").click()
        expect_alert(page, sentence)
    page.get_by_label("Password").fill("long enough")
    page.get_by_label("Password").press("Enter")
    expect_tasks(page, of="cleo")
    expect(page.get_by_role("heading", name="Tasks of cleo")).to_be_focused()
    assert answers(server, "/users") == [409, 400, 201]
    log_out(page)
    log_in(page, "cleo", "long enough")
    expect_tasks(page, of="cleo")


def test_the_password_can_be_seen_while_it_is_typed(visit):
    page = visit("tasks")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Show password").click()
    expect(page.get_by_label("Password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(page.get_by_label("Password")).to_have_attribute("type", "password")
    page.get_by_label("Username").fill("ana")
    page.get_by_role("button", name="Log in").click()
    expect_tasks_of_ana(page)


def test_every_page_says_who_is_logged_in(visit, app):
    page = visit()
    expect(page.get_by_text("Not logged in")).to_be_visible()
    page = visit("home", tokens_for(app, "ana"))
    for title in ["Home", "My tasks", "Members only"]:
        go_to(page, title)
        expect(page.get_by_text("Logged in as ana")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_at_the_login(visit, server, width):
    name = "n" * 80  # the longest there is
    post(server, "/users", username=name, password="long enough")
    page = visit("members")
    page.set_viewport_size({"width": width, "height": 600})
    expect_login_form(page)
    before = page.get_by_role("heading", level=2).bounding_box()
    log_in(page, name, "long enough")
    expect(page.get_by_text(f"Logged in as {name}")).to_be_visible()
    assert page.get_by_role("heading", level=2).bounding_box() == before


@pytest.mark.parametrize("folder", ["", "/proxy/5000"])
def test_the_start_of_the_server_leads_to_the_page(visit, server, folder):
    page = visit()
    page.goto(f"{server.url}{folder}/")
    expect_heading(page, "Home")
    assert page.url == f"{server.url}{folder}/app/"


def test_behind_a_proxy_the_page_stays_in_the_folder_of_the_proxy(visit, server):
    page = visit()
    page.goto(f"{server.url}/proxy/5000/app/#tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    assert answers(server, "/proxy/5000/token") == [200]


def test_the_address_without_the_slash_leads_to_the_page(visit, server):
    page = visit()
    page.goto(f"{server.url}/app#tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    assert page.url == f"{server.url}/app/#tasks"


def test_an_added_task_is_stored(visit, app):
    page = visit("tasks", tokens_for(app, "bruno"))
    add_task(page, "Write a test")
    expect_tasks(page, "Call Ana", "Write a test", of="bruno")
    expect(page.get_by_label("New task")).to_have_value("")
    page.reload()
    expect_tasks(page, "Call Ana", "Write a test", of="bruno")


def test_a_deleted_task_is_gone_also_after_a_reload(visit, app, server):
    page = visit("tasks", tokens_for(app, "ana"))
    delete_button(page, "Read RFC 7519").click()
    expect_tasks(page, "Water the plants")
    page.reload()
    expect_tasks(page, "Water the plants")
    assert answers(server, "/tasks/1") == [204]


def test_two_quick_deletes_and_a_double_click_send_one_request_for_each_task(visit, app):
    page = visit("tasks", tokens_for(app, "ana"))
    held = hold(page, "/tasks/*")
    delete_button(page, "Read RFC 7519").dblclick()
    delete_button(page, "Water the plants").click()
    wait_until(page, lambda: len(held) == 2, "two requests came")
    for route in reversed(held):
        route.continue_()
    expect_tasks(page)
    assert len(held) == 2


def test_two_quick_adds_are_both_shown(visit, app):
    page = visit("tasks", tokens_for(app, "bruno"))
    expect_tasks(page, "Call Ana", of="bruno")
    held = hold(page, "/tasks")
    add_task(page, "First")
    expect(page.get_by_role("button", name="Add")).to_be_disabled()
    page.get_by_label("New task").press("Enter")
    add_task(page, "Second")
    wait_until(page, lambda: len(held) == 2, "two requests came")
    held[0].continue_()
    expect_tasks(page, "Call Ana", "First", of="bruno")
    expect(page.get_by_label("New task")).to_have_value("Second")
    held[1].continue_()
    expect_tasks(page, "Call Ana", "First", "Second", of="bruno")
    expect(page.get_by_label("New task")).to_have_value("")
    assert len(held) == 2


def test_a_task_of_blanks_gets_the_sentence_of_the_api(visit, app):
    page = visit("tasks", tokens_for(app, "bruno"))
    add_task(page, "   ")
    expect_alert(page, "The field title must not be blank.")
    expect_tasks(page, "Call Ana", of="bruno")


def test_a_task_that_did_not_reach_the_server_can_be_sent_again(visit, app):
    page = visit("tasks", tokens_for(app, "bruno"))
    expect_tasks(page, "Call Ana", of="bruno")
    page.route("**/tasks", lambda route: route.abort())
    add_task(page, "Write a test")
    expect_alert(page, "Server not reachable")
    page.unroute("**/tasks")
    page.get_by_role("button", name="Add").click()
    expect_tasks(page, "Call Ana", "Write a test", of="bruno")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_server_that_is_down_does_not_log_out(visit, app):
    tokens = tokens_for(app, "ana")
    page = visit(tokens=tokens)
    page.route("**/tasks", lambda route: route.abort())
    go_to(page, "My tasks")
    expect_alert(page, "Server not reachable")
    assert tokens_in(page) == tokens
    page.unroute("**/tasks")
    page.get_by_role("button", name="Try again").click()
    expect_tasks_of_ana(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_expired_token_is_forgotten_and_not_sent(visit, server):
    page = visit("tasks", OVER)
    expect_login_form(page)
    assert answers(server, *PRIVATE) == []


def test_a_session_whose_time_is_over_ends_by_itself(visit, app):
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    page.clock.set_fixed_time(datetime.now() + app.config["JWT_REFRESH_TOKEN_EXPIRES"])
    expect_login_form(page)
    assert page.evaluate("localStorage.length") == 0


def test_a_session_that_ends_says_so_and_loses_no_text(visit, app):
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    app.config["JWT_SECRET_KEY"] = KEY[::-1]  # from here on the server refuses older tokens
    add_task(page, "Half of a thought")
    expect_alert(page, ENDED)
    expect_login_form(page)
    expect(page.get_by_label("Username")).to_be_focused()
    log_in(page)
    expect_tasks_of_ana(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("New task")).to_have_value("Half of a thought")


def test_another_user_sees_nothing_of_the_text(visit, app):
    page = visit("tasks")
    log_in(page)
    page.get_by_label("New task").fill("A secret of Ana")
    page.evaluate("localStorage.removeItem('session')")
    expect_alert(page, ENDED)
    log_in(page, "bruno", "correct horse")
    expect_tasks(page, "Call Ana", of="bruno")
    expect(page.get_by_label("New task")).to_have_value("")


def test_after_a_log_out_no_session_has_ended(visit):
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    log_out(page)
    expect_login_form(page)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("reopen", [True, False])
def test_the_page_follows_what_its_own_tab_stores(visit, context, reopen):
    if reopen:
        context.clock.install()  # no second passes: the click alone has to do it
    page = visit("members")
    expect_login_form(page)
    store(page, FAKES[1])
    if reopen:
        go_to(page, "Members only")
    expect_heading(page, "Members only")


def test_a_clock_that_is_an_hour_ahead_ends_no_session(visit, server):
    page = visit("tasks")
    page.clock.set_fixed_time(datetime.now() + timedelta(hours=1))
    log_in(page)
    expect_tasks_of_ana(page)
    assert answers(server, "/token/refresh") == []


def test_when_the_access_token_is_over_one_refresh_serves_all_calls_and_the_page_stays(
    visit, app, server
):
    page = visit("tasks", tokens_for(app, "ana", is_over=True))
    expect_tasks_of_ana(page)
    assert sorted(answers(server, *PRIVATE)) == [200, 200, 401, 401]
    assert answers(server, "/token/refresh") == [200]
    page.get_by_label("New task").fill("Half of a thought")
    page.get_by_label("New task").focus()
    store(page, tokens_in(page) | {"token": OVER})
    delete_button(page, "Read RFC 7519").click()
    expect_tasks(page, "Water the plants")
    assert answers(server, "/tasks/1") == [401, 204]
    assert answers(server, "/token/refresh") == [200, 200]
    expect(page.get_by_label("New task")).to_have_value("Half of a thought")


def test_a_refused_refresh_ends_the_session(visit, app, server):
    page = visit("members", tokens_for(app, "ana"))
    expect(page.get_by_text("Logged in as ana")).to_be_visible()
    with app.app_context():
        db.session.execute(delete(Login))
        db.session.commit()
    go_to(page, "My tasks")
    expect_alert(page, ENDED)
    expect_login_form(page)
    assert tokens_in(page) is None
    assert answers(server, "/token/refresh") == [401]


def test_a_refresh_that_the_server_cannot_answer_ends_nothing(visit, context, app):
    tokens = tokens_for(app, "ana", is_over=True)
    context.route("**/token/refresh", lambda route: route.abort())
    page = visit("tasks", tokens)
    expect_alert(page, "Server not reachable")
    assert tokens_in(page) == tokens
    context.unroute("**/token/refresh")
    page.get_by_role("button", name="Try again").click()
    expect_tasks_of_ana(page)


def test_two_tabs_that_refresh_at_once_stay_both_logged_in(visit, app, server, monkeypatch):
    # On a busy machine the second request may be late: nothing here is about how long the grace period is.
    monkeypatch.setattr("server.revocation.GRACE", 1000)
    tabs = [visit("tasks", tokens_for(app, "ana")), visit("tasks")]
    for tab in tabs:
        expect_tasks_of_ana(tab)
    session = tokens_in(tabs[0])
    for round in range(ROUNDS):
        held = [hold(tab, "/token/refresh") for tab in tabs]
        store(tabs[0], tokens_in(tabs[0]) | {"token": OVER})
        for tab, requests in zip(tabs, held, strict=True):
            wait_until(
                tab, lambda tab=tab: tokens_in(tab)["token"] == OVER, "a tab sees another token"
            )
            tab.reload(wait_until="commit")
            wait_until(tab, lambda requests=requests: bool(requests), "a tab asked for no refresh")
        for requests in held if round % 2 else reversed(held):
            requests[0].continue_()
        for tab in tabs:
            expect_tasks_of_ana(tab)
            tab.unroute("**/token/refresh")
    assert answers(server, "/token/refresh") == [200] * 2 * ROUNDS
    assert tokens_in(tabs[0]) == tokens_in(tabs[1]) != session
    with app.app_context():
        assert len(db.session.scalars(select(Login)).all()) == 1


def test_a_log_out_ends_the_session_in_the_server_too(visit, app, server):
    tokens = tokens_for(app, "ana")
    page = visit("tasks", tokens)
    expect_tasks_of_ana(page)
    log_out(page)
    expect_login_form(page)
    wait_until(page, lambda: answers(server, "/token") == [204], "the server heard of no log-out")
    for method, path, token in [
        ("GET", "/tasks", "token"),
        ("POST", "/token/refresh", "refresh_token"),
    ]:
        headers = {"Authorization": f"Bearer {tokens[token]}"}
        answer = app.test_client().open(path, method=method, headers=headers)
        assert answer.status_code == 401


def test_a_log_out_reaches_the_server_also_when_the_page_is_closed_at_once(visit, app, server):
    page, other = visit("tasks", tokens_for(app, "ana")), visit()
    expect_tasks_of_ana(page)
    log_out(page)
    page.close()
    wait_until(other, lambda: answers(server, "/token") == [204], "the server heard of no log-out")


def test_a_log_out_needs_no_server(visit, app, server):
    page = visit("tasks", tokens_for(app, "ana"))
    expect_tasks_of_ana(page)
    page.route("**/token", lambda route: route.abort())
    log_out(page)
    expect_login_form(page)
    assert tokens_in(page) is None
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_clock_that_is_months_ahead_is_named(visit):
    page = visit("tasks")
    page.clock.set_fixed_time(datetime.now() + timedelta(days=100))
    log_in(page)
    expect(page.get_by_role("alert")).to_contain_text("clock")


@pytest.mark.parametrize("token", ["", " ", "a b c", "€", "a\nb"])
def test_a_text_that_fits_into_no_header_is_no_token(visit, context, server, token):
    context.clock.install()
    page = visit("tasks", token)
    expect_login_form(page)
    page.clock.run_for(2000)
    assert tokens_in(page) is None
    assert answers(server, *PRIVATE) == []


def test_a_user_who_was_deleted_is_logged_out(visit, app, server):
    page = visit("members", tokens_for(app, "ana"))
    # The request for the name would end the session too.
    expect(page.get_by_text("Logged in as ana")).to_be_visible()
    with app.app_context():
        db.session.delete(db.session.scalar(select(User).filter_by(username="ana")))
        db.session.commit()
    with page.expect_response("**/tasks"):
        go_to(page, "My tasks")
    expect_login_form(page)
    assert answers(server, "/tasks") == [401]
    assert tokens_in(page) is None


def test_the_back_button_shows_nothing_after_the_logout(visit, server):
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    go_to(page, "Members only")
    expect_heading(page, "Members only")
    log_out(page)
    expect_login_form(page)
    server.log.clear()
    page.go_back()
    expect(page).to_have_url(f"{server.url}/app/#tasks")
    expect_login_form(page)
    assert answers(server, *PRIVATE) == []


@pytest.mark.parametrize("link, heading", GUARDED)
def test_a_reload_stays_logged_in_on_the_same_page(visit, app, link, heading):
    page = visit(tokens=tokens_for(app, "ana"))
    go_to(page, link)
    expect_heading(page, heading)
    page.reload()
    expect_heading(page, heading)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_back_and_forward_go_through_the_pages(visit, app):
    page = visit(tokens=tokens_for(app, "ana"))
    go_to(page, "My tasks")
    expect_tasks_of_ana(page)
    go_to(page, "Members only")
    expect_heading(page, "Members only")
    page.go_back()
    expect_tasks_of_ana(page)
    page.go_back()
    expect_heading(page, "Home")
    page.go_forward()
    expect_tasks_of_ana(page)
    assert page.url.endswith("#tasks")


def test_tabs_log_in_and_out_together(visit):
    first, second = visit("tasks"), visit("tasks")
    log_in(first)
    expect_tasks_of_ana(second)
    log_out(second)
    expect_login_form(first)


def test_a_tab_never_mixes_two_users(visit, app):
    page = visit("tasks", tokens_for(app, "ana"))
    expect_tasks_of_ana(page)
    visit("home", tokens_for(app, "bruno"))
    expect_tasks(page, "Call Ana", of="bruno")


def test_a_late_refusal_does_not_log_out_who_logged_in_meanwhile(visit, app):
    page, tokens = visit("members", "i.am.ana"), tokens_for(app, "ana")
    page.route("**/protected", lambda route: route.abort())
    held = hold(page, "/tasks")
    go_to(page, "My tasks")
    expect_alert(page, "Server not reachable")
    visit("home", tokens)
    with page.expect_response("**/tasks"):
        let_go(page, held)
    go_to(page, "Members only")
    expect_heading(page, "Members only")
    assert tokens_in(page) == tokens


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "javascript:window.hacked=1",
        MARKUP[0],
        "constructor",
    ],
)
def test_an_unknown_page_is_the_home_page(visit, name):
    page = visit(name)
    expect_heading(page, "Home")
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("token", FAKES, ids=["unsigned", "another key", "no token at all"])
def test_a_faked_token_opens_the_guard_and_no_data(visit, server, token):
    page = visit("members", token)
    expect_heading(page, "Members only")
    with page.expect_response("**/tasks"):
        go_to(page, "My tasks")
    expect_login_form(page)
    assert answers(server, "/tasks") == [401]
    assert tokens_in(page) is None


def test_markup_of_users_is_shown_as_text(visit, server):
    username = MARKUP[0] + MARKUP[1]
    post(server, "/users", username=username, password="long enough")
    token = post(server, "/token", username=username, password="long enough")["token"]
    for title in MARKUP:
        post(server, "/tasks", token, title=title)
    page = visit("tasks")
    log_in(page, username, "long enough")
    expect_tasks(page, *MARKUP, of=username)
    expect(page.locator("img, svg, body script")).to_have_count(0)
    assert page.evaluate("window.hacked") is None


def test_a_script_that_got_into_the_page_does_not_run(visit, problems):
    page = visit()
    with refusal(page, problems, "inline script"):
        page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.text = trustedTypes.createPolicy("any", { createScript: text => text })
                    .createScript("window.hacked = 1");
                document.body.append(script);
            }"""
        )
    assert page.evaluate("window.hacked") is None


def test_text_cannot_become_a_part_of_the_page(visit, problems):
    page = visit()
    with refusal(page, problems, "TrustedHTML"), pytest.raises(Error, match="TypeError"):
        page.evaluate("text => { document.body.innerHTML = text }", MARKUP[0])


def test_the_page_cannot_send_anything_to_another_origin(visit, server, problems):
    page = visit()
    elsewhere = server.url.replace("127.0.0.1", "localhost") + "/health"
    send = "url => fetch(url, { mode: 'no-cors' }).catch(error => error.name)"
    with refusal(page, problems, "connect-src"):
        assert page.evaluate(send, elsewhere) == "TypeError"
    assert answers(server, "/health") == []


def test_a_form_that_the_browser_sends_itself_goes_nowhere(visit, server, problems):
    page = visit("tasks")
    page.get_by_label("Password").fill("open sesame")
    server.log.clear()
    with refusal(page, problems, "form-action"):
        page.evaluate("document.forms[0].submit()")
    assert list(server.log) == []


def test_only_private_requests_carry_the_token_and_none_the_password_in_its_address(visit, context):
    requests = []
    context.on("request", lambda request: requests.append(request))
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    page.reload()
    expect_tasks_of_ana(page)
    bearer = f"Bearer {tokens_in(page)['token']}"
    for request in requests:
        is_private = request.url.endswith(tuple(PRIVATE))
        assert request.all_headers().get("authorization") == (bearer if is_private else None)
        assert "sesame" not in request.url
    assert "sesame" not in page.url


def test_the_browser_keeps_the_tokens_and_nothing_else(visit, context, server):
    page = visit("tasks")
    log_in(page)
    expect_tasks_of_ana(page)
    assert page.evaluate("sessionStorage.length") == 0
    assert tokens_in(page).keys() == {"token", "refresh_token"}
    entry = {"name": "session", "value": page.evaluate("localStorage.getItem('session')")}
    assert context.storage_state() == {
        "cookies": [],
        "origins": [{"origin": server.url, "localStorage": [entry]}],
    }


def test_the_keyboard_is_enough_and_the_focus_is_visible(visit):
    page = visit()

    def tab_to(target):
        page.keyboard.press("Tab")
        expect(target).to_be_focused()
        expect(target).to_have_css("outline-style", "solid")
        expect(target).to_have_css("outline-width", "3px")

    expect_heading(page, "Home")
    tab_to(page.get_by_role("link", name="Home"))
    tab_to(page.get_by_role("link", name="My tasks"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("ana")
    tab_to(page.get_by_label("Password"))
    page.keyboard.type("open sesame")
    page.keyboard.press("Enter")
    expect_tasks_of_ana(page)
    expect(page.get_by_role("heading", name="Tasks of ana")).to_be_focused()
    tab_to(delete_button(page, "Read RFC 7519"))
    page.keyboard.press("Enter")
    expect_tasks(page, "Water the plants")
    expect(delete_button(page, "Water the plants")).to_be_focused()
    page.keyboard.press("Enter")
    expect_tasks(page)
    expect(page.get_by_label("New task")).to_be_focused()
    page.keyboard.type("Rest")
    page.keyboard.press("Enter")
    expect_tasks(page, "Rest")
    log_out(page)
    expect(page.get_by_label("Username")).to_be_focused()


@pytest.mark.parametrize("scheme, width", [("light", 1200), ("dark", 320)])
def test_every_page_is_accessible(visit, app, server, scheme, width):
    post(server, "/tasks", tokens_for(app, "ana")["token"], title="x" * 200)

    def check():
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page = visit()
    page.set_viewport_size({"width": width, "height": 600})
    page.emulate_media(color_scheme=scheme)
    expect_heading(page, "Home")
    check()
    go_to(page, "My tasks")
    page.get_by_role("button", name="Sign up").click()
    log_in(page, "ana", "x", button="Sign up")
    expect_alert(page, "The field password must have 8 to 128 characters.")
    check()
    page.get_by_role("button", name="Log in").click()
    log_in(page, "ana", "wrong")
    expect_alert(page, "Invalid credentials")
    check()
    log_in(page)
    expect_tasks(page, "Read RFC 7519", "Water the plants", "x" * 200)
    check()
    go_to(page, "Members only")
    expect_heading(page, "Members only")
    check()
