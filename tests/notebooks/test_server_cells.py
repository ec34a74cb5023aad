"""What a lesson builds and what server/ holds are the same code.

A cell that builds a part of the API carries the tag `server:<module>`.
"""

import ast

import pytest

from server import STAGES
from tests.reading import LESSONS, ROOT, cells, tags

# They put the parts together, or are imported: a lesson does that in its own way.
# A table can be made once in a process, and the API of a lesson has made these already.
ASSEMBLY = {"add_to", "login_app", "setting", "SettingsError", "Login", "Grant", "Tries"}


def parts(source: str) -> dict[str, str]:
    """The code of every function and class by name, without what a lesson may leave out or do in its own way."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in ASSEMBLY:
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:]
            found[node.name] = ast.unparse(node)
    return found


def constants(source: str) -> dict[str, str]:
    """What each name in capitals stands for, such as NOBODY."""
    return {
        node.targets[0].id: ast.unparse(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.isupper()
    }


def server_cells():
    for lesson in LESSONS:
        for cell in cells(lesson, "code"):
            for tag in tags(cell):
                if tag.startswith("server:"):
                    yield pytest.param(
                        tag.removeprefix("server:"), cell.source, id=f"{lesson.stem}-{cell.id}"
                    )


def text_of(module: str) -> str:
    return (ROOT / "server" / f"{module}.py").read_text(encoding="utf-8")


def of_module(name: str) -> dict[str, str]:
    return parts(text_of(name))


@pytest.mark.parametrize("module, source", list(server_cells()))
def test_a_cell_builds_what_the_server_has(module, source):
    ours, theirs = parts(source), of_module(module)
    assert ours, "the cell has the tag and no function"
    for name, code in ours.items():
        assert code == theirs.get(name), f"server/{module}.py has another {name}"


@pytest.mark.parametrize("module, source", list(server_cells()))
def test_a_constant_of_a_cell_has_the_value_of_the_server(module, source):
    ours, theirs = constants(source), constants(text_of(module))
    for name in ours.keys() & theirs.keys():
        assert ours[name] == theirs[name], f"server/{module}.py has another {name}"


@pytest.mark.parametrize("module", ["models", *STAGES])
def test_every_part_of_a_stage_is_built_in_a_lesson(module):
    built = set()
    for cell in server_cells():
        if cell.values[0] == module:
            built |= parts(cell.values[1]).keys()
    assert built == of_module(module).keys()
