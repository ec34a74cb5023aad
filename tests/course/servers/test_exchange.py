"""`show`: what is drawn of an exchange, what is cut, and what is the same on every run."""

import io
import secrets

import pytest
import requests
from flask import Flask, jsonify, make_response, request
from flask_jwt_extended import JWTManager, create_access_token

from course import serve, show
from course.problem import Problem

app = Flask("exchange")
app.config["JWT_SECRET_KEY"] = "a fixed key for tests, never for production"
JWTManager(app)


@app.post("/token")
def token():
    return jsonify(token=create_access_token(identity="7"), opaque=secrets.token_hex(20))


@app.route("/echo", methods=["GET", "POST"])
def echo():
    return request.get_data()


@app.get("/headers")
def headers():
    response = make_response("ok", 401)
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    response.headers["Access-Control-Allow-Origin"] = "http://localhost:3000"
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


@pytest.fixture(scope="module")
def url():
    with serve(app) as server:
        yield server.url


def test_both_sides_are_drawn_with_the_body_as_it_was_sent(url):
    body = '{"username": "ana",  "password": "1234"}'
    headers = {"Content-Type": "application/json"}
    exchange = show(requests.post(url + "/echo?a=b", data=body, headers=headers))
    assert exchange.request == f"POST /echo?a=b HTTP/1.1\nContent-Type: application/json\n\n{body}"
    assert exchange.answer.startswith("HTTP/1.1 200 OK\nContent-Type: text/html")
    assert exchange.answer.endswith("\n\n" + body)


def test_the_headers_that_teach_are_drawn_and_the_others_are_not(url):
    text = repr(show(requests.get(url + "/headers")))
    assert '< WWW-Authenticate: Bearer error="invalid_token"' in text
    assert "< Access-Control-Allow-Origin: http://localhost:3000" in text
    for changing in ("Date:", "Server:", "User-Agent:", "Host:", str(url.rsplit(":", 1)[1])):
        assert changing not in text


def test_two_cookies_are_two_headers(url):
    text = repr(show(requests.get(url + "/headers")))
    assert "< Set-Cookie: one=1; Path=/\n< Set-Cookie: two=2; Path=/" in text


def test_basic_credentials_are_not_hidden(url):
    response = requests.get(url + "/echo", auth=("ana" * 12, "open sesame"))
    assert response.request.headers["Authorization"] in repr(show(response))


def test_tokens_are_cut_to_what_is_the_same_on_every_run(url):
    first, second = (requests.post(url + "/token") for _ in range(2))
    assert first.text != second.text
    assert repr(show(first)) == repr(show(second))
    assert show(first)._repr_html_() == show(second)._repr_html_()
    for response in (first, second):
        for name in ("token", "opaque"):
            credential = response.json()[name]
            sent = requests.get(url + "/echo", headers={"Authorization": f"Bearer {credential}"})
            assert credential not in repr(show(sent))
            assert f"({len(credential)} characters)" in repr(show(sent))


def test_an_unsigned_token_is_cut_too(url):
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."
    sent = requests.get(url + "/echo", headers={"Authorization": f"Bearer {token}"})
    assert f"({len(token)} characters)" in repr(show(sent))


def test_a_long_error_code_is_no_token(url):
    challenge = 'Bearer error="insufficient_user_authentication", max_age="300"'
    sent = requests.get(url + "/echo", headers={"Authorization": challenge})
    assert challenge in repr(show(sent))


def test_markup_is_shown_as_text(url):
    response = requests.post(url + "/echo?<script>", data="<script>alert(1)</script>")
    html = show(response)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_bytes_and_long_bodies_are_told_not_drawn(url):
    assert "(3 bytes that are not text)" in repr(
        show(requests.post(url + "/echo", b"\xff\xfe\xfd"))
    )
    text = repr(show(requests.post(url + "/echo", "long " * 1000)))
    assert "(5000 characters)" in text and len(text) < 5000


def pieces():
    yield b"one"
    yield b"two"


class Readable:
    """A file of another library: requests asks for no more."""

    def __init__(self):
        self.rest = [b"one", b""]

    def read(self, size=-1):
        return self.rest.pop(0)

    def __iter__(self):
        yield b"one"


@pytest.mark.parametrize(
    "body, told",
    [
        (pieces(), "generator"),
        (io.BytesIO(b"one"), "file"),
        (io.BytesIO(), "file"),
        (Readable(), "file"),
        (bytearray(b"one"), "one"),
        (memoryview(b"one"), "one"),
        (iter([b"one"]), "pieces"),
    ],
    ids=["generator", "memory", "empty", "readable", "bytearray", "memoryview", "iterator"],
)
def test_a_body_that_is_no_text_says_what_it_is(url, body, told):
    assert told in show(requests.post(url + "/echo", data=body)).request


def test_a_file_is_named(url, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("one")
    with open(path, "rb") as file:
        exchange = show(requests.post(url + "/echo", data=file))
    assert "file report.txt)" in exchange.request and exchange.answer.endswith("\n\none")


def test_a_streamed_answer_is_drawn_and_one_that_was_read_is_told(url):
    assert show(requests.post(url + "/echo", "one", stream=True)).answer.endswith("\n\none")
    response = requests.post(url + "/echo", "one", stream=True)
    assert list(response.iter_content()) == [b"o", b"n", b"e"]
    assert "pieces" in show(response).answer


def test_an_empty_body_leaves_no_empty_lines(url):
    exchange = show(requests.get(url + "/echo"))
    assert exchange.request == "GET /echo HTTP/1.1"
    assert not exchange.answer.endswith("\n")


@pytest.mark.parametrize("wrong", [None, "text", {"token": "x"}, 200])
def test_what_is_no_response_is_refused_with_a_sentence(wrong):
    with pytest.raises(Problem, match="show needs"):
        show(wrong)
