"""Runs pip in `.venv`: it installs there and nowhere else, whatever the user has set for other projects.

Standard library only: this runs before anything is installed.
"""

import configparser
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from course.problem import Problem

# Of the user's settings of pip, those that say where packages come from, and how to get there.
# All others could install elsewhere, something else, or nothing at all.
PIP_SETTINGS = {
    "PIP_CACHE_DIR",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_KEYRING_PROVIDER",
    "PIP_NO_CACHE_DIR",
    "PIP_NO_INDEX",
    "PIP_PROXY",
    "PIP_RETRIES",
    "PIP_TIMEOUT",
    "PIP_TRUSTED_HOST",
    "PIP_USE_DEPRECATED",
    "PIP_USE_FEATURE",
}

NO_NETWORK = (
    "connection broken by",
    "Max retries exceeded",
    "Temporary failure in name resolution",
)


class Pip:
    """pip of one environment.

    Args:
        python: the environment's Python.
        root: the folder of the course.
        environ: the variables for pip. None of them makes Python look elsewhere.
    """

    def __init__(self, python: Path, root: Path, environ: dict[str, str]):
        self._python, self._root, self._environ = python, root, environ

    def install(self, *arguments: str | Path, log: Path) -> None:
        """Run `pip install` with these arguments, and write all that it says into `log`.

        Raises:
            Problem: it failed; the sentence names the reason.
        """
        clean = {n: value for n, value in self._environ.items() if not n.startswith("PIP_")}
        environ = clean | self._settings() | {"PIP_CONFIG_FILE": os.devnull}
        command: list[str | Path] = [self._python, "-I", "-m", "pip", "install"]
        command += ["--disable-pip-version-check", "--require-virtualenv", "--progress-bar", "off"]
        lines = []
        with (
            open(log, "w", encoding="utf-8") as file,
            subprocess.Popen(
                [*command, *arguments],
                cwd=self._root,
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as pip,
            Progress() as progress,
        ):
            try:
                for line in pip.stdout or ():
                    lines.append(line)
                    file.write(line)
                    progress.read(line)
            except BaseException:
                pip.terminate()
                raise
        if pip.returncode != 0:
            raise Problem(_reason("".join(lines)))

    def _settings(self) -> dict[str, str]:
        """The user's settings that count here, as environment variables.

        Source: https://pip.pypa.io/en/stable/topics/configuration/#precedence-override-order
        """
        parser = configparser.RawConfigParser()
        parser.read(self._files())
        settings = {}
        for section in ("global", "install"):
            for key, value in parser.items(section) if parser.has_section(section) else ():
                settings["PIP_" + key.upper().replace("-", "_")] = value
        settings |= {name: value for name, value in os.environ.items() if value}
        return {name: value for name, value in settings.items() if name in PIP_SETTINGS}

    def _files(self) -> list[str]:
        """The files with settings that pip reads. A later one wins."""
        if os.environ.get("PIP_CONFIG_FILE") == os.devnull:
            return []
        listed = subprocess.run(
            [self._python, "-I", "-m", "pip", "config", "debug"],
            cwd=self._root,
            # `quiet` in one of the files would leave nothing to read.
            env=self._environ | {"PIP_QUIET": "0"},
            capture_output=True,
            text=True,
            errors="replace",
        )
        if listed.returncode != 0:
            raise Problem(
                f"pip cannot read its settings. {' '.join(listed.stderr.split())} "
                "Repair that and run the same command again."
            )
        kind, files = "", defaultdict(list)
        for line in listed.stdout.splitlines():
            if found := re.fullmatch("  (.+), exists: True", line):
                files[kind].append(found[1])
            elif not line.startswith(" "):
                kind = line.rstrip(":")
        return [file for kind in ("global", "user", "site", "env") for file in files[kind]]


class Progress:
    """How far pip is, from its output: in a terminal one line that changes, else now and then a line."""

    def __init__(self):
        self.packages = 0
        self.terminal = sys.stdout.isatty()

    def read(self, line: str) -> None:
        first, *rest = line.split() or [""]
        if first in ("Collecting", "Processing", "Obtaining"):
            self.packages += 1
            name = re.findall(r"^[\w.]*(?:-[A-Za-z_]+)*", rest[0].rsplit("/", 1)[-1])[0]
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
