"""The command line: `python -m course lab | test | check | fresh | attack | release | collect | grade`.

Only the standard library at the top: the first run comes before anything is installed.
"""

import argparse
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from course.environment import ROOT, enter, has_repository, repair
from course.problem import Problem

# All but the line break, with those that turn the direction of a text.
CONTROLS = re.compile(r"[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def main() -> None:
    """Read the command line, enter `.venv` and run the command there. Every failure is one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file or a pipe may not hold every letter of a name.
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    options, rest = parser.parse_known_args()
    options.rest = rest
    if rest and not options.passes_on:
        parser.error(f"{options.command} does not know {' '.join(rest)}")
    try:
        if options.in_repository and not has_repository():
            raise Problem(
                f"{options.command} needs the folder of the course, and only its package is installed here. "
                f"Go to that folder and run: python -m course {options.command}"
            )
        enter(options.needs, sys.argv[1:])
        try:
            options.run(options)
        except ImportError:
            repair(options.needs, sys.argv[1:])
            raise
    except Problem as problem:
        sys.exit(harmless(str(problem)))
    except KeyboardInterrupt:
        print("\nStopped. Nothing is broken: run the same command again.", file=sys.stderr)
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    """Each command with the function to `run`, and what that `needs` installed.

    A command `in_repository` needs the folder of the course. One that `passes_on` gives other options to what it starts.
    """
    parser = argparse.ArgumentParser(
        prog="python -m course", description="JWT authentication in notebooks."
    )
    parser.set_defaults(needs="requirements.txt", in_repository=False, passes_on=False)
    commands = parser.add_subparsers(
        title="commands", dest="command", required=True, metavar="command"
    )

    command = commands.add_parser(
        "lab", help="open JupyterLab on lesson 00 (more options go to JupyterLab)"
    )
    command.set_defaults(run=lambda options: lab(options.rest), in_repository=True, passes_on=True)

    command = commands.add_parser(
        "test", help="run every test and gate (more options go to pytest)"
    )
    command.set_defaults(
        run=lambda options: test(options.rest),
        needs="requirements-dev.txt",
        in_repository=True,
        passes_on=True,
    )

    command = commands.add_parser(
        "check", help="tell how far your exercises are: all of them, or one"
    )
    command.add_argument(
        "exercise", nargs="?", help="its two digits, for example 02, or the path of a notebook"
    )
    command.set_defaults(run=check)

    command = commands.add_parser(
        "fresh", help="start a lesson and its exercise over, and keep the old ones"
    )
    command.add_argument("number", help="their two digits, for example 05")
    command.set_defaults(run=fresh, in_repository=True)

    command = commands.add_parser(
        "attack",
        help="attack an API on this machine, and tell what broke in",
        description="Attack an API on this machine. The requests really do what they do: use data that nobody needs. "
        "Status 0: nothing broke in. 1: something did. 2: nothing could be tried.",
    )
    command.add_argument("url", help="where it answers, for example http://127.0.0.1:5000")
    command.add_argument("--login", metavar="PATH", help="the route of the log-in (/token)")
    command.add_argument(
        "--private",
        metavar="ROUTE",
        action="append",
        default=[],
        help='a route that needs a token, such as /protected or "DELETE /tasks/<id>"; may be repeated',
    )
    command.add_argument(
        "--user",
        metavar="NAME:PASSWORD",
        action="append",
        help="a user who may be spoiled; give two",
    )
    command.add_argument(
        "--sign-up", metavar="PATH", help="the route where anyone signs up, to make users"
    )
    command.add_argument(
        "--fields",
        metavar="NAME,PASSWORD",
        default="username,password",
        help="the fields of the log-in (username,password)",
    )
    command.add_argument("--token-field", metavar="NAME", help="the field that has the token")
    command.add_argument("--form", action="store_true", help="the log-in reads a form, not JSON")
    command.add_argument("--json", action="store_true", help="print JSON, for programs")
    command.set_defaults(run=attack)

    command = commands.add_parser("release", help="make exercises/ from solutions/ (for authors)")
    command.set_defaults(run=release, needs="requirements-dev.txt", in_repository=True)

    command = commands.add_parser(
        "collect", help="put submissions into submitted/ (for instructors)"
    )
    command.add_argument("source", help="a zip file of Canvas or Moodle, or a folder")
    command.set_defaults(run=collect, needs="requirements-dev.txt")

    command = commands.add_parser("grade", help="grade a class (for instructors)")
    command.add_argument("number", help="the exercise's two digits, for example 05")
    command.add_argument(
        "--unsafe", action="store_true", help="run submissions without a sandbox, with your rights"
    )
    command.set_defaults(run=grade, needs="requirements-dev.txt")
    return parser


def say(result: object) -> None:
    """Print a result. It can hold names and words of other people."""
    print(harmless(str(result)))


def harmless(text: str) -> str:
    """The text with its control characters spelled out: they could write anything anywhere in a terminal."""
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def check(options: argparse.Namespace) -> None:
    from course.exercises.checking import check

    say(check(options.exercise))


def fresh(options: argparse.Namespace) -> None:
    from course.exercises.desk import Desk

    print(*Desk(ROOT).start_over(options.number), sep="\n")


def attack(options: argparse.Namespace) -> None:
    """Attack an API. The status says what came of it, so that CI can ask."""
    from course.attacks.board import attack

    users = dict(user.partition(":")[::2] for user in options.user) if options.user else None
    fields = tuple(options.fields.split(","))
    if len(fields) != 2:
        raise Problem("--fields needs two names and a comma between them, such as email,password.")
    try:
        board = attack(
            options.url,
            users=users,
            login=options.login,
            private=options.private,
            sign_up=options.sign_up,
            fields=fields,
            token_field=options.token_field,
            form=options.form,
        )
    except Problem as problem:
        print(harmless(str(problem)), file=sys.stderr)
        sys.exit(2)
    say(json.dumps(board.as_json(), indent=2) if options.json else board.report())
    sys.exit(board.exit_status)


def release(options: argparse.Namespace) -> None:
    from course.exercises.releasing import release

    release(ROOT)


def collect(options: argparse.Namespace) -> None:
    from course.grading.collecting import collect

    say(collect(Path(options.source).absolute()))


def grade(options: argparse.Namespace) -> None:
    from course.grading.class_run import describe, grade

    say(describe(grade(options.number, safe=not options.unsafe)))


def lab(options: list[str]) -> None:
    """Renew the desk, and open JupyterLab in this terminal, until Ctrl-C, with the settings in course/jupyter/.

    The user's own settings of the server do not count: they may name another folder or kernel. Those of the page do,
    such as colours, sizes and shortcuts, and those of nbgrader.

    Args:
        options: more options for JupyterLab. They win.
    """
    from jupyter_core.paths import jupyter_config_dir

    from course.exercises.desk import Desk

    desk = Desk(ROOT)
    for sentence in desk.renew():
        print(sentence, flush=True)
    if not any(desk.folder.glob("notebooks/*.ipynb")):
        raise Problem(f"There is no lesson in {desk.folder}, so there is nothing to open.")
    own = jupyter_config_dir()
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ.setdefault("JUPYTERLAB_SETTINGS_DIR", str(Path(own, "lab", "user-settings")))
    os.environ.setdefault("NBGRADER_SETTINGS", os.pathsep.join(filter(None, [others, own])))
    os.environ["JUPYTER_CONFIG_DIR"] = str(Path(sys.prefix, "jupyter"))
    os.environ["JUPYTER_CONFIG_PATH"] = str(ROOT / "course" / "jupyter")
    run("jupyterlab", *options)


def test(options: list[str]) -> None:
    """Run every gate with pytest, one worker for each core, each notebook in one worker, and name the slowest."""
    run("pytest", "-n", "auto", "--dist", "loadfile", "--durations=20", *options)


def run(module: str, *arguments: str) -> NoReturn:
    """Run a module in place of this process, in the folder of the course."""
    command = [sys.executable, "-m", module, *arguments]
    os.chdir(ROOT)
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))
