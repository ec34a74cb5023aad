"""Runs cells in this process: much faster than a kernel or a sandbox, for answers that do no harm."""

import contextlib
import io
from types import FunctionType

from course.exercises.running import Ran


class InProcess:
    """A `Runner` for cells of plain Python."""

    def __init__(self, *ignored):
        self._names, self._given = {"__name__": "__main__"}, {}

    def run(self, source: str, kind: str, seconds: float) -> Ran:
        if kind == "check":
            self._names.update(self._given)
        before = dict(self._names)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, f"cell {source!r}", "exec"), self._names)
        except Exception as error:
            name, value = type(error).__name__, str(error)
            error = {"output_type": "error", "ename": name, "evalue": value, "traceback": []}
            return Ran([error], False)
        finally:
            self._given |= {
                name: value
                for name, value in self._names.items()
                if before.get(name) is not value and not name.startswith("_")
                if kind == "given"
                or kind == "check"
                and (name.isupper() or isinstance(value, FunctionType | type))
            }
        return Ran([], True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass
