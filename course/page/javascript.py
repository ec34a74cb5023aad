"""`one_module`, `module_at`: JavaScript in several files becomes one module, for a page that has no files to import from."""

import re
from pathlib import Path

from course.problem import Problem

IMPORT = re.compile(r'^(?:import|export) \{([^}]*)\} from "([^"]+)";\n?', re.MULTILINE)


def module_at(path: Path) -> str:
    """The module in a file, with all that it imports from other files: see `one_module`."""
    return one_module(path.read_text("utf-8"), path.parent)


def one_module(code: str, folder: Path) -> str:
    """Put everything that a module imports from files in front of it.

    Args:
        code: the module. It imports names: those of a file as `import { a, b } from "./file.js";`,
            or passes them on: `export { a, b } from "./file.js";`.
        folder: where its files are. They may import from files too, and no two of them have the same name for
            something at their top.

    Returns:
        str: one import for each package that any of them needs, each file once, in an order in which what is used
            comes first, and at the end the module.

    Raises:
        Problem: there is no such file.
    """
    packages: dict[str, set[str]] = {}
    files: set[Path] = set()
    parts: list[str] = []

    def add(code: str, folder: Path) -> None:
        for names, source in IMPORT.findall(code):
            file = (folder / source).resolve()
            if not source.startswith("."):
                packages.setdefault(source, set()).update(map(str.strip, names.split(",")))
            elif not file.is_file():
                raise Problem(f"Import from a file of {folder}: it has no {source}.")
            elif file not in files:
                files.add(file)
                add(file.read_text("utf-8"), file.parent)
        parts.append(IMPORT.sub("", code))

    add(code, folder)
    heads = [
        f'import {{ {", ".join(sorted(filter(None, names)))} }} from "{package}";'
        for package, names in packages.items()
    ]
    return "\n".join([*heads, *parts])
