"""What the widgets do in Python: their traits, and their faces where there is no page."""

import time

import jwt
import pytest
import requests
from flask import Flask, request

from course import TokenEditor, crafted_tokens, predict, serve, show
from course.page.cell import has_page
from course.problem import Problem
from course.servers.panel import ServerPanel
from course.tokens.crafted import KEY
from tests import SECONDS

GOOD = jwt.encode({"sub": "7", "name": "Zoë"}, KEY)


def test_the_editor_reads_a_token():
    editor = TokenEditor(GOOD, KEY)
    assert editor.header == {"alg": "HS256", "typ": "JWT"}
    assert editor.payload == {"sub": "7", "name": "Zoë"}
    assert len(editor.signature) == 32
    assert (editor.valid, editor.problem) == (True, "")


def test_the_editor_judges_every_crafted_token_as_its_list_says():
    editor = TokenEditor(key=KEY)
    for crafted in crafted_tokens():
        editor.token = crafted.token
        assert editor.valid == (crafted.payload is not None), crafted.name
        assert bool(editor.problem) != editor.valid
        if editor.valid:
            assert editor.payload == crafted.payload


@pytest.mark.parametrize(
    "name, value, index",
    [
        ("header", {"alg": "none"}, 0),
        ("payload", {"sub": "1", "name": "é"}, 1),
        ("signature", b"xyz", 2),
    ],
)
def test_setting_a_section_changes_that_section_and_no_other(name, value, index):
    editor = TokenEditor(GOOD, KEY)
    setattr(editor, name, value)
    before, after = GOOD.split("."), editor.token.split(".")
    assert [a != b for a, b in zip(after, before, strict=True)] == [i == index for i in range(3)]
    assert getattr(TokenEditor(editor.token), name) == value
    assert not editor.valid and name in editor.problem or "signature" in editor.problem


def test_key_and_algorithm_decide():
    editor = TokenEditor(GOOD, b"\xff" * 32)
    assert editor.key_format == "base64url" and not editor.valid
    editor.key, editor.key_format = KEY.hex(), "hex"
    assert editor.valid
    editor.algorithm = "HS512"
    assert "HS512" in editor.problem
    editor.key, editor.algorithm = "zz", "HS256"
    assert "hex" in editor.problem


def test_a_section_that_cannot_be_read_is_none_and_the_token_stays():
    editor = TokenEditor(GOOD, KEY)
    editor.token = "x.é"
    assert (editor.token, editor.header, editor.payload, editor.signature) == (
        "x.é",
        None,
        None,
        b"",
    )
    assert "this has 2" in editor.problem


def test_python_signs_and_knows_who_is_fooled():
    editor = TokenEditor(GOOD, KEY)
    editor.payload = {"sub": "1"}
    editor.sign()
    assert editor.valid and jwt.decode(editor.token, KEY, algorithms=["HS256"]) == {"sub": "1"}
    editor.token = jwt.encode({"sub": "1"}, KEY * 2, "HS512")
    assert (editor.valid, editor.fooled) == (False, False)
    editor.key = (KEY * 2).decode()
    assert (editor.valid, editor.fooled) == (False, True)
    editor.token = jwt.encode({"sub": "1"}, None, "none")
    assert editor.fooled
    editor._handle_msg(
        {"content": {"data": {"method": "custom", "content": "sign"}}, "buffers": []}
    )
    assert (editor.valid, editor.fooled, editor.header["alg"]) == (True, False, "HS256")
    editor.algorithm = "ES256"
    with pytest.raises(Problem, match="PEM"):
        editor.sign()
    editor.token = "x"
    with pytest.raises(Problem, match="JSON"):
        editor.sign()


@pytest.mark.parametrize("arguments", [(7,), (b"a.b.c",), (GOOD, 7)])
def test_a_wrong_type_is_a_sentence(arguments):
    with pytest.raises(Problem, match="text"):
        TokenEditor(*arguments)


def test_static_faces_show_the_three_sections_and_no_widget():
    faces, _ = TokenEditor(GOOD + "<b>", KEY)._repr_mimebundle_()
    assert set(faces) == {"text/plain", "text/html"}
    for name in ("header", "payload", "signature"):
        assert name in faces["text/plain"]
        assert f'class="{name}" style="color: #' in faces["text/html"]
    assert "<b>" not in faces["text/html"]


def test_a_long_situation_stands_apart_from_its_answer():
    long = "a situation that needs more words than others"
    lines = repr(predict({"good": 200, long: 401}, [200, 401])).splitlines()
    assert [line.split()[-1] for line in lines] == ["200", "401"]
    assert len({line.rindex(" ") for line in lines}) == 1


def test_predictions_without_a_page_show_the_answers():
    predictions = predict({"good": 200, "expired": 401}, [200, 401])
    faces, _ = predictions._repr_mimebundle_()
    assert "expired" in faces["text/plain"] and "401" in faces["text/plain"]
    predictions.guesses = {"good": "200", "expired": "200"}
    assert predictions.score == 1


def test_an_answer_that_nobody_can_guess_is_a_sentence():
    with pytest.raises(Problem, match="422"):
        predict({"good": 200, "forged": 422}, [200, 401])


def test_in_a_page_the_answers_are_not_written_into_the_notebook(monkeypatch):
    for module in ("predictions", "widget"):
        monkeypatch.setattr(f"course.page.{module}.has_page", lambda: True)
    faces, _ = predict({"good": 200}, [200, 401])._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in faces
    assert "text/html" not in faces and "good" not in faces["text/plain"]


def wait_until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Page:
    """What a panel sends to its page, and what the page sends back."""

    def __init__(self, panel, monkeypatch):
        self._panel = panel
        self.messages = []
        monkeypatch.setattr(panel, "send", self.messages.append)

    @property
    def rows(self) -> list[list]:
        return [row for message in self.messages for row in message.get("rows", [])]

    def say(self, content) -> None:
        data = {"method": "custom", "content": content}
        self._panel._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.fixture
def api():
    app = Flask("app")
    app.get("/me")(lambda: {"me": 1})
    app.post("/echo", endpoint="echo")(lambda: request.get_data())
    app.post("/unread", endpoint="unread")(lambda: ("", 401))
    with serve(app) as server:
        yield server


def test_the_panel_follows_its_server(api, monkeypatch):
    before = time.time()
    panel = ServerPanel(api)
    page = Page(panel, monkeypatch)
    assert before <= panel.started <= time.time() and panel.url == api.url
    requests.get(f"{api.url}/me", headers={"Authorization": f"Bearer {GOOD}"}, timeout=SECONDS)
    browser = {
        "User-Agent": "Mozilla/5.0",
        "Origin": "http://localhost:3000",
        "Sec-Fetch-Site": "same-site",
        "Cookie": "a=1; b=2",
    }
    requests.get(f"{api.url}/no", auth=("ana", "x"), headers=browser, timeout=SECONDS)
    wait_until(lambda: len([row for row in page.rows if row[4] is not None]) == 2)
    first, second = sorted(row for row in page.rows if row[4] is not None)
    assert first[1:4] + first[5:] == ["GET", "/me", 200, "7", "", "", "", ""]
    assert second[1:4] == ["GET", "/no", 404]
    assert second[5:] == ["ana", "http://localhost:3000", "same-site", "a, b", ""]
    page.messages.clear()
    page.say("rows?")
    assert page.messages == [{"rows": [first, second]}]
    page.say("stop")
    wait_until(lambda: not panel.running)
    assert not api.running
    assert len(page.messages) == 1, "what the page knows was sent again"


def test_a_page_that_asks_gets_the_exchange_as_show_draws_it(api, monkeypatch):
    page = Page(ServerPanel(api), monkeypatch)
    answer = requests.post(
        f"{api.url}/echo?a=%C3%A9",
        json={"password": "open sesame", "token": GOOD},
        headers={"Authorization": f"Bearer {GOOD}"},
        timeout=SECONDS,
    )
    wait_until(lambda: api.log.exchanges)
    page.say({"exchange": api.log[0].number})
    drawn = show(answer)
    expected = {"exchange": api.log[0].number, "sides": [drawn.request, drawn.answer]}
    assert page.messages[-1] == expected
    assert "open sesame" in drawn.request and GOOD not in str(page.messages)
    page.say({"exchange": 0})
    assert page.messages[-1] == {"exchange": 0, "sides": None}


def exchange_of(api, body: bytes, path: str = "/echo"):
    before = len(api.log.exchanges)
    requests.post(api.url + path, data=body, timeout=SECONDS)
    wait_until(lambda: len(api.log.exchanges) > before)
    return api.log.exchanges[-1][1]


@pytest.mark.parametrize(
    "body, drawn",
    [
        (b"x" * 2000, "x" * 2000),
        (b"x" * 9000, "x" * 2000 + "… (9000 bytes)"),
        (b"x" + "é".encode() * 4500, "x" + "é" * 1999 + "… (9001 bytes)"),
        (b"\xff" * 9000, "(9000 bytes that are not text)"),
        (b"\xff", "(1 bytes that are not text)"),
    ],
)
def test_long_bodies_are_cut(api, body, drawn):
    exchange = exchange_of(api, body)
    assert exchange.request.partition("\n\n")[2] == drawn
    assert exchange.answer.partition("\n\n")[2] == drawn


def test_a_body_that_the_app_does_not_read_is_not_read_for_the_panel(api):
    exchange = exchange_of(api, b"x" * 7, "/unread")
    assert exchange.request.endswith("(7 bytes that the app did not read)")
    assert exchange.answer.startswith("HTTP/1.1 401 UNAUTHORIZED")


def test_the_last_50_exchanges_are_kept(api):
    for _ in range(52):
        requests.get(f"{api.url}/me", timeout=SECONDS)
        last = api.log[-1].number
        wait_until(lambda last=last: last in dict(api.log.exchanges))
    numbers = [request.number for request in api.log]
    assert [number for number, _ in api.log.exchanges] == numbers[2:]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer a.é.b", "Basic é", "Basic eA", "Digest x"]
)
def test_odd_credentials_have_no_user(header):
    app = Flask("app")
    with serve(app) as server:
        requests.get(server.url, headers={"Authorization": header.encode()}, timeout=SECONDS)
    assert server.log[0].user in ("", "x")


def test_where_there_is_no_page_serve_prints_its_line(capsys):
    assert not has_page()
    serve(Flask("app")).stop()
    assert "running" in capsys.readouterr().out
