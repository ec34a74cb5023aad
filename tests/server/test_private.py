"""The routes that need a token."""

import pytest


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
    [("x", 201), ("x" * 200, 201), ("", 400), ("x" * 201, 400), (7, 400), ("a\0b", 400)],
)
def test_the_title_of_a_task_is_a_text_of_1_to_200_characters(client, token, title, status):
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/tasks", json={"title": title}, headers=headers)
    assert answer.status_code == status
    if status == 400:
        assert "title" in answer.json["msg"]
