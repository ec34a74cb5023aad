"""The command line: `python -m course lab | test | check | release | collect | grade`.

Only the standard library at the top: the first run comes before anything is installed.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from course.environment import ROOT, enter
from course.problem import Problem


def main() -> None:
    """Read the command line, enter `.venv` and run the command there. Every failure is one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m course", description="JWT authentication in notebooks."
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", required=True, metavar="command"
    )
    commands.add_parser("lab", help="open JupyterLab on lesson 00 (more options go to JupyterLab)")
    commands.add_parser("test", help="run every test and gate (more options go to pytest)")
    check = commands.add_parser(
        "check", help="tell how far your exercises are: all of them, or one by its number"
    )
    check.add_argument("number", nargs="?", help="the exercise's two digits, for example 02")
    commands.add_parser("release", help="make exercises/ from solutions/ (for authors)")
    collect = commands.add_parser(
        "collect", help="put submissions into submitted/ (for instructors)"
    )
    collect.add_argument("source", help="a zip file of Canvas or Moodle, or a folder")
    grade = commands.add_parser("grade", help="grade a class (for instructors)")
    grade.add_argument("number", help="the exercise's two digits, for example 05")
    grade.add_argument(
        "--unsafe", action="store_true", help="run submissions without a sandbox, with your rights"
    )

    options, rest = parser.parse_known_args()
    if rest and options.command not in ("lab", "test"):
        parser.error(f"{options.command} does not know {' '.join(rest)}")
    try:
        enter(
            "requirements-dev.txt"
            if options.command in ("test", "release", "collect", "grade")
            else "requirements.txt",
            sys.argv[1:],
        )
        if options.command == "lab":
            lab(rest)
        elif options.command == "test":
            test(rest)
        elif options.command == "check":
            from course.exercises.checking import check

            print(check(options.number))
        elif options.command == "release":
            from course.exercises.releasing import release

            release(ROOT)
        elif options.command == "collect":
            from course.grading.collecting import collect

            print(collect(Path(options.source).absolute()))
        else:
            from course.grading.class_run import describe, grade

            print(describe(grade(options.number, safe=not options.unsafe)))
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        print("\nStopped. Nothing is broken: run the same command again.", file=sys.stderr)
        sys.exit(130)


def lab(options: list[str]) -> None:
    """Open JupyterLab on lesson 00, in this terminal, until Ctrl-C."""
    # Widgets are saved with the notebook, so that it can be read without running it again.
    paths = [str(ROOT / "course" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    run(
        "jupyterlab",
        "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb",
        # The course works offline: no news, no look for updates, no extension catalogue.
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *options,
    )


def test(options: list[str]) -> None:
    """Run every gate with pytest, one worker for each core, each notebook in one worker."""
    run("pytest", "-n", "auto", "--dist", "loadfile", *options)


def run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    os.chdir(ROOT)
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))
