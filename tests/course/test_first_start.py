"""The real `python -m course`, in surroundings that would make Python or pip look or install elsewhere.

In the small course, `check` tells where it runs instead of running exercises.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from course.environment import Environment
from course.problem import Problem
from tests import SECONDS
from tests.course.small_course import LEVEL, course, has_tiny, wheel

CHECK = """
import json, os, sys
{imports}

def check(number):
    told = {{"prefix": sys.prefix, "optimize": sys.flags.optimize, "environ": dict(os.environ)}}
    return json.dumps(told) + "\\nŁódź"
"""


@pytest.fixture
def root(root):
    write_check(root, "import tiny")
    return root


@pytest.fixture
def bare(root, made):
    """An environment in which nothing is installed yet."""
    shutil.copytree(made, root / ".venv", symlinks=True)
    return Environment(root)


def write_check(root: Path, imports: str) -> None:
    text = CHECK.format(imports=imports)
    (root / "course" / "exercises" / "checking.py").write_text(text, encoding="utf-8")


def start(root: Path, command="check", python=sys.executable, options=(), **environ: str):
    return subprocess.run(
        [python, *options, "-m", "course", command],
        cwd=root,
        env=os.environ | environ,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
    )


def told(result) -> dict:
    """What `check` told about the place where it ran."""
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))


def site_packages(environment: Environment) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.check_output([environment.python, "-c", code], text=True).strip())


def variables(environment, tmp_path):
    elsewhere = str(tmp_path / "elsewhere")
    return {
        "PIP_TARGET": elsewhere,
        "PIP_PREFIX": elsewhere,
        "PIP_ROOT": elsewhere,
        "PIP_USER": "1",
        "PIP_DRY_RUN": "1",
        "PIP_PYTHON": sys.executable,
    }


def files(environment, tmp_path):
    """The index stands in one file only, in the section that wins, among lines that install elsewhere."""
    own = environment.folder / ("pip.ini" if os.name == "nt" else "pip.conf")
    own.write_text("[global]\nindex-url = http://127.0.0.1:1\ndry-run = true\nquiet = 3\n")
    named = tmp_path / "pip.conf"
    index = os.environ["PIP_INDEX_URL"]
    named.write_text(
        f"[global]\ntarget = {tmp_path / 'elsewhere'}\n[install]\nindex-url = {index}\nuser = yes\n"
    )
    return {"PIP_CONFIG_FILE": str(named), "PIP_INDEX_URL": ""}


def packages(environment, tmp_path):
    """pip takes what it finds there for installed."""
    (tmp_path / "path" / "tiny-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "path" / "tiny-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
    )
    (tmp_path / "path" / "tiny.py").touch()
    return {"PYTHONPATH": str(tmp_path / "path")}


@pytest.mark.parametrize("hostile", [variables, files, packages])
def test_nothing_of_the_users_can_install_elsewhere(bare, tmp_path, hostile):
    result = start(bare.root, **hostile(bare, tmp_path))
    assert "PYTHONPATH" not in told(result)["environ"]
    assert has_tiny(bare) and not (tmp_path / "elsewhere").exists()


def test_settings_of_pip_that_nobody_can_read_are_a_sentence(bare, tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text("no section")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    with pytest.raises(Problem, match="pip.conf.*Repair"):
        bare.bring_up_to_date(LEVEL)


@pytest.mark.parametrize("options, environ", [(["-O"], {}), ([], {"PYTHONOPTIMIZE": "2"})])
@pytest.mark.parametrize("activated", [True, False])
def test_the_course_never_runs_without_asserts(environment, options, environ, activated):
    python = environment.python if activated else sys.executable
    place = told(start(environment.root, python=python, options=options, **environ))
    assert place["optimize"] == 0 and "PYTHONOPTIMIZE" not in place["environ"]
    assert Path(place["prefix"]).resolve() == environment.folder.resolve()


def test_what_is_gone_is_installed_again(environment):
    (site_packages(environment) / "tiny.py").unlink()
    assert environment.bring_up_to_date(LEVEL) and has_tiny(environment)
    assert not environment.bring_up_to_date(LEVEL)


def test_what_no_longer_imports_is_installed_again(environment):
    (site_packages(environment) / "tiny.py").write_text("import something_that_is_gone")
    told(start(environment.root))
    assert has_tiny(environment)


def test_an_import_that_no_package_explains_stays_an_error(environment):
    write_check(environment.root, "import something_else")
    result = start(environment.root)
    assert result.returncode == 1 and "No module named 'something_else'" in result.stderr
    assert "Installing" not in result.stdout


def test_nothing_is_done_before_it_imports(bare, index):
    index.wheel = wheel("import something_that_is_gone")
    with pytest.raises(Problem, match=r"tiny .*something_that_is_gone.* Delete"):
        bare.bring_up_to_date(LEVEL)
    index.wheel = wheel("")
    assert bare.bring_up_to_date(LEVEL) and has_tiny(bare)


def test_a_package_for_another_system_need_not_be_there(bare):
    with open(bare.root / LEVEL, "a") as file:
        file.write("huge==1.0 ; sys_platform == 'another'\n")
    bare.bring_up_to_date(LEVEL)
    assert has_tiny(bare) and not bare.bring_up_to_date(LEVEL)


def test_an_environment_without_pip_gets_one_from_inside(bare):
    for folder in site_packages(bare).glob("pip*"):
        shutil.rmtree(folder)
    (bare.folder / "mine.txt").touch()
    told(start(bare.root, python=bare.python))
    assert has_tiny(bare) and (bare.folder / "mine.txt").exists()


def test_somebody_elses_environment_survives_an_installation_that_was_cut_off(environment):
    environment.note.write_text('{"made_by_course": false, "cut_off": true}')
    (environment.folder / "mine.txt").touch()
    module = site_packages(environment) / "tiny.py"
    module.write_text("# half of it")
    environment.bring_up_to_date(LEVEL)
    assert module.read_text() == "" and (environment.folder / "mine.txt").exists()


def test_two_starts_wait_for_each_other(bare, index):
    index.open.clear()
    command, options = course(bare.root, "check")
    options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    with subprocess.Popen(command, **options) as first:
        assert index.asked.wait(SECONDS), "pip asks the index"
        with subprocess.Popen(command, **options) as second:
            assert "waiting" in second.stdout.readline()
            index.open.set()
            outputs = first.communicate(timeout=SECONDS)[0], second.communicate(timeout=SECONDS)[0]
    assert first.returncode == second.returncode == 0, outputs
    assert "Installing" in outputs[0] and "Installing" not in outputs[1]


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
def test_the_lock_ends_with_its_process(bare, index):
    index.open.clear()
    command, options = course(bare.root, "check")
    process = subprocess.Popen(command, **options, start_new_session=True)
    assert index.asked.wait(SECONDS), "pip asks the index"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    index.open.set()
    told(start(bare.root))


def test_a_note_of_an_earlier_edition_is_not_trusted(environment):
    note = json.loads(environment.note.read_text())
    del note["modules"]
    environment.note.write_text(json.dumps(note))
    assert environment.bring_up_to_date(LEVEL)


@pytest.mark.parametrize("text", ["[]", '{"requirements.txt": [], "modules": 3}', "{", ""])
def test_an_odd_note_is_not_trusted(bare, text):
    bare.note.write_text(text)
    assert bare.bring_up_to_date(LEVEL)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names of files are Unicode")
def test_a_folder_whose_name_is_not_utf_8_is_a_sentence(root):
    odd = os.fsencode(root.parent) + b"/\xff"
    os.rename(root, odd)
    for locale in ("C", "C.UTF-8"):
        result = start(Path(os.fsdecode(odd)), LC_ALL=locale)
        assert result.returncode == 1 and "Traceback" not in result.stderr
        assert "Rename" in result.stderr and len(result.stderr.splitlines()) == 1


def test_output_that_cannot_hold_a_letter_is_no_traceback(environment):
    result = start(environment.root, PYTHONIOENCODING="cp1252")
    assert told(result) and r"\u0141\xf3d\u017a"[:6] in result.stdout


def test_an_installed_package_runs_in_its_own_environment(root):
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt", "pyproject.toml"):
        (root / name).unlink()
    write_check(root, "")
    place = told(start(root, options=["-O"]))
    assert place["optimize"] == 0 and place["prefix"] == sys.prefix
    for command in ("lab", "test", "release"):
        result = start(root, command)
        assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
        assert f"python -m course {command}" in result.stderr
    assert not (root / ".venv").exists()
