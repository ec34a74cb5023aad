"""The small course of the tests of the bootstrap."""

import os
import shutil
import subprocess
import sys

import pytest

from course import serve
from course.environment import Environment
from tests.course.small_course import LEVEL, Index
from tests.reading import ROOT


@pytest.fixture
def index(monkeypatch):
    index = Index()
    with serve(index) as server:
        for name in [name for name in os.environ if name.startswith("PIP_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", server.url)
        monkeypatch.setenv("PIP_RETRIES", "0")
        monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
        yield index
        index.open.set()


@pytest.fixture
def root(tmp_path, index):
    root = tmp_path / "a course, ñ"
    shutil.copytree(ROOT / "course", root / "course", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("constraints.txt", "pyproject.toml"):
        (root / name).write_text("", encoding="utf-8")
    (root / "requirements.txt").write_text("tiny==1.0\n", encoding="utf-8")
    (root / "requirements-dev.txt").write_text("-r requirements.txt\n", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """An environment with nothing installed, to be copied: making one takes some seconds."""
    folder = tmp_path_factory.mktemp("made") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def environment(root, made):
    """The environment of `root`, brought up to date."""
    shutil.copytree(made, root / ".venv", symlinks=True)
    environment = Environment(root)
    environment.bring_up_to_date(LEVEL)
    return environment
