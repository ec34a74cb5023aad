"""Log-ins that end, and refresh tokens that work once."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy
from sqlalchemy import event

from server import create_app
from server.clock import now
from server.models import Login, User, db
from tests import SECONDS
from tests.reading import ROOT
from tests.server.conftest import KEY, SID
from tests.server.test_answers import ask, later, signed
from tests.server.test_refresh import ANA, IN, NO, STALE, claims_of, put_password, verdict

pytestmark = pytest.mark.usefixtures("quick_log_ins")


def log_in(client, body=ANA) -> dict:
    answer = client.post("/token", json=body)
    assert answer.status_code == 200
    return answer.json


def refresh(client, token: str):
    return ask(client, f"Bearer {token}", "/token/refresh", "POST")


def log_out(client, token: str) -> int:
    return ask(client, f"Bearer {token}", "/token", "DELETE").status_code


def sids(app) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(db.select(Login.id))) - {SID}


def sid_of(tokens: dict) -> str:
    return claims_of(tokens["token"])["sid"]


# --- which fault is named, when there are several


OVER = {"sid": "a log-in that is over"}
ORDER = {
    # what is wrong, and what else must get the same answer
    "expired before over": ({"exp": later(-1)} | OVER, {"exp": later(-1)}),
    "not fresh before over": (OVER, {}),
    "over before a user who is gone": (
        {"fresh": True, "sub": "999"} | OVER,
        {"fresh": True} | OVER,
    ),
    "type before over": ({"type": "refresh"} | OVER, {"type": "refresh"}),
    "type before not fresh": ({"type": "refresh", "fresh": False}, {"type": "refresh"}),
}


@pytest.mark.parametrize("both, first", ORDER.values(), ids=ORDER)
def test_of_two_faults_the_first_one_is_named(client, both, first):
    answers = [put_password(client, signed(**claims)) for claims in (both, first)]
    assert answers[0].status_code == answers[1].status_code == 401
    assert answers[0].data == answers[1].data
    assert answers[0].headers["WWW-Authenticate"] == answers[1].headers["WWW-Authenticate"]


# --- rotation


def test_all_tokens_of_a_log_in_name_it_and_each_log_in_is_another(app, client):
    first, second = log_in(client), log_in(client)
    rotated = refresh(client, first["refresh_token"]).json
    assert len(sids(app)) == 2 and sids(app) == {sid_of(first), sid_of(second)}
    for token in (first["refresh_token"], rotated["token"], rotated["refresh_token"]):
        assert claims_of(token)["sid"] == sid_of(first)


def test_a_refresh_gives_the_next_refresh_token_which_ends_when_the_first_did(clock, client):
    tokens = log_in(client)
    end = claims_of(tokens["refresh_token"])["exp"]
    seen = {claims_of(tokens["refresh_token"])["jti"]}
    for _ in range(3):
        clock.move(days=7)
        answer = refresh(client, tokens["refresh_token"])
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert set(answer.json) == {"token", "refresh_token", "expires_in", "user_id"}
        tokens = answer.json
        claims = claims_of(tokens["refresh_token"])
        assert claims["exp"] == end and claims["jti"] not in seen
        seen.add(claims["jti"])
        assert verdict(client, tokens["token"], "access") == IN
    clock.move(days=9)
    assert refresh(client, tokens["refresh_token"]).status_code == 401


def test_a_used_token_is_answered_again_for_ten_seconds_with_the_same_next_one(clock, client):
    tokens = log_in(client)
    following = refresh(client, tokens["refresh_token"]).json
    clock.move(seconds=10)
    again = refresh(client, tokens["refresh_token"])
    assert again.status_code == 200
    jtis = {claims_of(t["refresh_token"])["jti"] for t in (following, again.json)}
    assert len(jtis) == 1
    assert refresh(client, following["refresh_token"]).status_code == 200


def test_the_ten_seconds_begin_once(clock, client):
    tokens = log_in(client)
    refresh(client, tokens["refresh_token"])
    for _ in range(2):
        clock.move(seconds=5)
        assert refresh(client, tokens["refresh_token"]).status_code == 200
    clock.move(seconds=1)
    assert refresh(client, tokens["refresh_token"]).status_code == 401


def test_later_a_used_token_ends_the_log_in_and_no_other(app, clock, client):
    tokens, phone = log_in(client), log_in(client)
    bruno = log_in(client, {"username": "bruno", "password": "correct horse"})
    following = refresh(client, tokens["refresh_token"]).json
    clock.move(seconds=11)
    answer = refresh(client, tokens["refresh_token"])
    assert (answer.status_code, set(answer.json)) == (401, {"msg"})
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    for token in (tokens["token"], following["token"]):
        assert verdict(client, token, "access") == NO
    assert refresh(client, following["refresh_token"]).status_code == 401
    assert sids(app) == {sid_of(phone), sid_of(bruno)}
    assert verdict(client, phone["token"], "access") == IN


def test_only_the_last_used_token_has_ten_seconds(app, client):
    tokens = log_in(client)
    second = refresh(client, tokens["refresh_token"]).json
    third = refresh(client, second["refresh_token"]).json
    assert refresh(client, tokens["refresh_token"]).status_code == 401
    assert refresh(client, third["refresh_token"]).status_code == 401
    assert sids(app) == set()


def test_a_refresh_does_not_make_a_log_in_longer(app, clock, client):
    tokens = log_in(client)
    clock.move(days=30, seconds=-1)
    tokens = refresh(client, tokens["refresh_token"]).json
    assert verdict(client, tokens["token"], "access") == IN
    clock.move(seconds=1)
    assert verdict(client, tokens["token"], "access") == NO
    assert refresh(client, tokens["refresh_token"]).status_code == 401


def test_log_ins_that_are_over_are_removed_by_the_next_one(app, clock, client):
    old = {sid_of(log_in(client)) for _ in range(3)}
    clock.move(days=29)
    young = sid_of(log_in(client))
    assert sids(app) == old | {young}
    clock.move(days=1)
    assert sids(app) == old | {young}
    youngest = sid_of(log_in(client))
    assert sids(app) == {young, youngest}


# --- the end


@pytest.mark.parametrize("is_stale", [False, True])
def test_a_log_out_ends_all_tokens_of_the_log_in_also_with_a_stale_one(
    app, clock, client, is_stale
):
    tokens, phone = log_in(client), log_in(client)
    rotated = refresh(client, tokens["refresh_token"]).json
    clock.move(minutes=1)
    ticket = (tokens if is_stale else rotated)["refresh_token"]
    answer = ask(client, f"Bearer {ticket}", "/token", "DELETE")
    assert (answer.status_code, answer.data) == (204, b"")
    for token in (tokens["token"], rotated["token"]):
        assert verdict(client, token, "access") == NO
    for token in (tokens["refresh_token"], rotated["refresh_token"]):
        assert verdict(client, token, "refresh") == NO
        assert log_out(client, token) == 401
    assert sids(app) == {sid_of(phone)}


def test_an_access_token_logs_nobody_out(app, client):
    tokens = log_in(client)
    assert log_out(client, tokens["token"]) == 401
    assert sids(app) == {sid_of(tokens)}


@pytest.mark.parametrize("spelling", ["{}=", "{}==", " {}", "{} "])
def test_no_spelling_of_a_token_comes_back_after_a_log_out(client, spelling):
    tokens = log_in(client)
    assert log_out(client, tokens["refresh_token"]) == 204
    for name, path, method in [
        ("token", "/protected", "GET"),
        ("refresh_token", "/token/refresh", "POST"),
    ]:
        authorization = "Bearer " + spelling.format(tokens[name])
        assert ask(client, authorization, path, method).status_code in (400, 401)


def test_a_new_password_ends_all_log_ins_of_the_user_and_no_other(app, client):
    tokens, phone = log_in(client), log_in(client)
    bruno = log_in(client, {"username": "bruno", "password": "correct horse"})
    assert (
        put_password(client, tokens["token"], json={"password": "another one"}).status_code == 204
    )
    for tokens_of_ana in (tokens, phone):
        assert verdict(client, tokens_of_ana["token"], "fresh") == NO
        assert verdict(client, tokens_of_ana["refresh_token"], "refresh") == NO
    assert sids(app) == {sid_of(bruno)}
    again = log_in(client, ANA | {"password": "another one"})
    assert verdict(client, again["token"], "access") == IN


def test_a_refused_password_ends_no_log_in(app, client):
    tokens = log_in(client)
    assert put_password(client, tokens["token"], json={"password": "short"}).status_code == 400
    assert verdict(client, tokens["token"], "fresh") != NO
    assert verdict(client, refresh(client, tokens["refresh_token"]).json["token"], "fresh") == STALE


def test_with_the_table_of_log_ins_lost_everybody_is_out_and_can_log_in(app, client):
    tokens = log_in(client)
    with app.app_context():
        db.session.execute(db.delete(Login))
        db.session.commit()
    assert verdict(client, tokens["token"], "access") == NO
    assert verdict(client, log_in(client)["token"], "access") == IN


# --- at once


def at_once(*actions):
    with ThreadPoolExecutor(len(actions)) as threads:
        ready = threading.Barrier(len(actions), timeout=SECONDS)
        return list(threads.map(lambda action: (ready.wait(), action())[1], actions))


@pytest.mark.parametrize("number", [2, 8])
def test_of_refreshes_at_once_all_get_one_and_the_same_next_token(app, client, number):
    for _ in range(3):
        tokens = log_in(client)
        token = tokens["refresh_token"]
        answers = at_once(*[partial(refresh, app.test_client(), token) for _ in range(number)])
        assert {answer.status_code for answer in answers} == {200}
        assert len({claims_of(answer.json["refresh_token"])["jti"] for answer in answers}) == 1
        assert refresh(client, answers[-1].json["refresh_token"]).status_code == 200
        assert verdict(client, answers[0].json["token"], "access") == IN
        assert {sid_of(answer.json) for answer in answers} == {sid_of(tokens)}


def hold(app, statement: str | tuple):
    """Stop the first request that is about to run such a statement, until it is let go."""
    is_held, may_go = threading.Event(), threading.Event()

    def stop(connection, cursor, text, *rest):
        if text.startswith(statement) and not is_held.is_set():
            is_held.set()
            assert may_go.wait(SECONDS)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", stop)
    return is_held, may_go


def test_of_two_refreshes_that_both_looked_before_one_writes_one_rotates(app, client, clock):
    token = log_in(client)["refresh_token"]
    is_held, may_go = hold(app, "UPDATE login")
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(refresh, app.test_client(), token)
        assert is_held.wait(SECONDS)
        quick = refresh(client, token)
        may_go.set()
        slow = slow.result(SECONDS)
    assert (quick.status_code, slow.status_code) == (200, 200)
    assert (
        claims_of(quick.json["refresh_token"])["jti"]
        == (claims_of(slow.json["refresh_token"])["jti"])
    )


def test_a_refresh_that_meets_a_log_out_leaves_nobody_in(app, client):
    token = log_in(client)["refresh_token"]
    is_held, may_go = hold(app, "UPDATE login")
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(refresh, app.test_client(), token)
        assert is_held.wait(SECONDS)
        assert log_out(client, token) == 204
        may_go.set()
        assert slow.result(SECONDS).status_code == 401
    assert sids(app) == set()


UPDATE_USER = ("UPDATE user", 'UPDATE "user"')


def test_a_log_in_with_the_old_password_does_not_outlive_the_new_one(app, client):
    token = log_in(client)["token"]
    is_held, may_go = hold(app, UPDATE_USER)
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(app.test_client().post, "/token", json=ANA)
        assert is_held.wait(SECONDS)  # the old password was right
        assert put_password(client, token, json={"password": "another one"}).status_code == 204
        may_go.set()
        assert slow.result(SECONDS).status_code == 401
    assert sids(app) == set()


def test_of_two_new_passwords_at_once_the_first_one_holds(app, client):
    thief, owner = log_in(client)["token"], log_in(client)["token"]
    is_held, may_go = hold(app, UPDATE_USER)
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(put_password, app.test_client(), thief, json={"password": "of thief"})
        assert is_held.wait(SECONDS)
        assert put_password(client, owner, json={"password": "of owner"}).status_code == 204
        may_go.set()
        assert slow.result(SECONDS).status_code == 401
    assert log_in(client, ANA | {"password": "of owner"})


# --- a crash


CRASH = f"""
import os, signal, sys
from sqlalchemy import event
from server import create_app
from server.models import db

app = create_app(JWT_SECRET_KEY="{KEY}", DATABASE_URL=sys.argv[1])
client = app.test_client()

def crash(*anything):
    os.kill(os.getpid(), signal.SIGKILL if os.name != "nt" else signal.SIGTERM)

with app.app_context():
    if sys.argv[3] == "before the commit":
        event.listen(db.engine, "commit", crash)
    if sys.argv[3] == "before the answer":
        event.listen(db.session, "after_commit", crash)
client.post("/token/refresh", headers={{"Authorization": "Bearer " + sys.argv[2]}})
print("not crashed")
"""


@pytest.mark.parametrize("moment", ["before the commit", "before the answer"])
def test_a_crash_in_a_refresh_leaves_the_user_in(app, client, database_url, moment):
    tokens = log_in(client)
    token = tokens["refresh_token"]
    command = [sys.executable, "-c", CRASH, database_url, token, moment]
    crashed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    assert (crashed.returncode, crashed.stdout) == (-signal.SIGKILL if os.name != "nt" else 15, "")
    with app.app_context():
        row = db.session.get(Login, sid_of(tokens))
        assert (row.used_at is not None) == (moment == "before the answer")
        row.used_at = row.used_at and now()  # on a slow machine the grace period may be over by now
        db.session.commit()
    again = refresh(client, token)
    assert again.status_code == 200
    assert refresh(client, again.json["refresh_token"]).status_code == 200
    assert sids(app) == {sid_of(tokens)}


# --- a database of the version before


BEFORE = """
CREATE TABLE "user" (id {id}, username VARCHAR(80) NOT NULL, password_hash VARCHAR(200), UNIQUE (username));
CREATE TABLE task (id {id}, title VARCHAR(200) NOT NULL, user_id INTEGER NOT NULL, FOREIGN KEY(user_id) REFERENCES "user" (id));
CREATE INDEX ix_task_user_id ON task (user_id);
INSERT INTO "user" (username, password_hash) VALUES ('ana', '{hash}');
INSERT INTO task (title, user_id) VALUES ('kept', 1);
"""
HASH = "pbkdf2:sha256:1$salt$30cc4103f4fadab947c9c27ef1c160459e83217061655c04061421962327b24d"
NUMBERS = {
    "sqlite": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "postgresql": "SERIAL PRIMARY KEY",
}


def test_a_database_that_an_older_version_made_works_on(database_url):
    engine = sqlalchemy.create_engine(database_url)
    tables = BEFORE.format(id=NUMBERS[engine.dialect.name], hash=HASH)
    with engine.begin() as connection:
        for statement in tables.strip().split("\n"):
            connection.exec_driver_sql(statement)
    engine.dispose()
    app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=database_url)
    client = app.test_client()
    tokens = log_in(client)
    tokens = refresh(client, tokens["refresh_token"]).json
    tasks = client.get("/tasks", headers={"Authorization": f"Bearer {tokens['token']}"}).json
    assert [task["title"] for task in tasks] == ["kept"]
    assert log_out(client, tokens["refresh_token"]) == 204
    assert client.post("/users", json=ANA | {"username": "cleo"}).status_code == 201
    with app.app_context():
        db.session.delete(db.session.get(User, 1))
        db.session.commit()
        db.engine.dispose()
