"""Runs cells in this process: much faster than a kernel or a sandbox, for answers that do no harm."""

import contextlib
import io


class InProcess:
    """A `Runner` for cells of plain Python."""

    def __init__(self, *ignored):
        self._names, self._given = {"__name__": "__main__"}, {}

    def run(self, source: str, kind: str, seconds: float) -> list[dict]:
        before = dict(self._names)
        if kind == "check":
            self._names.update(self._given)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, f"cell {source!r}", "exec"), self._names)
        except Exception as error:
            name, value = type(error).__name__, str(error)
            return [{"output_type": "error", "ename": name, "evalue": value, "traceback": []}]
        finally:
            if kind == "given":
                self._given |= {
                    name: value
                    for name, value in self._names.items()
                    if before.get(name) is not value and not name.startswith("_")
                }
        return []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass
