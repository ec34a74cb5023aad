"""Makes `.venv`, installs the packages into it, and goes on inside it.

It believes nothing of the user's environment that could make Python or pip look or install elsewhere.
Standard library only: this runs before anything is installed.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from course.installing import Pip
from course.problem import Problem

ROOT = Path(__file__).resolve().parent.parent

# What each level of installation depends on. The later level includes the earlier one.
LEVELS = {
    "requirements.txt": ["requirements.txt", "constraints.txt", "pyproject.toml"],
    "requirements-dev.txt": [
        "requirements.txt",
        "constraints.txt",
        "pyproject.toml",
        "requirements-dev.txt",
    ],
}

# Variables with which Python, a kernel or JupyterLab would find other files, or run code in another way.
# Without asserts, for one, every unsolved exercise passes.
UNWANTED = {
    "PYTHONHOME",
    "PYTHONOPTIMIZE",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "__PYVENV_LAUNCHER__",
    "JUPYTERLAB_DIR",
    "JUPYTER_NO_CONFIG",
    "MPLBACKEND",
}

# For the Python of `.venv`. Without its pyvenv.cfg it takes itself for the one of the system.
# A folder whose files are gone still is a package, but one without an origin.
FINDS = """
import os, sys
from importlib.util import find_spec
folder, *names = sys.argv[1:]
found = (find_spec(name) for name in names)
usable = sys.version_info >= (3, 11) and os.path.samefile(sys.prefix, folder)
sys.exit(not usable or not all(spec and spec.origin for spec in found))
"""


def has_repository() -> bool:
    """Whether this is the folder of the course, and not only its package in somebody's environment."""
    return (ROOT / "requirements.txt").is_file()


def data(folder: str) -> Path:
    """Where a folder of the repository is that `course` reads, such as "frontend/src".

    An installed wheel has a copy of its own: pyproject.toml says of which folders.
    """
    return ROOT / folder if has_repository() else ROOT / "course_data" / folder


def enter(requirements: str, arguments: list[str]) -> None:
    """Return if this Python is the one in `.venv`, undisturbed and up to date; else see to that and run there.

    Without a repository there is no `.venv`: the command runs in the environment that it is in.

    Args:
        requirements: "requirements.txt" for students, "requirements-dev.txt" for tests and instructors.
        arguments: what followed `python -m course`, to be run again inside `.venv`.

    Raises:
        Problem: the environment cannot be made; the sentence names the repair.
    """
    if not has_repository():
        if sys.flags.optimize:
            environ = {
                name: value for name, value in os.environ.items() if name != "PYTHONOPTIMIZE"
            }
            _start(Path(sys.executable), arguments, environ)
        return
    environment = Environment(ROOT)
    installed = environment.bring_up_to_date(requirements)
    if not environment.is_running():
        if not installed:
            print("Nothing to install: .venv is up to date.", flush=True)
        _start(environment.python, arguments, undisturbed())
    if sys.flags.optimize or UNWANTED & os.environ.keys():
        _start(environment.python, arguments, undisturbed())
    os.environ.update(undisturbed())


def repair(requirements: str, arguments: list[str]) -> None:
    """After an import failed: if `.venv` is to blame, install what is missing and start again; else return.

    Args:
        requirements: as for `enter`.
        arguments: as for `enter`.

    Raises:
        Problem: the environment cannot be repaired.
    """
    environment = Environment(ROOT)
    if has_repository() and not environment.imports(requirements):
        environment.bring_up_to_date(requirements)
        _start(environment.python, arguments, undisturbed())


def undisturbed() -> dict[str, str]:
    """The environment variables for all that the course starts: no UNWANTED, our kernel first, no profile of IPython."""
    folder = Environment(ROOT).folder
    ours = str(folder / "share" / "jupyter")
    others = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    return {name: value for name, value in os.environ.items() if name not in UNWANTED} | {
        "PYTHONNOUSERSITE": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_PATH": os.pathsep.join(
            [ours, *(path for path in others if path not in ("", ours))]
        ),
    }


def _start(python: Path, arguments: list[str], environ: dict[str, str]) -> NoReturn:
    command = [str(python), "-m", "course", *arguments]
    if os.name == "posix":
        os.execve(command[0], command, environ)
    sys.exit(subprocess.call(command, env=environ))


class Environment:
    """The `.venv` folder below `root`, and the note in it that says what is installed.

    The note is there from the first moment. While something is being installed it says so, and so an installation
    that was cut off, by Ctrl-C or by a flat battery, is never trusted. It also says who made the folder: only what
    the course made is ever deleted.
    """

    def __init__(self, root: Path):
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.note = self.folder / "installed.json"

    def is_running(self) -> bool:
        """Whether this Python is the one in `.venv`."""
        return self.folder.exists() and os.path.samefile(sys.prefix, self.folder)

    def bring_up_to_date(self, requirements: str) -> bool:
        """Make the environment if it is missing or broken, and install what changed.

        Args:
            requirements: one of LEVELS.

        Returns:
            Whether anything had to be installed.

        Raises:
            Problem: it cannot be made; the sentence names the repair.
        """
        if not _is_unicode(self.root):
            raise Problem(
                f"Python cannot make an environment in {self.root}: that name is not UTF-8. "
                "Rename the folder, then run the same command again."
            )
        with self._told():
            if self._is_up_to_date(requirements):
                return False
            with self._lock():
                if self._is_up_to_date(requirements):  # by the start that this one waited for
                    return False
                self._prepare_and_install(requirements)
        print("Everything is installed in .venv. The next start needs no installation.", flush=True)
        return True

    def imports(self, requirements: str) -> bool:
        """Whether all that `requirements` names can be imported. If not, the note is no longer trusted.

        Args:
            requirements: one of LEVELS.

        Raises:
            Problem: the note cannot be changed.
        """
        with self._told():
            if not self._import_check(requirements)["broken"]:
                return True
            self._write({"made_by_course": bool(self._read().get("made_by_course"))})
        return False

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Make a sentence of what the system refuses."""
        try:
            yield
        except OSError as error:
            raise Problem(
                f"{error.filename or self.folder}: {error.strerror or error}. "
                "Repair that and run the same command again."
            ) from None

    def _is_up_to_date(self, requirements: str) -> bool:
        note = self._read()
        same = note.get(requirements) == self._fingerprint(requirements)
        return same and "modules" in note and self._finds(*note["modules"])

    def _prepare_and_install(self, requirements: str) -> None:
        note = self._read()
        made_by_course, cut_off = bool(note.get("made_by_course")), bool(note.get("cut_off"))
        if self._must_be_made(made_by_course, cut_off):
            self._make()
            made_by_course, cut_off = True, False
        self._write({"made_by_course": made_by_course, "cut_off": True})
        if not self._finds("pip"):
            self._add_pip()
        self._install(requirements, *["--force-reinstall"] * cut_off)
        result = self._import_check(requirements)
        if result["broken"]:
            # pip believes its own lists, also where the files are gone.
            self._install(requirements, "--force-reinstall")
            result = self._import_check(requirements)
        for name, reason in result["broken"].items():
            raise Problem(
                f"{name} was installed and cannot be imported: {reason}. "
                "Delete the folder .venv and run the same command again."
            )
        names = list(LEVELS)
        levels = names[: names.index(requirements) + 1]
        installed = {name: self._fingerprint(name) for name in levels}
        self._write({"made_by_course": made_by_course, "modules": result["modules"], **installed})

    def _must_be_made(self, made_by_course: bool, cut_off: bool) -> bool:
        if not self.folder.exists() or (self.folder.is_dir() and not any(self.folder.iterdir())):
            return True
        if made_by_course:
            return not self._finds() or (cut_off and not self.is_running())
        if not self._finds():
            raise Problem(
                "The folder .venv was not made by the course, and has no working Python 3.11 or newer. "
                "Give it another name, or delete it. Then run the same command again."
            )
        return False

    def _fingerprint(self, requirements: str) -> str:
        # The root is part of it: a folder that was moved needs its editable installation renewed.
        digest = hashlib.sha256(str(self.root).encode())
        for name in LEVELS[requirements]:
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def _read(self) -> dict[str, Any]:
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def _write(self, note: dict[str, Any]) -> None:
        whole = self.note.with_suffix(".new")
        whole.write_text(json.dumps(note, indent=1), encoding="utf-8")
        whole.replace(self.note)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Wait until no other start installs. The lock ends with its process, however that ends."""
        with open(self.root / ".venv.lock", "a") as file:
            told = False
            while not locked(file.fileno()):
                if not told:
                    print("Another start is installing: waiting until it is done", flush=True)
                told = True
                time.sleep(0.2)
            yield

    def _call(
        self, *arguments: str | Path, python: Path | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the environment's Python, or another, isolated from its surroundings.

        `-I` does that for this Python, and the variables do it for those that it starts.
        """
        return subprocess.run(
            [python or self.python, "-I", *arguments],
            cwd=self.root,
            env=undisturbed() | environ,
            capture_output=True,
            text=True,
            errors="replace",
        )

    def _finds(self, *modules: str) -> bool:
        """Whether the environment has a Python of its own that starts, is new enough, and finds these modules."""
        try:
            return self._call("-c", FINDS, self.folder, *modules).returncode == 0
        except OSError:
            return False

    def _import_check(self, requirements: str) -> dict[str, Any]:
        """What `import_check.py` says in the environment's Python: its "modules", and what is "broken"."""
        needed, optional = self._distributions(requirements)
        script = Path(__file__).with_name("import_check.py")
        checked = self._call(script, json.dumps(needed), json.dumps(optional))
        if checked.returncode != 0:
            return {"modules": [], "broken": {"A package": _last_line(checked.stderr)}}
        return json.loads(_last_line(checked.stdout))

    def _distributions(self, requirements: str) -> tuple[list[str], list[str]]:
        """The names of what must be installed, and of what may be, on some systems or for something else."""
        needed: list[str] = []
        optional: list[str] = []
        for file in LEVELS[requirements]:
            if file == "pyproject.toml":
                continue
            for line in (self.root / file).read_text(encoding="utf-8").splitlines():
                requirement = line.partition(" #")[0]
                if requirement.startswith("-e ."):
                    project = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))
                    needed.append(project["project"]["name"])
                elif name := re.match(r"[A-Za-z0-9][\w.-]*", requirement):
                    some = file == "constraints.txt" or ";" in requirement
                    (optional if some else needed).append(name[0])
        return needed, optional

    def _make(self) -> None:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise Problem(
                    f"This Python has no {module} module. On Debian and Ubuntu run: sudo apt install python3-venv. "
                    "Elsewhere install Python from https://www.python.org/downloads/. Then run the same command again."
                )
        print("Making the environment .venv", flush=True)
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        self._write({"made_by_course": True, "cut_off": True})
        made = self._call("-m", "venv", self.folder, python=Path(sys.executable))
        if made.returncode != 0:
            raise Problem(
                f"The environment .venv could not be made: {_last_line(made.stderr + made.stdout)}"
            )

    def _add_pip(self) -> None:
        """uv makes environments without pip."""
        if self._call("-m", "ensurepip").returncode != 0:
            raise Problem(
                "The environment .venv has no pip, and its Python no ensurepip. Run: uv pip install pip. "
                "Or delete the folder .venv. Then run the same command again."
            )

    def _install(self, requirements: str, *options: str) -> None:
        print(f"Installing the packages of {requirements}: one to five minutes, once", flush=True)
        pip = Pip(self.python, self.root, undisturbed())
        pip.install(*options, "-r", self.root / requirements, log=self.folder / "install.log")


if sys.platform == "win32":
    import msvcrt

    def locked(file: int) -> bool:
        """Take the lock of an open file, unless another process has it."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def locked(file: int) -> bool:
        """Take the lock of an open file, unless another process has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _is_unicode(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _last_line(output: str) -> str:
    return (output.strip().splitlines() or ["no reason given"])[-1]
