"""Files of JavaScript become one module, in an order in which they work."""

import pytest

from course import run_in_node
from course.browser.react import REACT_SOURCES
from course.page.javascript import one_module
from course.problem import Problem


def test_each_file_stands_once_before_the_first_that_uses_it(tmp_path):
    (tmp_path / "one.js").write_text("export const one = 1;\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "two.js").write_text(
        'import { one } from "../one.js";\nexport const two = one + one;\n'
    )
    (tmp_path / "unused.js").write_text("export const one = 5;\n")
    code = 'import { one } from "./one.js";\nimport {\n  two,\n} from "./folder/two.js";\nreturn one + two;\n'
    module = one_module(code, tmp_path)
    assert run_in_node(module.replace("export ", "")).value == 3


def test_what_a_file_passes_on_comes_from_its_own_file(tmp_path):
    (tmp_path / "one.js").write_text("export const one = 1;\n")
    (tmp_path / "all.js").write_text('export { one } from "./one.js";\n')
    module = one_module('import { one } from "./all.js";\nreturn one;\n', tmp_path)
    assert run_in_node(module.replace("export ", "")).value == 1


def test_what_the_front_end_needs_of_react_is_imported_once():
    module = one_module(
        'import { useMemo, useState } from "react";\nimport { App } from "./app.jsx";\nexport default App;',
        REACT_SOURCES,
    )
    first, *rest = module.splitlines()
    names = first.removeprefix("import { ").removesuffix(' } from "react";').split(", ")
    assert names == sorted(set(names)) and {"useMemo", "useState", "createContext"} <= set(names)
    assert 'from "' not in "\n".join(rest)
    assert rest[-1] == "export default App;"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(Problem, match="./nothing.js"):
        one_module('import { x } from "./nothing.js";', tmp_path)
