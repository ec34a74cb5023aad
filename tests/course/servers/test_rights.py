"""Who may do what: as many callers as one likes, and no call spoils the next."""

import pytest
from flask import Flask, abort, request
from flask_jwt_extended import JWTManager, create_access_token, get_jwt_identity, jwt_required

from course import door_map
from course.problem import Problem
from course.servers.doors import DoorMap
from course.servers.rights import RightsMap


def make_app(owner_counts=True):
    app = Flask("tasks", static_folder=None)
    app.config["JWT_SECRET_KEY"] = "a fixed key for tests, never for production"
    JWTManager(app)
    tasks = {1: "7"}

    @app.route("/tasks/<int:id>", methods=["GET", "PUT", "DELETE"])
    @jwt_required()
    def task(id):
        if id not in tasks or owner_counts and tasks[id] != get_jwt_identity():
            abort(404)
        if request.method == "DELETE":
            del tasks[id]
            return "", 204
        if request.method == "PUT" and "title" not in request.get_json():
            abort(400)
        return {}

    app.get("/health")(lambda: {})
    app.post("/broken", endpoint="broken")(lambda: str(1 / 0))
    return app


def careless_app():
    return make_app(owner_counts=False)


def caller(user_id):
    def token(app):
        with app.app_context():
            return create_access_token(user_id)

    return token


CALLERS = {"nobody": None, "ana": caller("7"), "bruno": caller("8"), "carla": caller("9")}
BODY = {"title": "Tea"}


def test_each_caller_meets_the_data_as_they_were_made():
    assert door_map(make_app, body=BODY, **CALLERS).doors == [
        ("POST", "/broken", 500, 500, 500, 500),
        ("GET", "/health", 200, 200, 200, 200),
        ("DELETE", "/tasks/<int:id>", 401, 204, 404, 404),
        ("GET", "/tasks/<int:id>", 401, 200, 404, 404),
        ("PUT", "/tasks/<int:id>", 401, 200, 404, 404),
    ]
    careless = door_map(careless_app, body=BODY, **CALLERS).doors
    assert careless[2] == ("DELETE", "/tasks/<int:id>", 401, 204, 204, 204)


def test_callers_may_have_a_token_that_was_made_before_and_bodies_may_be_missing():
    ready = caller("7")(make_app())
    assert door_map(make_app, ana=ready).doors[4] == ("PUT", "/tasks/<int:id>", 415)


def test_what_differs_from_a_right_api_can_be_seen():
    right = door_map(make_app, body=BODY, **CALLERS)
    differing = door_map(careless_app, body=BODY, **CALLERS).against(right)
    assert [door[0] for door in differing.doors] == ["DELETE", "GET", "PUT"]
    assert "204 No Content ≠ 404" in repr(differing)
    html = differing._repr_html_()
    assert html.count('class="done differs"') == 6 and html.count('class="refused"') == 3
    assert right.against(right).doors == []


def test_the_faces_have_words_and_colours_and_paths_are_text():
    drawn = door_map(make_app, **CALLERS)
    lines = repr(drawn).splitlines()
    assert lines[0].split() == ["method", "path", *CALLERS]
    assert "401 Unauthorized" in lines[3] and "404 Not Found" in lines[3]
    html = drawn._repr_html_()
    assert "/tasks/&lt;int:id&gt;" in html
    for kind in ("done", "refused", "broken"):
        assert f'class="{kind}"' in html


def test_what_cannot_be_called_is_said_and_a_strange_status_is_a_number():
    drawn = RightsMap(["ana"], [("GET", "/x", "never reached"), ("GET", "/y", 799)])
    assert "never reached" in repr(drawn) and "799" in drawn._repr_html_()


@pytest.mark.parametrize("app", [make_app(), "app", lambda: "app"])
def test_callers_need_a_function_that_makes_the_app(app):
    with pytest.raises(Problem, match="door_map"):
        door_map(app, nobody=None)


def test_without_callers_the_app_and_one_token_are_enough():
    app = make_app()
    assert isinstance(door_map(app, caller("7")(app)), DoorMap)
    with pytest.raises(Problem, match="token"):
        door_map(app)
