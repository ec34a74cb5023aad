"""`House()`: the broken servers of lesson 13, and the board of which are taken, patched and attacked again."""

import inspect
import tempfile
import time
from html import escape
from pathlib import Path
from typing import Any

import traitlets
from IPython.display import display

from course.attacks.house.hints import HINTS
from course.attacks.house.judging import Judgement, judge
from course.attacks.house.running import RunningHouse, known
from course.attacks.house.servers import LESSON, SERVERS, MakeApp, new_flag, new_key
from course.page.cell import start_in_cell
from course.page.javascript import module_at
from course.page.style import styled
from course.page.widget import LiveWidget
from course.problem import Problem
from course.servers.background import BackgroundServer

NAMES = [make_app.__name__ for make_app in LESSON]
COLUMNS = ["server", "taken", "patched", "attacked again", "hints"]


class House(LiveWidget):
    """Six servers that are broken on purpose, in one process of their own, and the board of what happens to them.

    Each has a flag at `GET /flag` that you must not get, and that you get. The flags and keys are made after the
    process has started. The board knows only their SHA-256. It compares, and nothing else: whoever reads the memory
    of the process has the flags too, so a flag is a trophy, and no proof.

    In JupyterLab the board has a button for the hints of each server. It runs until the notebook ends, or `.stop()`.
    If the process has ended, the next use starts it again and says so.

    Example:
        >>> house = House()
        0 of 6 taken, 0 patched, 0 attacked again
        ○ reader
        ○ sign_up
        ○ newsletter
        ○ wallet
        ○ cabinet
        ○ two_locks
        >>> requests.get(house.url("reader") + "/flag").status_code
        401
        >>> house.hint("reader")
        Hint 1 of 3: Change one character in the signature of your token, and call GET /me.
        >>> house.stop()
    """

    _esm = module_at(Path(__file__).with_name("house.js"))

    rows: traitlets.List[dict] = traitlets.List(read_only=True).tag(sync=True)
    summary = traitlets.Unicode(read_only=True).tag(sync=True)
    started = traitlets.Float(read_only=True).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.set_trait("started", time.time())
        self._running = start_in_cell(lambda port: RunningHouse(list(SERVERS), port))
        self._ways: dict[str, str] = {}
        self._patched: dict[str, _Patched] = {}
        self._hints = dict.fromkeys(NAMES, 0)
        self._draw()
        self.on_msg(lambda widget, content, buffers: self._answer(content))
        display(self)

    def url(self, name: str, patched: bool = False) -> str:
        """The address of a broken server, or of your patched one, without a slash at the end.

        Raises:
            Problem: there is no such server, or it is not patched yet.
        """
        if not patched:
            return self._house().url(known(name))
        if known(name) not in self._patched:
            raise Problem(
                f'{name} is not patched yet: house.patch("{name}", {name}) judges a patch.'
            )
        return self._patched[name].server.url

    def hint(self, name: str, number: int | None = None) -> None:
        """Print the next of three hints, or a hint by its number. Hints cost nothing.

        Raises:
            Problem: there is no such server or hint.
        """
        if known(name) not in HINTS:
            raise Problem(f"{name} has no hints.")
        if number is None:
            number = min(self._hints[name] + 1, 3)
        if number not in (1, 2, 3):
            raise Problem(f"The hints have the numbers 1, 2 and 3, not {number!r:.60}.")
        self._hints[name] = max(self._hints[name], number)
        self._draw()
        print(f"Hint {number} of 3: {HINTS[name][number - 1]}")

    def take(self, name: str, flag: str) -> None:
        """Show a flag. If it is the one of the server, the board says so, and by which token it was taken.

        Raises:
            Problem: it is not the flag of this server.
        """
        if not self._house().is_flag(known(name), flag):
            raise Problem(f"This is not the flag of {name}: {_seen(flag)}")
        self._ways[name] = self._running.way(name)
        self._draw()
        print(f"{name} is taken. The header of the token said: {self._ways[name]}.")

    def source(self, name: str) -> "Source":
        """The code of a broken server, to read it and to patch it.

        Returns:
            Source: a text that is shown as it is.

        Raises:
            Problem: there is no such server.
        """
        return Source(Path(inspect.getfile(SERVERS[known(name)])).read_text(encoding="utf-8"))

    def patch(self, name: str, make_app: MakeApp | str) -> Judgement:
        """Judge a patched server: attacks must fail, and honest users must come in. If it is right, it is served.

        Args:
            name: the server.
            make_app: a function of (flag, key) that makes the patched app, as that of the broken server does,
                or the changed `source`.

        Returns:
            Judgement: with `.faults`, sentences of what is wrong.

        Raises:
            Problem: there is no such server, or the source is that of the broken server or no Python.
        """
        if isinstance(make_app, str):
            make_app = self._function_in(name, make_app)
        judgement = judge(name, make_app)
        self._patched.pop(name, None)
        if not judgement.faults:
            patched = start_in_cell(lambda port: _Patched(name, make_app, port))
            patched.server.watchers.append(self._draw)
            self._patched[name] = patched
        self._draw()
        return judgement

    def stop(self) -> None:
        """End all servers. Stopping twice is fine."""
        self._running.stop()
        for patched in self._patched.values():
            patched.stop()

    def _function_in(self, name: str, source: str) -> MakeApp:
        if source == self.source(name):
            raise Problem(
                f"This is the source of the broken {name}, unchanged. If you used .replace(old, new), "
                "the old text is not in the source: copy it from there."
            )
        names: dict[str, Any] = {}
        try:
            exec(compile(source, f"<your {name}>", "exec"), names)
        except Exception as error:
            raise Problem(
                f"The source cannot be run, {type(error).__name__}: {error}. Look at what you changed."
            ) from None
        if name not in names:
            raise Problem(f"The source must define the function {name}(flag, key).")
        return names[name]

    def _house(self) -> RunningHouse:
        if not self._running.running:
            print("The house had ended. It is open again, with new flags and new keys.")
            self._running = start_in_cell(
                lambda port: RunningHouse(list(SERVERS), self._running.port)
            )
        return self._running

    def _answer(self, content: object) -> None:
        if content == "here?":
            self.send("here")
        elif content in NAMES and self._hints[content] < 3:
            self._hints[content] += 1
            self._draw()

    def _draw(self) -> None:
        self.set_trait("rows", [self._row(name) for name in NAMES])
        taken, patched, again = (
            sum(bool(row[column]) for row in self.rows) for column in ("taken", "patched", "again")
        )
        self.set_trait(
            "summary",
            f"{taken} of {len(NAMES)} taken, {patched} patched, {again} attacked again",
        )

    def _row(self, name: str) -> dict:
        return {
            "name": name,
            "taken": name in self._ways,
            "way": self._ways.get(name, ""),
            "patched": name in self._patched,
            "again": name in self._patched and self._patched[name].refused,
            "hints": list(HINTS[name][: self._hints[name]]),
        }

    def __repr__(self):
        return "\n".join([self.summary, *(_line(row) for row in self.rows)])

    def _repr_html_(self):
        head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
        body = "".join(_html_row(row) for row in self.rows)
        return styled(
            f'<div class="board house"><p><strong>{self.summary}</strong></p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


class Source(str):
    """A text of code. A cell shows its lines, and not one text in quotes."""

    def __repr__(self):
        return self.rstrip()


class _Patched:
    """A patched server that waits for the attack to come again. It has a flag and a key of its own."""

    def __init__(self, name: str, make_app: MakeApp, port: int):
        self._folder = tempfile.TemporaryDirectory()
        app = make_app(new_flag(), new_key(name, Path(self._folder.name)))
        self.server = BackgroundServer(app, port)
        self.port = self.server.port

    @property
    def refused(self) -> bool:
        """Whether somebody has asked for the flag, and did not get it."""
        return any(
            request.path == "/flag" and (request.status or 0) >= 400 for request in self.server.log
        )

    def stop(self) -> None:
        self.server.stop()
        self._folder.cleanup()


def _seen(flag: object) -> str:
    """What a text looks like that is no flag."""
    if not isinstance(flag, str):
        return f"a flag is a text, and this is {type(flag).__name__}."
    if not flag.startswith("flag-"):
        return f'a flag begins with "flag-", and this is {flag[:40]!r}.'
    return "it belongs to another server, or to a house that has ended. Attack again."


def _line(row: dict) -> str:
    facts = [f"taken ({row['way']})"] if row["taken"] else []
    facts += ["patched"] if row["patched"] else []
    facts += ["attacked again"] if row["again"] else []
    facts += [f"hints: {len(row['hints'])} of 3"] if row["hints"] else []
    mark = "●" if row["taken"] else "○"
    return f"{mark} {row['name']:12}{', '.join(facts)}".rstrip()


def _html_row(row: dict) -> str:
    taken = f"<span>● taken</span> {escape(row['way'])}" if row["taken"] else "○"
    cells = [taken, *("●" if row[column] else "○" for column in ("patched", "again"))]
    hints = "".join(f"<li>{escape(hint)}</li>" for hint in row["hints"])
    cells.append(f"<ol>{hints}</ol>" if hints else "")
    return (
        f'<tr><th scope="row">{row["name"]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )
