"""The board, the servers of others, and `python -m course attack`."""

import json
import re
import sys
from types import SimpleNamespace

import flask
import pytest

from course import attack, commands
from course.attacks.attempts import (
    ATTEMPTS,
    BROKE_IN,
    CANNOT_TELL,
    NOT_THERE,
    REPELLED,
    Attempt,
    Outcome,
    cannot_tell,
)
from course.attacks.board import Board
from course.attacks.target import Door, Target, check_loopback
from course.problem import Problem
from course.servers.background import BackgroundServer
from course.servers.exchange import Exchange
from tests.course.attacks.foreign import PASSWORDS, foreign
from tests.reading import LESSONS

SETTINGS = {"users": PASSWORDS, "login": "/session", "fields": ("email", "pass")}
FLAWS = ["a token that a cache keeps"]


@pytest.fixture(scope="module")
def url():
    with foreign() as url:
        yield url


@pytest.fixture(scope="module")
def board(url):
    return attack(url, private="/me", **SETTINGS)


def test_a_foreign_server_is_attacked(board):
    assert board.broke_in == FLAWS
    assert len(board.names(REPELLED)) > 15
    assert board.made == []


def test_what_needs_the_key_cannot_be_told(board):
    assert "an expired token" in board.names(CANNOT_TELL)
    assert "two users of one name" in board.names(NOT_THERE)


def test_an_open_door_of_a_foreign_server_is_found_and_can_be_confirmed(url):
    open_door = next(attempt for attempt in ATTEMPTS if attempt.name == "an open door")
    doors = {"private": ["/open", "/me"], **SETTINGS}
    assert open_door.on(Target(url, **doors)).state == BROKE_IN
    assert open_door.on(Target(url, public="GET /open", **doors)).state == REPELLED


def test_only_what_was_tried_counts():
    one = ATTEMPTS[0]
    rows = [(one, Outcome(state)) for state in (REPELLED, REPELLED, BROKE_IN, NOT_THERE)]
    rows.append((one, Outcome(CANNOT_TELL)))
    assert Board(rows, [], 0).summary.startswith("2 of 4 repelled")


def test_the_text_is_the_same_on_every_run(board, url):
    def without_times(board):
        # The first line counts, and a foreign server is measured by the clock, which nobody can promise.
        return [line for line in repr(board).splitlines()[1:] if "(time)" not in line]

    assert without_times(attack(url, private="/me", **SETTINGS)) == without_times(board)


def test_each_row_opens_and_shows_the_exchange_and_the_repair(board):
    html = board._repr_html_()
    assert html.count("<details>") == len(board.rows) == len(ATTEMPTS)
    assert html.count("<style>") == 1
    for _, outcome in board.rows:
        assert outcome.state in html
        if outcome.state in (REPELLED, BROKE_IN):
            assert outcome.exchange.as_html() in html


def test_the_page_shows_no_markup_of_a_server():
    outcome = Outcome(BROKE_IN, "<b>", Exchange("<i>", "<u>"))
    html = Board([(ATTEMPTS[0], outcome)], [], 0)._repr_html_()
    assert not re.search("<[biu]>", html)


def test_a_program_can_read_it(board):
    read = json.loads(json.dumps(board.as_json()))
    assert {row["state"] for row in read["attacks"]} == {
        REPELLED,
        BROKE_IN,
        NOT_THERE,
        CANNOT_TELL,
    }
    assert all(row["request"] for row in read["attacks"] if row["state"] == BROKE_IN)


def test_every_attack_says_what_a_student_needs():
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS)
    for attempt in ATTEMPTS:
        assert attempt.story.endswith(".") and attempt.repair.rstrip(')"').endswith((".", "]"))
        assert attempt.source and re.fullmatch("[0-9]{2}", attempt.lesson)
    assert {attempt.lesson for attempt in ATTEMPTS} <= {path.name[:2] for path in LESSONS}


def test_a_server_that_ends_has_lost():
    def end(target):
        target.send("POST", "/end")
        while True:
            target.send("GET", "/me")

    with foreign() as url:
        target = Target(url, private="/me", **SETTINGS)
        outcome = Attempt("tokens", "the end", "", "", "", "07", end).on(target)
        assert outcome.state == BROKE_IN and "GET /me" in outcome.exchange.request
        assert ATTEMPTS[0].on(target).state == CANNOT_TELL


# What an attack needs


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1:5000",
        "http://0.0.0.0:5000",
        "http://127.0.0.1@192.0.2.1",
        "http://127.0.0.1:99999",
        "127.0.0.1:5000",
        "ftp://127.0.0.1",
        "",
    ],
)
def test_only_this_machine_is_attacked(url):
    with pytest.raises(Problem):
        attack(url, users=PASSWORDS)


def test_a_name_counts_by_all_its_addresses(monkeypatch):
    entries = [(0, 0, 0, "", (address, 80)) for address in ("127.0.0.1", "192.0.2.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda host, port: entries)
    with pytest.raises(Problem, match="not this machine"):
        check_loopback("http://two.example")
    entries.pop()
    assert check_loopback("http://one.example/") == "http://one.example"


def test_a_log_in_that_does_not_work_is_a_problem(url):
    with pytest.raises(Problem, match="nothing was tried"):
        attack(url, private="/me", **SETTINGS | {"users": {"ana": "wrong", "bruno": "wrong"}})


def test_users_are_needed(url):
    with pytest.raises(Problem, match="two users"):
        attack(url, private="/me")


def test_nothing_answers():
    with BackgroundServer(flask.Flask("short")) as server:
        pass
    with pytest.raises(Problem, match="Nothing answers"):
        attack(server.url, users=PASSWORDS)


def test_something_else_is_no_target():
    with pytest.raises(Problem):
        attack(42)


def test_a_door_is_read_from_a_text():
    assert Door.of("/me") == Door("GET", "/me")
    assert str(Door.of("delete /tasks/<id>")) == "DELETE /tasks/<id>"
    assert all(Door.of(f"/tasks/{name}").has_variable for name in ("<int:id>", "{id}", ":id"))


def test_an_attack_that_finds_nothing_to_attack_is_no_success():
    def nothing(target):
        raise cannot_tell("why")

    attempt = Attempt("tokens", "", "", "", "", "07", nothing)
    assert attempt.on(SimpleNamespace(has_ended=False)).state == CANNOT_TELL


# In a terminal


@pytest.fixture
def terminal(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["course", "attack", *arguments])
        monkeypatch.setattr(commands, "enter", lambda *arguments: None)
        with pytest.raises(SystemExit) as exit:
            commands.main()
        return exit.value.code, *capsys.readouterr()

    return run


USERS = [f"--user={name}:{password}" for name, password in PASSWORDS.items()]


def test_status_1_something_broke_in(url, terminal):
    status, out, _ = terminal(
        url, "--login=/session", "--fields=email,pass", "--private=/me", *USERS
    )
    assert status == 1
    assert FLAWS[0] in out and "Created" in out and "> POST /session" in out


def test_status_2_nothing_could_be_tried(url, terminal):
    status, out, error = terminal(url, "--login=/nowhere", "--fields=email,pass", *USERS)
    assert status == 2 and "nothing was tried" in error and not out


def test_status_0_only_if_tokens_were_tried():
    def board(*states):
        return Board([(attempt, Outcome(state)) for attempt, state in states], [], 0)

    token, log_in = (
        next(attempt for attempt in ATTEMPTS if attempt.subject == subject)
        for subject in ("tokens", "log in")
    )
    assert board((token, REPELLED), (log_in, REPELLED)).exit_status == 0
    assert board((token, CANNOT_TELL), (log_in, REPELLED)).exit_status == 2
    assert board((token, REPELLED), (log_in, BROKE_IN)).exit_status == 1
    assert board().exit_status == 2


def test_json_for_programs(url, terminal):
    status, out, _ = terminal(
        url, "--login=/session", "--fields=email,pass", "--private=/me", "--json", *USERS
    )
    assert status == 1
    assert json.loads(out)["summary"]


def test_one_field_is_not_enough(url, terminal):
    status, _, error = terminal(url, "--fields=email", *USERS)
    assert "--fields" in (error or str(status))
