"""The JavaScript that lesson 11 repairs works with the real API, as it stands there."""

import pytest

from course import launch, run_in_node
from tests.reading import LESSONS, cells

LESSON = next(path for path in LESSONS if path.name.startswith("11_"))
KEY = "a fixed key for tests, never for production"


def text_of(cell_id: str) -> str:
    source = next(cell.source for cell in cells(LESSON) if cell.id == cell_id)
    return source.partition("\n")[2]  # without %%keep


@pytest.fixture(scope="module")
def api():
    command = "python -m server --port {port} --seed"
    with launch(command, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://") as server:
        yield server.url


def run(api, script):
    return run_in_node(text_of("login-repaired"), text_of("tasks-repaired"), script, API=api)


def test_login_gives_and_stores_the_token_of_the_contract(api):
    login = run(api, 'return await login("bruno", "correct horse");')
    assert login.value.keys() >= {"token", "user_id"} and login.value["user_id"] == 2
    assert login.stored == {"jwt-token": login.value["token"]}


def test_a_wrong_password_is_a_clear_error_and_stores_nothing(api):
    login = run(api, 'await login("bruno", "wrong");')
    assert (login.kind, login.error, login.stored) == ("Error", "Invalid credentials", {})


def test_the_tasks_come_after_the_login(api):
    tasks = run(api, 'await login("bruno", "correct horse"); return await getMyTasks();')
    assert [task["title"] for task in tasks.value] == ["Call Ana"]


def test_the_same_function_reads_the_other_private_route(api):
    call = text_of("tasks-repaired").replace("/tasks", "/protected")
    script = 'await login("ana", "open sesame"); return await getMyTasks();'
    profile = run_in_node(text_of("login-repaired"), call, script, API=api)
    assert profile.value == {"id": 1, "username": "ana"}


@pytest.mark.parametrize("cell_id", ["login", "tasks"])
def test_the_printed_functions_do_not_run(cell_id):
    assert run_in_node(text_of(cell_id)).kind == "SyntaxError"
