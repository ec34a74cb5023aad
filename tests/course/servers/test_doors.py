"""The map of an API's doors."""

import pytest
from flask import Flask, got_request_exception, request
from flask_jwt_extended import JWTManager, create_access_token, get_jwt_identity, jwt_required

from course import door_map


@pytest.fixture
def app():
    app = Flask("doors", static_folder=None)
    app.config["JWT_SECRET_KEY"] = "a fixed key for tests, never for production"
    JWTManager(app)
    return app


def doors_of(app):
    with app.app_context():
        return door_map(app, create_access_token("7"))


def test_each_method_of_each_route_is_called_without_and_with_the_token(app, capfd):
    app.get("/health")(lambda: {"status": "ok"})
    app.post("/tasks", endpoint="add")(jwt_required()(lambda: ({}, 201)))
    app.get("/tasks/<int:number>", endpoint="one")(
        jwt_required()(lambda number: {"number": number})
    )
    app.get("/broken", endpoint="broken")(lambda: {"identity": get_jwt_identity()})

    @got_request_exception.connect_via(app)
    def complain(*arguments, **extra):  # as Flask's own log does outside of pytest
        print("Traceback", file=request.environ["wsgi.errors"])

    drawn = doors_of(app)
    assert drawn.doors == [
        ("GET", "/broken", 500, 500),
        ("GET", "/health", 200, 200),
        ("POST", "/tasks", 401, 201),
        ("GET", "/tasks/<int:number>", 401, 200),
    ]
    states = [line.split()[0] for line in repr(drawn).splitlines()[1:]]
    assert states == ["broken", "open", "closed", "closed"]
    assert capfd.readouterr() == ("", "")


def test_a_route_that_is_locked_on_the_wrong_side_is_open(app):
    jwt_required()(app.get("/silent")(lambda: {"secret": 1}))
    assert doors_of(app).doors == [("GET", "/silent", 200, 200)]


def test_states_are_words_and_colours_and_paths_are_text(app):
    app.get("/<name>/&lt;")(lambda name: name)
    html = doors_of(app)._repr_html_()
    assert 'class="open"' in html and "open</td>" in html
    assert "/&lt;name&gt;/&amp;lt;" in html


def test_an_app_without_routes_has_no_doors(app):
    assert doors_of(app).doors == []
