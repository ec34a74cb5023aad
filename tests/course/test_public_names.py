"""`import course`: what it loads, and which names a student, an editor and a type checker find."""

import ast
import doctest
import inspect
import subprocess
import sys
from importlib import import_module

import flask
import jwt
import pytest
import requests

import course
from tests.course.kernels import kernel
from tests.reading import ROOT


def test_it_loads_nothing_but_the_standard_library():
    script = (
        "import sys; before = set(sys.modules); import course; print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "course" in loaded
    assert {name.partition(".")[0] for name in loaded} <= {"course", *sys.stdlib_module_names}


def test_dir_lists_the_public_names():
    assert {"serve", "launch", "show", "keep"} <= set(dir(course))
    assert not any(name.startswith("_") for name in dir(course))


@pytest.mark.parametrize("name", course.__all__)
def test_each_name_is_found_where_editors_look_for_it(name):
    source = ast.parse((ROOT / "course" / "__init__.py").read_text(encoding="utf-8"))
    found = {
        alias.asname: statement.module
        for statement in ast.walk(source)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert getattr(import_module(found[name]), name) is getattr(course, name)


@pytest.fixture
def names(monkeypatch):
    """What the examples use besides the public names."""
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "CODESPACES"):
        monkeypatch.delenv(name, raising=False)
    app = flask.Flask("example", static_folder=None)
    app.get("/health")(lambda: "ok")
    names = {"Flask": flask.Flask, "app": app, "jwt": jwt, "requests": requests}
    names |= {"key": "a fixed key for tests, never for production", "token": "a.b.c"}
    names |= {name: getattr(course, name) for name in course.__all__}
    with course.serve(app) as names["server"]:
        started = names["server"]
        yield names
    if names["server"] is not started:
        names["server"].stop()


@pytest.mark.parametrize("name", [name for name in course.__all__ if not name.isupper()])
def test_each_name_has_an_example_that_is_right(name, names):
    text = inspect.getdoc(names[name])
    assert "Example:" in text
    example = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    # Cells and whole runs of exercises are no doctests.
    assert example.examples or name in ("keep", "check")
    report = []
    runner = doctest.DocTestRunner()
    runner.run(example, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)


def test_a_name_that_does_not_exist_is_named():
    with pytest.raises(ImportError, match="no_such_aid"):
        exec("from course import no_such_aid")


@pytest.mark.parametrize("line", ["import course", "from course import serve"])
def test_in_a_notebook_keep_is_there_after_any_import(line):
    with kernel() as cells:
        cells.run(line)
        assert cells.run("%%keep login\nconst a = 1;\n")["error"] == ""
        assert cells.run("login")["result"] == repr("const a = 1;\n")
