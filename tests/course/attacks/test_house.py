"""The broken servers: each can be broken into, each patch is judged by what it answers, and the house stands on."""

import inspect
import re
import socket
import subprocess
import sys

import flask
import jwt
import pytest
import requests

from course import House, fresh_house, judge_patch
from course.attacks.house import trials
from course.attacks.house.hints import HINTS
from course.attacks.house.judging import judge
from course.attacks.house.servers import LESSON, SERVERS
from course.problem import Problem
from tests import SECONDS
from tests.course.attacks.patches import BY_LUCK, RIGHT, WRONG
from tests.reading import ROOT

BROKEN = sorted((ROOT / "course/attacks/house/broken").glob("[a-z]*.py"))


def patched(name: str, old: str, new: str):
    """The broken server with one change in its source."""
    source = inspect.getsource(inspect.getmodule(SERVERS[name]))
    # What is built for user 7 in the place of user 1 stands once, or in each place.
    assert old in source, "the source of the broken server has changed"
    names: dict = {}
    exec(source.replace(old, new), names)
    return names[name]


def named(patches):
    return [pytest.param(*patch, id=f"{patch[0]}: {patch[1]}") for patch in patches]


@pytest.mark.parametrize(("name", "what", "old", "new"), named(RIGHT))
def test_a_right_patch_is_accepted(name, what, old, new):
    judgement = judge(name, patched(name, old, new))
    assert judgement.faults == []
    assert not judgement.by_luck
    assert judgement.attacks >= 4


@pytest.mark.parametrize(("name", "what", "old", "new"), named(BY_LUCK))
def test_a_patch_that_holds_by_luck_is_accepted_and_told(name, what, old, new):
    judgement = judge(name, patched(name, old, new))
    assert judgement.faults == [] and judgement.by_luck
    assert "luck" in repr(judgement)


@pytest.mark.parametrize(("name", "what", "old", "new", "words"), named(WRONG))
def test_a_wrong_patch_is_refused_with_what_got_through(name, what, old, new, words):
    faults = judge_patch(name, patched(name, old, new))
    assert any(words in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("name", "breaks"),
    list(zip(SERVERS, [5, 3, 2, 2, 5, 3, 1, 5], strict=True)),
)
def test_every_broken_server_can_be_broken_into(name, breaks):
    faults = judge_patch(name, SERVERS[name])
    assert len([fault for fault in faults if fault.startswith("Got in: ")]) == breaks
    assert len(faults) == breaks, "an honest user is refused"
    assert any("GET /flag gave the flag" in fault for fault in faults)


@pytest.mark.parametrize(
    ("make_app", "words"),
    [
        (flask.Flask("x"), "function"),
        ("reader", "function"),
        (lambda flag: None, "TypeError"),
        (lambda flag, key: None, "return"),
        (lambda flag, key: 1 / 0, "ZeroDivisionError"),
        (lambda flag, key: flask.Flask("empty"), "POST /token answered 404"),
    ],
)
def test_what_is_no_patch_gets_a_sentence(make_app, words):
    for name in SERVERS:
        if name != "sign_up" or "404" not in words:
            assert words in judge_patch(name, make_app)[0]


def test_a_name_that_is_none_is_a_sentence():
    for use in (fresh_house, lambda name: judge_patch(name, print)):
        with pytest.raises(Problem, match="reader"):
            use("raeder")


# The house


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.stop()


def flag_of(url, token) -> str:
    answer = requests.get(
        f"{url}/flag", headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS
    )
    return answer.json().get("flag", "")


def unsigned(alg: str) -> str:
    return trials.written({"alg": alg}, trials.claims_of())


def test_the_story_of_one_server(house, capsys):
    with pytest.raises(Problem, match="not patched"):
        house.url("reader", patched=True)
    house.take("reader", flag_of(house.url("reader"), unsigned("none")))
    assert "alg none" in capsys.readouterr().out
    assert "1 of 6 taken, 0 patched" in repr(house)
    name, _, old, new = WRONG[0][:4]
    assert house.patch(name, patched(name, old, new)).faults
    assert "0 patched" in house.summary
    house.patch("reader", patched(*RIGHT[0][:1], *RIGHT[0][2:]))
    assert "1 patched, 0 attacked again" in house.summary
    assert flag_of(house.url("reader", patched=True), unsigned("none")) == ""
    assert "1 attacked again" in house.summary
    assert flag_of(house.url("reader"), unsigned("none"))


def test_the_board_says_which_way_was_taken(house):
    house.take("reader", flag_of(house.url("reader"), unsigned("HS256")) + "\n")
    assert "taken (alg HS256)" in repr(house)


@pytest.mark.parametrize("flag", ["a guess", 7, None, "flag-" + "0" * 32])
def test_what_is_no_flag_gets_a_sentence(house, flag):
    with pytest.raises(Problem, match="not the flag of wallet"):
        house.take("wallet", flag)


def test_hints_open_one_by_one_and_the_third_stays(house, capsys):
    for number in (1, 2, 3, 3):
        house.hint("cabinet")
        assert f"Hint {number} of 3: {HINTS['cabinet'][number - 1]}" in capsys.readouterr().out
    house.hint("cabinet", 1)
    assert "hints: 3 of 3" in repr(house)
    for wrong in (0, 4, "1"):
        with pytest.raises(Problem, match="1, 2 and 3"):
            house.hint("cabinet", wrong)


def test_the_page_opens_hints(house):
    def say(content):
        data = {"method": "custom", "content": content}
        house._handle_msg({"content": {"data": data}, "buffers": []})

    for _ in range(5):
        say("two_locks")
    say("nobody")
    assert next(row for row in house.rows if row["name"] == "two_locks")["hints"] == [
        *HINTS["two_locks"]
    ]


def test_a_way_that_holds_markup_is_shown_as_text(house):
    house._ways["cabinet"] = "<img src=x>"
    house._draw()
    assert "<img" not in house._repr_html_()


def test_the_source_is_that_of_the_server_and_can_be_changed(house):
    for path in BROKEN:
        assert house.source(path.stem) == path.read_text(encoding="utf-8")
    source = house.source("sign_up")
    assert repr(source).startswith("# BROKEN ON PURPOSE")
    assert house.patch("sign_up", source.replace('user["role"]', "'reader'")).faults == []
    assert house.patch("sign_up", source.replace('"reader"', "'writer'")).faults
    for change in (("no such text", ""), ("def sign_up(", "def signup("), ("import jwt", "import")):
        with pytest.raises(Problem, match="source"):
            house.patch("sign_up", source.replace(*change))


def test_a_broken_request_stops_nothing(house):
    port = int(house.url("reader").split(":")[2].split("/")[0])
    for raw in (b"\x00\xff\r\n\r\n", b"GET /reader/me HTTP/1.1\r\nContent-Length: x\r\n\r\n", b""):
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as one:
            one.sendall(raw)
    for path, body in (
        ("sign_up/users", b"[1"),
        ("sign_up/users", b"[" * 90_000),
        ("sign_up/users", b"[]"),
        ("second_token/token/refresh", b"{}"),
        ("cabinet/page/..%2fkeys%2f1.key", None),
    ):
        answer = requests.request(
            "POST" if body else "GET",
            house.url(path.split("/")[0]) + "/" + path.partition("/")[2],
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=SECONDS,
        )
        assert answer.status_code >= 400
    for token in ("a.b.c", "", "x" * 60_000, unsigned("none") + "."):
        assert flag_of(house.url("wallet"), token) == ""
    for name in SERVERS:
        assert requests.get(house.url(name) + "/flag", timeout=SECONDS).status_code == 401


def test_a_huge_body_is_refused(house):
    with fresh_house("sign_up") as one:
        body = b'{"username": "' + b"x" * 200_000 + b'"}'
        try:
            answer = requests.post(
                f"{one.url}/users",
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=SECONDS,
            )
            assert answer.status_code == 413
        except requests.ConnectionError:
            pass  # it hung up while the body came
        assert requests.get(f"{one.url}/flag", timeout=SECONDS).status_code == 401


def test_no_house_outside_of_this_machine_is_asked_for_keys(house):
    key = trials.new_rsa()
    for jku in ("http://192.0.2.1/keys.json", "http://127.0.0.1@192.0.2.1/", "file:///etc/passwd"):
        token = jwt.encode(trials.claims_of(), key, "RS256", headers={"kid": "1", "jku": jku})
        answer = requests.get(
            house.url("key_set") + "/me",
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS,
        )
        assert "on this machine" in answer.json()["msg"]


def test_a_house_that_ended_is_opened_again_with_new_flags(capsys):
    house = House()
    try:
        flag = flag_of(house.url("reader"), unsigned("none"))
        house._running.stop()
        capsys.readouterr()
        assert flag_of(house.url("reader"), unsigned("none")) not in ("", flag)
        assert "open again" in capsys.readouterr().out
        with pytest.raises(Problem, match="ended"):
            house.take("reader", flag)
    finally:
        house.stop()
    assert not house._running.running


def test_a_fresh_house_has_another_flag_each_time():
    with fresh_house("reader") as one, fresh_house("reader") as other:
        flags = [flag_of(house.url, unsigned("none")) for house in (one, other)]
        assert one.is_flag(flags[0]) and other.is_flag(flags[1])
        assert not one.is_flag(flags[1]) and not one.is_flag(None)


# What keeps the broken servers where they are


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_server_says_so_and_is_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.match(r"# BROKEN ON PURPOSE: .*lesson 13", lines[0])
    assert len([line for line in lines if line.strip()]) < 25


def test_the_files_are_the_servers():
    assert {path.stem for path in BROKEN} == set(SERVERS)
    assert set(HINTS) == {make_app.__name__ for make_app in LESSON}
    assert all(len(hints) == 3 for hints in HINTS.values())


def test_nothing_of_the_server_leads_to_them():
    script = "import sys, server; server.create_app(JWT_SECRET_KEY='k' * 32, DATABASE_URL='sqlite://'); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "server.login" in done.stdout.split()
    assert not [name for name in done.stdout.split() if name.startswith("course")]
    for path in (ROOT / "course").rglob("*.py"):
        if "house" not in path.parts and path.name != "__init__.py":
            assert "attacks.house" not in path.read_text(encoding="utf-8"), path


def test_the_house_listens_on_loopback_only(house):
    port = int(house.url("reader").split(":")[2].split("/")[0])
    # 127.0.0.2 is this machine too, and nobody listens there.
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=5)
