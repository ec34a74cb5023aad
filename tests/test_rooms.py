"""Who may import whom. docs/DESIGN.md draws the same picture."""

import ast
import re
import sys

import pytest

from tests.reading import LESSONS, ROOT, SOLUTIONS, cells, each

# The rooms of course/, and the rooms that each may import. All may import the floor.
ROOMS = {
    "page": set(),
    "tokens": {"page"},
    "servers": {"page", "tokens"},
    "browser": {"page", "servers"},
    "attacks": {"page", "tokens", "servers"},
    "exercises": {"page"},
    "grading": {"page", "exercises"},
}
FLOOR = {"environment", "import_check", "installing", "problem"}
# Jupyter reads these: they are settings, and no modules.
SETTINGS = ROOT / "course" / "jupyter"
MODULES = {
    path.relative_to(ROOT).as_posix(): path
    for path in (ROOT / "course").rglob("*.py")
    if not path.is_relative_to(SETTINGS)
}
# They run where nothing is installed, or where each import costs a start.
STANDARD_LIBRARY_ONLY = [
    "course/__init__.py",
    "course/__main__.py",
    "course/commands.py",
    "course/environment.py",
    "course/import_check.py",
    "course/installing.py",
    "course/problem.py",
    "course/servers/guard.py",
]


def imports(tree: ast.AST, nodes) -> set[str]:
    """The modules, with their packages, that these nodes of a syntax tree import."""
    found = set()
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # What is imported from a package may be a module.
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def everywhere(path) -> set[str]:
    return imports(ast.parse(path.read_text(encoding="utf-8")), ast.walk)


def at_the_top(path) -> set[str]:
    return imports(ast.parse(path.read_text(encoding="utf-8")), lambda tree: tree.body)


def rooms_of(names: set[str]) -> set[str]:
    """The second words of names such as course.page.style."""
    return {name.split(".")[1] for name in names if name.startswith("course.")}


def test_every_room_has_its_rules():
    folders = {path.parent.name for path in (ROOT / "course").glob("*/__init__.py")}
    assert folders == ROOMS.keys()
    assert {path.stem for path in (ROOT / "course").glob("*.py")} == FLOOR | {
        "__init__",
        "__main__",
        "commands",
    }


@pytest.mark.parametrize("name", [name for name in MODULES if name.count("/") > 1])
def test_a_room_imports_only_what_it_may(name):
    room = name.split("/")[1]
    used = rooms_of(everywhere(MODULES[name])) - FLOOR - {room}
    assert used <= ROOMS[room], f"{room} imports {used - ROOMS[room]}"


@pytest.mark.parametrize("name", STANDARD_LIBRARY_ONLY)
def test_what_runs_first_needs_the_standard_library_only(name):
    used = {word.split(".")[0] for word in at_the_top(MODULES[name])} - {"course"}
    assert used <= sys.stdlib_module_names
    assert rooms_of(at_the_top(MODULES[name])) <= FLOOR | {"commands"}


def test_the_server_knows_nothing_of_the_course():
    for path in (ROOT / "server").rglob("*.py"):
        assert not {name for name in everywhere(path) if name.startswith("course")}, path.name


def test_only_grading_needs_nbgrader():
    users = {
        name
        for name, path in MODULES.items()
        if any(word.startswith("nbgrader") for word in everywhere(path))
    }
    assert {name.split("/")[1] for name in users} == {"grading"}


def test_the_program_in_the_sandbox_stands_alone():
    runner = "course/grading/cell_runner.py"
    assert not rooms_of(everywhere(MODULES[runner]))
    for path in MODULES.values():
        assert "course.grading.cell_runner" not in {
            word.rpartition(".")[0] for word in everywhere(path)
        } | everywhere(path)


@each(LESSONS + SOLUTIONS)
def test_notebooks_import_from_course_and_not_from_a_room(path):
    for cell in cells(path, "code"):
        assert not re.search(r"\b(from|import) course\.", cell.source), cell.id
