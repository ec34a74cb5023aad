"""The map of an API's doors."""

import flask
import pytest
from flask import Flask, got_request_exception, request
from flask_jwt_extended import JWTManager, create_access_token, get_jwt_identity, jwt_required
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from course import door_map
from course.problem import Problem


@pytest.fixture
def app():
    app = Flask("doors", static_folder=None)
    app.config["JWT_SECRET_KEY"] = "a fixed key for tests, never for production"
    JWTManager(app)
    return app


def doors_of(app, public=()):
    with app.app_context():
        return door_map(app, create_access_token("7"), public)


def states(drawn):
    return [line.split()[0] for line in repr(drawn).splitlines()[1:]]


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
    assert states(drawn) == ["broken", "open", "closed", "closed"]
    assert capfd.readouterr() == ("", "")


def test_a_route_that_is_locked_on_the_wrong_side_is_open(app):
    jwt_required()(app.get("/silent")(lambda: {"secret": 1}))
    assert doors_of(app).doors == [("GET", "/silent", 200, 200)]


def test_the_columns_stand_below_each_other_however_long_a_path_is(app):
    app.get("/health")(lambda: {})
    app.get("/tasks/<int(min=1, max=2147483647):id>", endpoint="task")(lambda id: {})
    lines = repr(doors_of(app)).splitlines()
    assert {line.rindex(" ") for line in lines[1:]} == {lines[0].index("with token") - 1}


def test_states_are_words_and_colours_and_paths_are_text(app):
    app.get("/<name>/&lt;")(lambda name: name)
    html = doors_of(app)._repr_html_()
    assert 'class="open"' in html and "open</td>" in html
    assert "/&lt;name&gt;/&amp;lt;" in html


def test_a_door_that_must_be_open_is_told_from_one_that_is_open_by_mistake(app):
    app.get("/users", endpoint="list")(lambda: {})
    app.post("/users", endpoint="add")(lambda: {})
    app.get("/locked", endpoint="locked")(jwt_required()(lambda: {}))
    app.get("/broken", endpoint="broken")(lambda: {}["missing"])
    drawn = doors_of(app, ["POST /users", "GET /locked", "GET /broken"])
    assert states(drawn) == ["broken", "closed", "open", "public"]
    html = drawn._repr_html_()
    assert '<tr class="public">' in html and "public</td>" in html
    assert states(doors_of(app, "POST /users"))[-1] == "public"


@pytest.mark.parametrize("door", ["/users", "GET /user", "get /users", 7])
def test_a_public_door_that_does_not_exist_is_a_sentence(app, door):
    app.get("/users")(lambda: {})
    with pytest.raises(Problem, match="GET /users"):
        doors_of(app, [door])


@pytest.mark.parametrize("mode", ["DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS"])
def test_debug_mode_and_testing_change_no_row_and_stay_as_they_were(app, mode):
    app.get("/broken", endpoint="broken")(lambda: {}["missing"])
    app.post("/field", endpoint="field")(lambda: request.form["missing"])
    app.register_error_handler(500, lambda error: ({}, 503))
    expected = [("GET", "/broken", 503, 503), ("POST", "/field", 400, 400)]
    app.config[mode] = True
    assert doors_of(app).doors == expected
    assert app.config[mode] is True


def test_a_body_that_breaks_off_is_broken(app):
    @app.get("/")
    def body():
        yield str(1 / 0)

    assert doors_of(app).doors == [("GET", "/", 500, 500)]


def test_no_cookie_opens_a_door(app):
    @app.get("/")
    def index():
        answer = flask.make_response({}, 200 if "in" in request.cookies else 401)
        answer.set_cookie("in", "yes")
        return answer

    assert doors_of(app).doors == [("GET", "/", 401, 401)]


class Even(IntegerConverter):
    def to_python(self, value):
        if int(value) % 2:
            raise ValidationError
        return super().to_python(value)


class Nothing(BaseConverter):
    regex = "[^\\w/]{7}"


@pytest.mark.parametrize(
    "variable",
    [
        "any('no way', 'no other')",
        "uuid",
        "float",
        "float(min=2.5)",
        "float(signed=True, max=0.5)",
        "int(min=5, max=6)",
        "int(min=1000)",
        "int(fixed_digits=4)",
        "int(fixed_digits=4, min=20)",
        "string(length=3)",
        "string(minlength=40)",
        "path",
        "even",
    ],
)
def test_a_value_is_found_for_every_kind_of_variable(app, variable):
    app.url_map.converters["even"] = Even
    app.get(f"/<{variable}:value>/é/<other>")(lambda value, other: {})
    assert doors_of(app).doors == [("GET", f"/<{variable}:value>/é/<other>", 200, 200)]


def test_what_cannot_be_called_is_said_in_its_row(app):
    app.url_map.converters["nothing"] = Nothing
    app.get("/<nothing:odd>", endpoint="odd")(lambda odd: {})
    app.get("/twice", endpoint="first")(lambda: {})
    app.get("/twice", endpoint="second")(jwt_required()(lambda: {}))
    drawn = doors_of(app)
    assert drawn.doors == [
        ("GET", "/<nothing:odd>", "no value for odd", "no value for odd"),
        ("GET", "/twice", 200, 200),
        ("GET", "/twice", "never reached", "never reached"),
    ]
    assert states(drawn) == ["unknown", "open", "unknown"]
    assert "no value for odd" in drawn._repr_html_()


def test_a_row_is_about_its_own_route_and_no_other(app):
    app.get("/<int:number>", endpoint="number")(lambda number: {})
    app.get("/<name>", endpoint="name")(jwt_required()(lambda name: {}))
    app.get("/one", endpoint="same")(lambda: {})
    app.add_url_rule("/two", "same")
    assert doors_of(app).doors == [
        ("GET", "/<int:number>", 200, 200),
        ("GET", "/<name>", 401, 200),
        ("GET", "/one", 200, 200),
        ("GET", "/two", 200, 200),
    ]


def test_what_is_no_app_is_refused_with_a_sentence():
    with pytest.raises(Problem, match="door_map needs"):
        door_map("http://127.0.0.1:5000", "token")


def test_an_app_without_routes_has_no_doors(app):
    assert doors_of(app).doors == []
