"""ruff over all code, notebooks included, and mypy over what can be imported."""

import subprocess
import sys

import pytest

from tests.reading import ROOT


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_ruff_has_nothing_to_say(command):
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
    result = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


# Each has branches of its own, which mypy reads only for that platform.
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_mypy_has_nothing_to_say(platform, tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--platform", platform, "--cache-dir", str(tmp_path)]
    result = subprocess.run(mypy, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
