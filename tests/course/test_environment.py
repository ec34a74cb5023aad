"""The bootstrap: what `python -m course` does before anything is installed, on good days and bad ones.

Each test has a small course of its own, whose packages come from an index on this machine.
"""

import ast
import contextlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import zipfile

import pytest

from course import serve
from course.environment import Environment, Progress
from course.problem import Problem
from tests.reading import ROOT

LEVEL = "requirements.txt"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


class Index:
    """A package index with one package. While `open` is not set, whoever asks must wait."""

    def __init__(self):
        self.open, self.asked = threading.Event(), threading.Event()
        self.open.set()
        wheel = io.BytesIO()
        with zipfile.ZipFile(wheel, "w") as archive:
            info = "tiny-1.0.dist-info/"
            archive.writestr("tiny.py", "")
            archive.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
            archive.writestr(
                info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(info + "RECORD", "")
        self.wheel = wheel.getvalue()

    def __call__(self, environ, start_response):
        self.asked.set()
        self.open.wait(60)
        if environ["PATH_INFO"].endswith(".whl"):
            start_response("200 OK", [("Content-Type", "application/octet-stream")])
            return [self.wheel]
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b'<a href="/tiny-1.0-py3-none-any.whl">tiny-1.0-py3-none-any.whl</a>']


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


@pytest.fixture(scope="module")
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


def course(root, *arguments):
    return [sys.executable, "-m", "course", *arguments], {"cwd": root, "text": True}


def has_tiny(environment) -> bool:
    return subprocess.run([environment.python, "-c", "import tiny"]).returncode == 0


def installs(environment, level=LEVEL) -> bool:
    """Whether bringing it up to date calls pip."""
    (environment.folder / "install.log").unlink(missing_ok=True)
    environment.bring_up_to_date(level)
    return (environment.folder / "install.log").exists()


def test_the_first_run_makes_it_and_the_second_installs_nothing(root):
    environment = Environment(root)
    assert installs(environment) and has_tiny(environment)
    assert not installs(environment)


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt", "pyproject.toml"])
def test_a_changed_file_is_installed_once(environment, name):
    with open(environment.root / name, "a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert installs(environment)
    assert not installs(environment)


def test_what_tests_need_includes_what_students_need(environment):
    assert installs(environment, "requirements-dev.txt")
    assert not installs(environment, "requirements-dev.txt")
    assert not installs(environment)


def test_a_folder_that_moved_is_installed_again(environment, tmp_path):
    moved = environment.root.rename(tmp_path / "moved")
    assert installs(Environment(moved)) and has_tiny(Environment(moved))


def test_an_environment_whose_python_is_gone_is_made_anew(environment):
    environment.note.write_text('{"made_by_course": true}')
    environment.python.unlink()
    environment.bring_up_to_date(LEVEL)
    assert has_tiny(environment)


def test_somebody_elses_environment_is_not_deleted_when_its_python_is_gone(environment):
    environment.python.unlink()
    with pytest.raises(Problem, match=r"\.venv.*delete it"):
        environment.bring_up_to_date(LEVEL)
    assert environment.note.exists()


def test_somebody_elses_environment_is_used_and_not_deleted(root, made):
    shutil.copytree(made, root / ".venv", symlinks=True)
    (root / ".venv" / "mine.txt").write_text("mine")
    Environment(root).bring_up_to_date(LEVEL)
    assert (root / ".venv" / "mine.txt").exists() and has_tiny(Environment(root))


@POSIX
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_an_installation_that_was_cut_off_is_never_trusted(root, index, kill):
    index.open.clear()
    command, options = course(root, "check")
    process = subprocess.Popen(
        command, **options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert index.asked.wait(60), "pip asks the index"
    os.killpg(process.pid, kill)
    _, errors = process.communicate(timeout=30)
    index.open.set()
    if kill == signal.SIGINT:
        assert process.returncode == 130, errors
        assert len(errors.strip().splitlines()) == 1 and "again" in errors
    environment = Environment(root)
    assert json.loads(environment.note.read_text()) == {"made_by_course": True, "cut_off": True}
    (environment.folder / "half-made").touch()
    environment.bring_up_to_date(LEVEL)
    assert has_tiny(environment) and not (environment.folder / "half-made").exists()


def test_without_a_network_there_is_one_sentence_at_the_end(root, made, monkeypatch):
    shutil.copytree(made, root / ".venv", symlinks=True)
    monkeypatch.setenv("PIP_RETRIES", "1")
    command, options = course(root, "lab")
    with socket.socket() as nobody:  # holds a port and does not listen
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        result = subprocess.run(command, **options, capture_output=True, timeout=60)
    assert result.returncode == 1
    assert "internet" in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stdout + result.stderr


def test_a_package_that_does_not_exist_is_named(environment):
    (environment.root / LEVEL).write_text("tiny==2.0\n")
    with pytest.raises(Problem, match="tiny==2.0"):
        environment.bring_up_to_date(LEVEL)
    # What a failed installation left behind is not trusted, also when the file is as it was before.
    (environment.root / LEVEL).write_text("tiny==1.0\n")
    assert installs(environment) and has_tiny(environment)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_module_of_python_is_named_with_its_repair(root, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Problem, match=f"{module}.*python3-venv"):
        Environment(root).bring_up_to_date(LEVEL)


def test_a_file_in_the_way_is_a_sentence(root):
    (root / ".venv").write_text("in the way")
    with pytest.raises(Problem, match=r"\.venv"):
        Environment(root).bring_up_to_date(LEVEL)


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_older_python_can_read_what_tells_it_that_it_is_too_old(name):
    source = (ROOT / "course" / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert source.isascii(), "Python 2 refuses other letters"


def test_an_older_python_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10))
    source = (ROOT / "course" / "__main__.py").read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="3.11 or newer.*3.10"):
        exec(compile(source, "__main__.py", "exec"), {})


def test_help_has_a_line_for_each_command():
    command, options = course(ROOT, "--help")
    text = subprocess.run(command, **options, capture_output=True).stdout
    for name in ("lab", "test", "check", "release"):
        line = next(line for line in text.splitlines() if line.split()[:1] == [name])
        assert len(line.split()) > 3


@pytest.mark.parametrize("arguments", [["learn"], [], ["check", "--fast"]])
def test_a_command_that_does_not_exist_is_refused_without_a_traceback(arguments):
    command, options = course(ROOT, *arguments)
    result = subprocess.run(command, **options, capture_output=True)
    assert result.returncode == 2 and "Traceback" not in result.stderr


def test_output_that_no_terminal_reads_has_a_few_lines_only(environment, capsys):
    (environment.root / "constraints.txt").write_text("# changed\n")
    environment.bring_up_to_date(LEVEL)
    assert len(capsys.readouterr().out.splitlines()) <= 4


def test_a_terminal_shows_each_package():
    with contextlib.redirect_stdout(io.StringIO()) as output:
        output.isatty = lambda: True
        with Progress() as progress:
            progress.read("Collecting mistune<4,>=2.0.3 (from nbconvert)\n")
            progress.read("  Downloading mistune\n")
            progress.read("Processing /a/folder/argon2_cffi-25.1.0-py3-none-any.whl\n")
    assert "1 packages found, now mistune " in output.getvalue()
    assert "2 packages found, now argon2_cffi " in output.getvalue()
