"""Can the installed packages be imported? Run by the Python of `.venv`, as a file: it prints JSON.

Standard library only, and nothing of the course: what it asks about may be missing.
"""

import importlib
import importlib.metadata
import importlib.util
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
    modules_of: dict[str, list[str]] = {}
    for module, distributions in importlib.metadata.packages_distributions().items():
        for distribution in {_normal(name) for name in distributions}:
            modules_of.setdefault(distribution, []).append(module)
    broken = {}
    for name in needed:
        # Some have no modules, only other packages that they need.
        if not list(importlib.metadata.distributions(name=name)):
            broken[name] = "it is not installed"
        for module in modules_of.get(_normal(name), []):
            try:
                importlib.import_module(module)
            except Exception as error:
                broken[name] = f"{type(error).__name__}: {error}"
    known = {module for name in needed + optional for module in modules_of.get(_normal(name), [])}
    return {"modules": sorted(filter(_is_found, known)), "broken": broken}


def _normal(name: str) -> str:
    # https://packaging.python.org/en/latest/specifications/name-normalization/
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_found(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    return bool(spec and spec.origin)


if __name__ == "__main__":
    print(json.dumps(check(json.loads(sys.argv[1]), json.loads(sys.argv[2]))))
