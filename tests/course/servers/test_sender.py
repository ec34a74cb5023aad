"""Who a request says that it comes from: in headers, in cookies, and with nonsense in both."""

import base64

import jwt
import pytest
import requests
from flask import Flask

from course import serve, show
from course.servers.sender import claimed_user, cookie_names, page_origin

TOKEN = jwt.encode({"sub": "7"}, "a fixed key for tests, never for production")
OTHER = jwt.encode({"sub": "8"}, "a fixed key for tests, never for production")
BASIC = "Basic " + base64.b64encode(b"ana:open sesame").decode()


@pytest.mark.parametrize(
    "authorization, cookie, user",
    [
        (None, None, ""),
        (f"Bearer {TOKEN}", None, "7"),
        (BASIC, None, "ana"),
        (None, f"theme=dark; access_token_cookie={TOKEN}; refresh_token_cookie={OTHER}", "7"),
        (f"Bearer {OTHER}", f"access_token_cookie={TOKEN}", "8"),
        ("Bearer null", f"access_token_cookie={TOKEN}", ""),
        ("Basic é", f"access_token_cookie={TOKEN}", ""),
        (None, "=; a.b.c; theme", ""),
        (None, 'a="\\777.e30.\xff"; \0', ""),
        (None, "a=.W10.", ""),
    ],
)
def test_the_user_stands_in_the_header_or_else_in_a_cookie(authorization, cookie, user):
    environ = {"HTTP_AUTHORIZATION": authorization, "HTTP_COOKIE": cookie}
    environ = {name: value for name, value in environ.items() if value is not None}
    assert claimed_user(environ) == user


def test_cookies_are_named_without_values_and_without_those_of_jupyterlab():
    cookie = f"_xsrf=2|1; __Host-access={TOKEN}; username-localhost-8888=x; theme=dark"
    assert cookie_names({"HTTP_COOKIE": cookie}) == ["__Host-access", "theme"]
    assert cookie_names({}) == []


def test_only_a_browser_tells_the_origin_of_a_page():
    origin = {"HTTP_ORIGIN": "http://localhost:8888"}
    assert page_origin(origin) == ""
    assert page_origin(origin | {"HTTP_USER_AGENT": "Mozilla/5.0 (X11)"}) == "http://localhost:8888"


def test_the_log_has_the_site_and_the_cookies_and_show_draws_their_headers():
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "X-CSRF-TOKEN": "8c7fa3ee-0c57-4c3f-a6d1-3f0f5b1c2d3e",
        "Cookie": f"access_token_cookie={TOKEN}",
    }
    with serve(Flask("cookies")) as server:
        answer = requests.post(server.url, headers=headers)
    assert [(r.user, r.site, r.cookies) for r in server.log] == [
        ("7", "cross-site", ["access_token_cookie"])
    ]
    request = show(answer).request
    assert "Sec-Fetch-Site: cross-site" in request
    assert "X-CSRF-TOKEN: … (36 characters)" in request
