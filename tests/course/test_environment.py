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

import pytest

from course.environment import Environment
from course.installing import Progress
from course.problem import Problem
from tests import SECONDS
from tests.course.small_course import LEVEL, course, has_tiny
from tests.reading import ROOT

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


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


# Without pyvenv.cfg, its Python would install into the Python of the system.
@pytest.mark.parametrize("gone", ["python", "pyvenv.cfg"])
def test_an_environment_without_a_python_of_its_own_is_made_anew(environment, gone):
    environment.note.write_text('{"made_by_course": true}')
    (environment.python if gone == "python" else environment.folder / gone).unlink()
    environment.bring_up_to_date(LEVEL)
    assert has_tiny(environment) and (environment.folder / "pyvenv.cfg").exists()


@pytest.mark.parametrize("gone", ["python", "pyvenv.cfg"])
def test_somebody_elses_environment_is_not_deleted_when_its_python_is_gone(environment, gone):
    (environment.python if gone == "python" else environment.folder / gone).unlink()
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
    assert index.asked.wait(SECONDS), "pip asks the index"
    os.killpg(process.pid, kill)
    _, errors = process.communicate(timeout=SECONDS)
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
        result = subprocess.run(command, **options, capture_output=True, timeout=SECONDS)
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
