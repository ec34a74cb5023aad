"""Makes `.venv`, installs the packages into it, and goes on inside it.

Standard library only: this runs before anything is installed.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from course.problem import Problem

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
IS_REPOSITORY = (ROOT / "requirements.txt").exists()

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

NO_NETWORK = (
    "connection broken by",
    "Max retries exceeded",
    "Temporary failure in name resolution",
)


def data(folder: str) -> Path:
    """Where a folder of the repository is that `course` reads, such as "frontend/src".

    An installed wheel has a copy of its own: pyproject.toml says of which folders.
    """
    return ROOT / folder if IS_REPOSITORY else PACKAGE / "data" / folder


def enter(requirements: str, arguments: list[str]) -> None:
    """Return if this Python is the one in `.venv` and it is up to date; else bring it up to date and run there.

    Args:
        requirements: "requirements.txt" for students, "requirements-dev.txt" for tests and instructors.
        arguments: what followed `python -m course`, to be run again inside `.venv`.

    Raises:
        Problem: the environment cannot be made; the sentence names the mend.
    """
    environment = Environment(ROOT)
    installed = environment.bring_up_to_date(requirements)
    if Path(sys.prefix).resolve() == environment.folder.resolve():
        return
    if not installed:
        print("Nothing to install: .venv is up to date.", flush=True)
    command = [str(environment.python), "-m", "course", *arguments]
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))


class Environment:
    """The `.venv` folder below `root`, and the note in it that says what is installed.

    The note is there from the first moment. While something is being installed it says nothing is,
    so an installation that was cut off, by Ctrl-C or by a flat battery, is never trusted.
    """

    def __init__(self, root: Path):
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.note = self.folder / "installed.json"

    def bring_up_to_date(self, requirements: str) -> bool:
        """Make the environment if it is missing or broken, and install what changed.

        Returns:
            Whether anything had to be installed.
        """
        wanted = self._fingerprint(requirements)
        if self._installed().get(requirements) == wanted and self._works():
            return False
        try:
            if not self._can_be_continued():
                self._make()
            self.note.write_text("{}", encoding="utf-8")
            self._install(requirements)
        except OSError as error:
            raise Problem(
                f"{error.filename or self.folder}: {error.strerror}. "
                "Mend that and run the same command again."
            ) from None
        names = list(LEVELS)
        installed = {
            name: self._fingerprint(name) for name in names[: names.index(requirements) + 1]
        }
        self.note.write_text(json.dumps(installed, indent=1), encoding="utf-8")
        print("Everything is installed in .venv. The next start needs no installation.", flush=True)
        return True

    def _fingerprint(self, requirements: str) -> str:
        # The root is part of it: a folder that was moved needs its editable installation renewed.
        digest = hashlib.sha256(str(self.root).encode())
        for name in LEVELS[requirements]:
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def _installed(self) -> dict[str, str]:
        try:
            return json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _works(self) -> bool:
        """Whether the environment's Python starts, and is new enough."""
        try:
            check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
            return subprocess.run([self.python, "-c", check], capture_output=True).returncode == 0
        except OSError:
            return False

    def _can_be_continued(self) -> bool:
        if not self.folder.exists():
            return False
        cut_off = self.note.exists() and not self._installed()
        return not cut_off and self._works()

    def _make(self) -> None:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise Problem(
                    f"This Python has no {module} module. On Debian and Ubuntu run: sudo apt install python3-venv. "
                    "Elsewhere install Python from https://www.python.org/downloads/. Then run the same command again."
                )
        if Path(sys.prefix).resolve() == self.folder.resolve():
            raise Problem(
                "The environment .venv is incomplete and in use. Run: deactivate. Then run the same command again."
            )
        print("Making the environment .venv", flush=True)
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.note.write_text("{}", encoding="utf-8")
        made = subprocess.run(
            [sys.executable, "-m", "venv", self.folder], capture_output=True, text=True
        )
        if made.returncode != 0:
            reason = (made.stderr + made.stdout).strip().splitlines() or ["no reason given"]
            raise Problem(f"The environment .venv could not be made: {reason[-1]}")

    def _install(self, requirements: str) -> None:
        command = [self.python, "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["--progress-bar", "off", "-r", self.root / requirements]
        lines = []
        print(f"Installing the packages of {requirements}: one to five minutes, once", flush=True)
        with (
            open(self.folder / "install.log", "w", encoding="utf-8") as log,
            subprocess.Popen(
                command,
                cwd=self.root,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as pip,
            Progress() as progress,
        ):
            try:
                for line in pip.stdout:
                    lines.append(line)
                    log.write(line)
                    progress.read(line)
            except BaseException:
                pip.terminate()
                raise
        if pip.returncode != 0:
            raise Problem(_reason("".join(lines)))


class Progress:
    """How far pip is, from its output: in a terminal one line that changes, else now and then a line."""

    def __init__(self):
        self.packages = 0
        self.terminal = sys.stdout.isatty()

    def read(self, line: str) -> None:
        first, *rest = line.split() or [""]
        if first in ("Collecting", "Processing", "Obtaining"):
            self.packages += 1
            name = re.match(r"[\w.]*(-[A-Za-z_]+)*", rest[0].rsplit("/", 1)[-1])[0]
            self._write(f"{self.packages} packages found, now {name}", self.packages % 20 == 0)
        elif line.startswith("Installing collected packages"):
            self._write(f"Unpacking {len(rest) - 2} packages, the longest step", True)

    def _write(self, text: str, milestone: bool) -> None:
        if self.terminal:
            print(f"\r{text[:78]:78}", end="", flush=True)
        elif milestone:
            print(text, flush=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.terminal:
            print(flush=True)


def _reason(output: str) -> str:
    if any(sign in output for sign in NO_NETWORK):
        return (
            "The package index could not be reached, so nothing was installed. "
            "Connect to the internet (behind a proxy, set HTTPS_PROXY) and run the same command again."
        )
    errors = [line.strip() for line in output.splitlines() if line.startswith("ERROR: ")]
    reason = errors[-1].removeprefix("ERROR: ") if errors else "pip gave no reason"
    return (
        f"The packages could not be installed: {reason} The whole output is in .venv/install.log."
    )
