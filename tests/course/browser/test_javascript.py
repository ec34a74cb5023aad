"""JavaScript of a cell, in Node.js and in the browser."""

import flask
import pytest
import requests

from course import (
    browser_origin,
    browser_url,
    run_each_in_node,
    run_in_browser,
    run_in_node,
    run_react_in_node,
    serve,
)
from course.browser import in_browser, in_node
from course.browser.in_browser import BrowserRun
from tests import SECONDS
from tests.course.kernels import kernel


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy the machine is, JavaScript that ends is not stopped before."""
    monkeypatch.setattr(in_node, "SECONDS_TO_RUN", SECONDS)


@pytest.fixture
def server():
    app = flask.Flask("app")
    app.add_url_rule("/", "root", lambda: {"method": flask.request.method}, methods=["GET", "POST"])
    with serve(app) as server:
        yield server


def test_what_it_logs_returns_and_stores_comes_back():
    run = run_in_node(
        "console.log('one', { a: [1] }, null); localStorage.setItem('key', 7); return { b: localStorage.getItem('key') }"
    )
    assert (run.lines, run.value, run.stored) == (
        ["one { a: [ 1 ] } null"],
        {"b": "7"},
        {"key": "7"},
    )
    assert (run.kind, run.error) == ("", "")
    assert repr(run) == "one { a: [ 1 ] } null"


def test_every_run_starts_with_an_empty_storage():
    run_in_node("localStorage.setItem('key', 'value')")
    assert run_in_node("return localStorage.getItem('key')").value is None


STORAGE = """
    const storage = KIND === "local" ? localStorage : sessionStorage;
    storage["jwt-token"] = 7;
    storage.setItem("b", null);
    const seen = {
        types: [typeof storage["jwt-token"], storage.b, storage instanceof Storage, window[KIND + "Storage"] === storage],
        names: [Object.keys(storage), "b" in storage, "c" in storage, storage.length, storage.key(0), storage.key(2)],
        missing: [storage.getItem("c"), storage.c === undefined],
    };
    delete storage["jwt-token"];
    return { ...seen, left: { ...storage } };
"""


@pytest.mark.parametrize("kind", ["local", "session"])
def test_the_storage_is_that_of_a_browser(kind, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run_in_node(STORAGE, KIND=kind).value == {
        "types": ["string", "null", True, True],
        "names": [["b", "jwt-token"], True, False, 2, "b", None],
        "missing": [None, True],
        "left": {"b": "null"},
    }
    assert not any(tmp_path.iterdir()), "the storage is written to the student's folder"


def test_nothing_can_be_put_in_the_place_of_the_storage():
    run = run_in_node("localStorage = { a: 'not stored' }; localStorage.b = 'stored'")
    assert run.stored == {"b": "stored"}


def test_calls_share_the_scripts_and_not_the_storage():
    first, second, third = run_each_in_node(
        [
            "count(); localStorage.a = 1; console.log('one')",
            "setTimeout(() => { throw new Error('late'); })\nawait new Promise(() => {})",
            "return [count(), localStorage.a]",
        ],
        "let calls = 0;\nconst count = () => ++calls;",
    )
    assert (first.lines, first.stored) == (["one"], {"a": "1"})
    assert (second.error, second.lines, second.stored) == ("late", [], {})
    assert (third.value, third.kind) == ([2, None], "")


def test_when_a_script_fails_all_calls_tell_so():
    runs = run_each_in_node(["return 1", "return 2"], "const a = 1;", "const b = ;")
    assert [(run.kind, run.line, run.value) for run in runs] == [("SyntaxError", 1, None)] * 2
    assert [run.kind for run in run_each_in_node(["process.exit()", "1"])] == ["Stopped"] * 2


@pytest.mark.parametrize(
    "text, words",
    [
        ("return { a: 'é', b: null }", ["returned", '{"a": "é", "b": null}']),
        ("console.log(7)", ["returned nothing", "wrote", "7"]),
        ("return new Error('no')", ["returned, not thrown", "no"]),
        ("return new Response('x', { status: 404 })", ["Response", "not its data", "404"]),
        ("null.token", ["TypeError", "line 1", "`null.token`"]),
        ("throw 'no'", ["'no'", "no Error", "a thrown string"]),
        ("process.exit()", ["stopped", "process.exit"]),
    ],
)
def test_the_summary_tells_what_a_call_did_and_where(text, words):
    summary = run_in_node(text).summary
    assert all(word in summary for word in words) and "TypeError:" not in summary


PAGE = """
import { renderToStaticMarkup } from "react-dom/server";
import { AuthContext } from "./auth.jsx";

function html(auth) {
  return renderToStaticMarkup(<AuthContext.Provider value={auth}><Mine /></AuthContext.Provider>);
}
"""
MINE = """import { useState } from "react";
import { useAuth } from "./auth.jsx";

function Mine() {
  const [greeting] = useState("Hello");
  return <p>{greeting} {useAuth().token ?? "nobody"}</p>;
}
"""


def test_a_component_reads_the_context_of_the_front_end():
    calls = ["return html({ token: 'a & b' })", "return html({ token: null })", "html(null)"]
    with_token, without, outside = run_react_in_node(calls, PAGE, MINE)
    assert (with_token.value, without.value) == ("<p>Hello a &amp; b</p>", "<p>Hello nobody</p>")
    assert "AuthProvider" in outside.error
    assert (outside.line, outside.code.partition("<")[0]) == (6, "return ")


@pytest.mark.parametrize(
    "mine, kind, words",
    [
        (MINE.replace("return <p>", "return <p"), "SyntaxError", "(line 6: return <p{greeting}"),
        (MINE.replace("</p>", ""), "SyntaxError", "(line "),
        (MINE.replace("{greeting}", "{{ a: 1 }}"), "Error", "not valid as a React child"),
        (MINE.replace('"./auth.jsx"', '"./missing.jsx"'), "Error", "missing.jsx"),
    ],
)
def test_an_error_in_a_component_has_its_sentence(mine, kind, words):
    (run,) = run_react_in_node(["return html({ token: null })"], PAGE, mine)
    assert run.kind == kind and words in repr(run)


def test_texts_run_one_after_the_other_and_the_last_may_wait(server):
    run = run_in_node(
        "const ask = async () => (await fetch(API)).json();",
        "return (await ask()).method;",
        API=server.url,
    )
    assert run.value == "GET" and server.log[-1].path == "/"


@pytest.mark.parametrize(
    "texts, kind, words",
    [
        (["f({ a: 1\n\nif (x) {}"], "SyntaxError", "(line 3: if (x) {}"),
        (["const f = await (x) => {"], "SyntaxError", "(line 1: const f = await"),
        (["function f() {\n  return 1;", "f()"], "SyntaxError", "end of input"),
        (["f("], "SyntaxError", ""),
        (["x + 1"], "ReferenceError", "x is not defined"),
        (["throw new TypeError('a sentence')"], "TypeError", "a sentence"),
        (["throw 'only a text'"], "a thrown string", "only a text"),
        (["throw { message: 'no' }"], "a thrown object", "{ message: 'no' }"),
        (["throw null"], "a thrown object", "null"),
        (
            ["setTimeout(() => { throw new Error('late'); })\nawait new Promise(() => {})"],
            "Error",
            "late",
        ),
        (
            ["Promise.reject(new Error('nobody waits'))\nawait new Promise(() => {})"],
            "Error",
            "nobody waits",
        ),
        (["await fetch('http://127.0.0.1:1')"], "TypeError", "fetch failed"),
        (["process.exit()"], "Stopped", "process.exit"),
        (["await new Promise(() => {})"], "Stopped", "await"),
        (["const circle = {}; circle.self = circle; return circle"], "TypeError", "circular"),
    ],
)
def test_an_error_in_javascript_is_a_sentence_and_no_error_in_python(texts, kind, words):
    run = run_in_node(*texts)
    assert run.kind == kind and words in repr(run)
    assert repr(run).startswith(f"{kind}: {run.error}")


def test_an_error_tells_the_line_that_threw_it():
    called = "function f() {\n  return 1;\n}\n\nasync function g(x) {\n  await 1;\n  x.y.z = 1;\n}"
    run = run_in_node(called, "f();\nawait g({});")
    assert (run.kind, run.line, run.code) == ("TypeError", 7, "x.y.z = 1;")
    assert repr(run).endswith("(line 7: x.y.z = 1;)")


@pytest.mark.parametrize(
    "thrown, kind, is_error",
    [
        ("new Error('no')", "Error", True),
        ("new Refused('no')", "Refused", True),
        ("'no'", "a thrown string", False),
    ],
)
def test_an_error_of_a_class_of_ones_own_is_an_error_too(thrown, kind, is_error):
    own = "class Refused extends Error { name = 'Refused' }"
    run = run_in_node(own, f"throw {thrown}")
    assert (run.kind, run.is_error, run.error) == (kind, is_error, "no")


def test_what_was_logged_before_an_error_is_kept():
    run = run_in_node("console.log('first'); throw new Error('then')")
    assert repr(run).startswith("first\nError: then (line 1: ")


def test_an_endless_loop_is_stopped(monkeypatch):
    monkeypatch.setattr(in_node, "SECONDS_TO_RUN", 1)
    assert "loop" in run_in_node("while (true) {}").error


def test_constants_and_texts_of_any_kind_arrive_as_they_are():
    values = {"A": "quotes \" ' ` ${x} \\ </script> é 日本 😀\n", "B": [1, None, {"c": True}]}
    assert run_in_node("return { A, B }", **values).value == values
    assert run_in_node("return 'é 日本 😀 \\u2028'").value == "é 日本 😀 \u2028"
    assert len(run_in_node("return 'x'.repeat(3_000_000)").value) == 3_000_000


def test_options_for_node_of_the_environment_change_nothing(monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert run_in_node("return 1").value == 1


def test_in_a_notebook_keep_keeps_the_text_of_a_cell():
    with kernel() as cells:
        cells.run("from course import run_in_node")
        kept = cells.run("%%keep login\nconst a = '{x}';\n// $HOME\n")
        assert (kept["stdout"], kept["error"]) == ("login: 2 lines of text.\n", "")
        assert cells.run("login")["result"] == repr("const a = '{x}';\n// $HOME\n")
        for line in ("%%keep", "%%keep two words", "%%keep 7"):
            error = cells.run(f"{line}\nx")["error"]
            assert "%%keep login" in error and "Traceback" not in error


@pytest.mark.parametrize("meanwhile, ran_on", [(0, False), (1, True)])
def test_javascript_that_ends_after_cells_below_have_run_says_so(meanwhile, ran_on):
    with kernel() as cells:
        cells.run("from course.browser.in_browser import BrowserRun")
        cells.run("run = BrowserRun(code='')")
        for _ in range(meanwhile):
            cells.run("pass")
        # The page's message comes when no cell runs. So does this.
        assert cells.run("run.has_ended = True; run.ran_on")["result"] == str(ran_on)


@pytest.mark.parametrize(
    "environment, expected",
    [
        ({}, "{url}"),
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/ana/"}, "/user/ana/proxy/{port}"),
        ({"CODESPACES": "true"}, "/proxy/{port}"),
    ],
)
def test_the_browser_reaches_a_server_directly_or_through_the_proxy(
    monkeypatch, server, environment, expected
):
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "CODESPACES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert browser_url(server) == expected.format(url=server.url, port=server.port)


BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"


def ask(server, **headers):
    requests.options(server.url, headers={"User-Agent": BROWSER} | headers, timeout=SECONDS)


def test_the_origin_is_that_of_the_last_request_of_a_browser_that_has_one(server):
    assert browser_origin(server) == "http://localhost:8888"
    ask(server, Origin="http://first")
    ask(server, Origin="http://127.0.0.1:8889")
    ask(server)
    ask(server, **{"User-Agent": "python-requests/2", "Origin": "http://by-hand"})
    assert browser_origin(server) == "http://127.0.0.1:8889"


@pytest.mark.parametrize("origin", ["vscode-webview://abc", "null"])
def test_an_origin_that_no_server_can_allow_is_named_and_the_usual_one_is_taken(
    server, capsys, origin
):
    ask(server, Origin=origin)
    assert browser_origin(server) == "http://localhost:8888"
    said = capsys.readouterr().out
    assert origin in said and "python -m course lab" in said


@pytest.fixture
def page(monkeypatch):
    """A page shows the running cell, on the student's own computer."""
    monkeypatch.setattr(in_browser, "has_page", lambda: True)
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "CODESPACES"):
        monkeypatch.delenv(name, raising=False)


class Clock:
    """The module time for one who waits: what happens meanwhile happens at once."""

    def __init__(self, meanwhile):
        self.meanwhile, self.now = meanwhile, 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.meanwhile()


def test_a_slow_browser_is_waited_for(page, server, capsys, monkeypatch):
    clock = Clock(lambda: ask(server, Origin="http://127.0.0.1:8889"))
    monkeypatch.setattr(in_browser, "time", clock)
    assert browser_origin(server) == "http://127.0.0.1:8889"
    assert capsys.readouterr().out == ""


def test_a_browser_that_sends_nothing_is_named_with_the_repair(page, server, capsys, monkeypatch):
    clock = Clock(lambda: None)
    monkeypatch.setattr(in_browser, "time", clock)
    assert browser_origin(server) == "http://localhost:8888"
    assert "run_in_browser" in capsys.readouterr().out
    assert clock.now >= 30


def test_behind_a_proxy_no_request_is_waited_for(page, server, capsys, monkeypatch):
    monkeypatch.setenv("CODESPACES", "true")
    clock = Clock(lambda: None)
    monkeypatch.setattr(in_browser, "time", clock)
    assert browser_origin(server) == "http://localhost:8888"
    assert clock.now == 0 and capsys.readouterr().out == ""


def test_without_a_page_the_browser_is_announced_in_words(capsys):
    run_in_browser("console.log(1)")
    assert "browser" in capsys.readouterr().out
    assert BrowserRun(code="x").comm is None
