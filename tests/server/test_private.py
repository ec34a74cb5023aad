"""The routes that need a token."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy

from server.models import Task, User, db
from tests import SECONDS
from tests.server.conftest import headers_of
from tests.server.test_answers import ask, signed


@pytest.fixture
def headers(token):
    """The headers of Ana, who has the tasks 1 and 2. Task 3 is Bruno's."""
    return {"Authorization": f"Bearer {token}"}


def ids(app) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(db.select(Task.id).order_by(Task.id)))


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_head_is_closed_where_get_is(client, method):
    assert client.open("/tasks", method=method).status_code == 401


def test_a_user_sees_only_their_own_tasks(client, token):
    bruno = client.post("/token", json={"username": "bruno", "password": "correct horse"}).json
    titles = {}
    for name, key in {"ana": token, "bruno": bruno["token"]}.items():
        headers = {"Authorization": f"Bearer {key}"}
        made = client.post("/tasks", json={"title": f"only for {name}"}, headers=headers)
        assert (made.status_code, made.json["title"]) == (201, f"only for {name}")
        listed = client.get("/tasks", headers=headers).json
        assert made.json in listed
        titles[name] = {task["title"] for task in listed}
    assert not titles["ana"] & titles["bruno"]
    assert len(titles["ana"]) == 3


@pytest.mark.parametrize(
    "title, status",
    [
        ("x", 201),
        (" x ", 201),
        ("x" * 200, 201),
        ("", 400),
        (" ", 400),
        ("\u3000\n\t", 400),
        ("x" * 201, 400),
        (7, 400),
        ("a\0b", 400),
    ],
)
def test_the_title_of_a_task_is_a_text_of_1_to_200_characters_not_all_blank(
    client, token, title, status
):
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/tasks", json={"title": title}, headers=headers)
    assert answer.status_code == status
    if status == 400:
        assert "title" in answer.json["msg"]


def test_who_deletes_their_task_gets_no_body_and_the_task_is_gone(app, client, headers):
    answer = client.delete("/tasks/1", headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert ids(app) == [2, 3]
    assert [task["id"] for task in client.get("/tasks", headers=headers).json] == [2]
    assert client.delete("/tasks/1", headers=headers).status_code == 404
    assert ids(app) == [2, 3]


@pytest.mark.parametrize("number", [999_999_999, 1_000_000_000, 2**31 - 1])
def test_every_id_that_a_column_holds_belongs_to_a_user(app, client, number):
    with app.app_context():
        db.session.add(User(id=number, username="late"))
        db.session.commit()
    assert ask(client, f"Bearer {signed(sub=str(number))}").json == {
        "id": number,
        "username": "late",
    }


NO_COLUMN_HOLDS = [0, -1, 2**31, 2**63, 99999999999999999999, "%D9%A3x", "3.0", "x"]


@pytest.mark.parametrize("number", [3, *NO_COLUMN_HOLDS])
def test_the_task_of_somebody_else_and_one_that_is_not_there_are_one_answer(
    app, client, headers, number
):
    answer = client.delete(f"/tasks/{number}", headers=headers)
    missing = client.delete("/tasks/2147483647", headers=headers)
    assert answer.status_code == missing.status_code == 404
    assert set(answer.json) == {"msg"}
    assert answer.data == missing.data
    assert headers_of(answer) == headers_of(missing)
    assert ids(app) == [1, 2, 3]


def test_of_two_who_delete_one_task_at_once_one_is_told_so(app, headers):
    # Both have read who the caller is before either of them deletes.
    both = threading.Barrier(2, timeout=SECONDS)

    def wait(connection, cursor, statement, *rest):
        if statement.startswith("DELETE"):
            both.wait()

    with app.app_context():
        sqlalchemy.event.listen(db.engine, "before_cursor_execute", wait)

    def remove(_):
        return app.test_client().delete("/tasks/1", headers=headers).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(remove, range(2))) == [204, 404]
    assert ids(app) == [2, 3]
