"""`serve`: in one process, with threads as the only moving part."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import flask
import pytest
import requests
from flask import Flask
from requests.utils import should_bypass_proxies
from werkzeug.serving import BaseWSGIServer

from course import serve
from course.problem import Problem
from course.servers.background import BackgroundServer, reach_loopback_directly
from tests import SECONDS
from tests.course.kernels import is_open
from tests.reading import ROOT


def make_app(answer="hello"):
    app = Flask("test")

    @app.get("/")
    def index():
        return answer

    @app.get("/fault")
    def fault():
        return str(1 / 0)

    return app


def test_the_first_request_is_answered_as_soon_as_serve_returns():
    for number in range(50):
        with serve(make_app(str(number))) as server:
            assert requests.get(server.url, timeout=SECONDS).text == str(number)


def test_it_listens_on_loopback_only():
    with serve(make_app()) as server:
        assert server._server.server_address[0] == "127.0.0.1"
        assert server.url == f"http://127.0.0.1:{server.port}"


def test_two_servers_run_at_once():
    with serve(make_app("one")) as one, serve(make_app("two")) as two:
        assert requests.get(one.url, timeout=SECONDS).text == "one"
        assert requests.get(two.url, timeout=SECONDS).text == "two"


def test_stopping_frees_the_port_and_stopping_twice_is_fine():
    server = serve(make_app())
    server.stop()
    assert not is_open(server.url)
    server.stop()
    assert repr(server) == "<BackgroundServer: stopped>"


def test_stopping_does_not_wait_for_the_accept_loop(monkeypatch):
    serve_forever = BaseWSGIServer.serve_forever
    monkeypatch.setattr(
        BaseWSGIServer, "serve_forever", lambda self: serve_forever(self, poll_interval=3600)
    )
    server = serve(make_app())
    stopping = threading.Thread(target=server.stop, daemon=True)
    stopping.start()
    stopping.join(SECONDS)
    assert not stopping.is_alive()


def test_a_request_in_flight_is_answered_although_the_server_stops():
    arrived, go_on = threading.Event(), threading.Event()
    app = Flask("slow")

    @app.get("/")
    def slow():
        arrived.set()
        go_on.wait(SECONDS)
        return "done"

    server = serve(app)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(requests.get, server.url, timeout=SECONDS)
        assert arrived.wait(SECONDS)
        server.stop()
        assert not is_open(server.url)
        go_on.set()
        assert answer.result(SECONDS).text == "done"


def test_a_busy_port_gives_way_to_a_free_one():
    with BackgroundServer(make_app("first")) as first:
        with BackgroundServer(make_app("second"), port=first.port) as second:
            assert second.port != first.port
            assert requests.get(second.url, timeout=SECONDS).text == "second"


def test_the_line_that_serve_prints_is_always_the_same(capsys):
    for name in ("one", "two"):
        serve(Flask(name)).stop()
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_a_flask_app_that_raises_answers_500_and_the_log_has_the_error():
    with serve(make_app()) as server:
        assert requests.get(server.url + "/fault", timeout=SECONDS).status_code == 500
        assert requests.get(server.url, timeout=SECONDS).status_code == 200
    fault, good = server.log
    assert (fault.method, fault.path, fault.status) == ("GET", "/fault", 500)
    assert "ZeroDivisionError" in fault.error and "ZeroDivisionError" in fault.fault
    assert "str(1 / 0)" in fault.fault, "the line of the app's own code is named"
    assert (good.status, good.error) == (200, "")


@pytest.mark.parametrize("mode", ["DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS"])
def test_debug_mode_and_testing_change_neither_answers_nor_the_log(mode):
    def exchanges(app):
        app.post("/field", endpoint="field")(lambda: flask.request.form["missing"])
        app.get("/json", endpoint="json")(lambda: {"one": 1, "two": [2]})
        app.register_error_handler(500, lambda error: ({"msg": "Internal error"}, 500))
        with serve(lambda environ, start_response: app(environ, start_response)) as server:
            answers = [
                requests.request(method, server.url + path, timeout=SECONDS)
                for method, path in [("GET", "/fault"), ("POST", "/field"), ("GET", "/json")]
            ]
        return [(answer.status_code, answer.text) for answer in answers], repr(server.log)

    in_that_mode = make_app()
    in_that_mode.config[mode] = True
    assert exchanges(in_that_mode) == exchanges(make_app())


def raising(environ, start_response):
    raise RuntimeError("before the answer")


def raising_while_iterating(environ, start_response):
    yield from ()
    raise RuntimeError("instead of the body")


def without_a_body(environ, start_response):
    start_response("200 OK", [])


@pytest.mark.parametrize("app", [raising, raising_while_iterating, without_a_body])
def test_a_plain_wsgi_app_that_raises_answers_500_and_the_log_has_the_error(app):
    with serve(app) as server:
        assert requests.get(server.url, timeout=SECONDS).status_code == 500
    assert server.log[0].status == 500
    assert "Error" in server.log[0].fault


def test_an_app_that_breaks_off_its_body_does_not_look_complete():
    def breaking(environ, start_response):
        start_response("200 OK", [("Content-Length", "100")])
        yield b"only a part"
        raise RuntimeError("no more")

    with serve(breaking) as server, pytest.raises(requests.RequestException):
        requests.get(server.url, timeout=SECONDS)
    assert "no more" in server.log[0].fault


def test_the_body_of_the_app_is_closed():
    closed = threading.Event()

    class Body(list):
        def close(self):
            closed.set()

    def app(environ, start_response):
        start_response("200 OK", [])
        return Body([b"text"])

    with serve(app) as server:
        assert requests.get(server.url, timeout=SECONDS).text == "text"
        assert closed.wait(SECONDS)


def test_every_request_is_logged_even_when_twenty_come_at_once():
    with serve(make_app()) as server, ThreadPoolExecutor(20) as pool:
        urls = [f"{server.url}/?number={number}" for number in range(200)]
        answers = list(pool.map(lambda url: requests.get(url, timeout=SECONDS).status_code, urls))
    assert answers == [200] * 200
    assert sorted(request.path for request in server.log) == sorted(
        f"/?number={number}" for number in range(200)
    )
    assert {request.status for request in server.log} == {200}


def test_the_log_shows_markup_as_text():
    with serve(make_app()) as server:
        assert "No requests" in repr(server.log) and "No requests" in server.log._repr_html_()
        requests.get(server.url + "/<b>bold</b>", timeout=SECONDS)
        requests.get(server.url + "/fault", timeout=SECONDS)
    assert "<b>bold" not in server.log._repr_html_()
    assert "ZeroDivisionError" in repr(server.log)
    assert "ZeroDivisionError" in server.log._repr_html_()


def test_a_proxy_for_the_internet_does_not_get_in_the_way(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nobody answers at port 1
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.delenv("no_proxy", raising=False)
    with serve(make_app()) as server:
        assert requests.get(server.url, timeout=SECONDS).text == "hello"
    assert os.environ["NO_PROXY"].startswith("intranet.example")


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
@pytest.mark.parametrize("hosts", ["*", "intranet.example", "127.0.0.1, intranet.example", ""])
def test_what_needs_no_proxy_needs_none_afterwards(monkeypatch, name, hosts):
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, hosts)
    urls = ["http://127.0.0.1:5000", "http://intranet.example", "http://else.example"]
    before = [should_bypass_proxies(url, None) for url in urls]
    for _ in range(2):
        reach_loopback_directly()
        assert [should_bypass_proxies(url, None) for url in urls] == [True, *before[1:]]


def make_me_an_app():
    """What a student serves who forgets to call it."""


def make_app_with_settings(settings=None, debug=False):
    """The same, with as many arguments as a WSGI app takes."""


class Callable:
    """A WSGI app that is neither a function nor of Flask."""

    def __call__(self, environ, start_response):
        start_response("200 OK", [])
        return [b"called"]

    def method(self, environ, start_response, more=None):
        return self(environ, start_response)


@pytest.mark.parametrize(
    "app",
    [Callable(), Callable().method, lambda *arguments: Callable()(*arguments)],
    ids=["object", "method", "any arguments"],
)
def test_every_kind_of_wsgi_app_is_served(app):
    with serve(app) as server:
        assert requests.get(server.url, timeout=SECONDS).text == "called"


async def asgi(scope, receive, send):
    """An app of the other kind."""


@pytest.mark.parametrize(
    "app, named",
    [
        (None, "NoneType"),
        ("app", "str"),
        (Flask, "Flask(...)"),
        (make_me_an_app, "make_me_an_app()"),
        (make_app_with_settings, "make_app_with_settings()"),
        (asgi, "WSGI"),
    ],
)
def test_what_is_not_a_wsgi_app_is_refused_with_a_sentence_that_names_it(app, named):
    with pytest.raises(Problem, match="serve needs") as problem:
        serve(app)
    assert named in str(problem.value)


def test_a_script_ends_by_itself_although_its_server_was_never_stopped():
    script = (
        "import requests; from flask import Flask; from course import serve\n"
        "server = serve(Flask('script'))\n"
        "print(requests.get(server.url).status_code, server.url)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS
    )
    assert result.returncode == 0 and not result.stderr
    status, url = result.stdout.splitlines()[-1].split()
    assert status == "404"
    assert not is_open(url)
