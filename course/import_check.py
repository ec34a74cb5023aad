"""Can the installed packages be imported? Run by the Python of `.venv`, as a file: it prints JSON.

Standard library only, and nothing of the course: what it asks about may be missing.
"""

import csv
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import re
import sys


def check(needed: list[str], optional: list[str]) -> dict:
    """Import what is needed, and find the rest.

    Args:
        needed: names of distributions, such as "PyJWT", whose modules must import.
        optional: names of distributions that need not be installed.

    Returns:
        "modules", the names of all modules of these distributions, such as "jwt"; "broken", the reason for each
        distribution of `needed` that is not installed or cannot be imported.
    """
    modules_of: dict[str, set[str]] = {}
    for distribution in importlib.metadata.distributions():
        name = _normal(distribution.metadata["Name"] or "")
        modules_of.setdefault(name, set()).update(_modules(distribution))
    broken = {}
    for name in needed:
        # Some have no modules, only other packages that they need.
        if not list(importlib.metadata.distributions(name=name)):
            broken[name] = "it is not installed"
        for module in sorted(modules_of.get(_normal(name), ())):
            try:
                importlib.import_module(module)
            except Exception as error:
                broken[name] = f"{type(error).__name__}: {error}"
    known = {module for name in needed + optional for module in modules_of.get(_normal(name), ())}
    return {"modules": sorted(filter(_is_found, known)), "broken": broken}


def _modules(distribution: importlib.metadata.Distribution) -> set[str]:
    """The modules that were installed, also those that are gone: from Python 3.12 on, `files` leaves these out.

    Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
    """
    if declared := distribution.read_text("top_level.txt"):
        return set(declared.split())
    modules = set()
    for path, *_ in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
        folder, slash, _ = path.partition("/")
        module = folder if slash else inspect.getmodulename(path)
        if inspect.getmodulename(path) and module and module.isidentifier():
            modules.add(module)
    return modules - {"__pycache__"}


def _normal(name: str) -> str:
    # https://packaging.python.org/en/latest/specifications/name-normalization/
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_found(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    return bool(spec and spec.origin)


if __name__ == "__main__":
    print(json.dumps(check(json.loads(sys.argv[1]), json.loads(sys.argv[2]))))
