"""`import course`: what it loads, and which names a student, an editor and a type checker find."""

import ast
import subprocess
import sys

import pytest

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
    assert getattr(course, name).__module__ == found[name]


def test_a_name_that_does_not_exist_is_named():
    with pytest.raises(ImportError, match="no_such_aid"):
        exec("from course import no_such_aid")


@pytest.mark.parametrize("line", ["import course", "from course import serve"])
def test_in_a_notebook_keep_is_there_after_any_import(line):
    with kernel() as cells:
        cells.run(line)
        assert cells.run("%%keep login\nconst a = 1;\n")["error"] == ""
        assert cells.run("login")["result"] == repr("const a = 1;\n")
