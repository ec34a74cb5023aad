"""Running a notebook cell again replaces the servers that its last run started."""

import dataclasses
import sys
from collections.abc import Callable
from typing import Protocol


class Stoppable(Protocol):
    """A server: it has a port, and it can be stopped."""

    port: int

    def stop(self) -> None: ...


@dataclasses.dataclass
class _CellRun:
    """The servers that one run of one notebook cell started, and the ports of the run before, to be taken over."""

    execution_count: int
    ports: list[int]
    servers: list[Stoppable]


_cell_runs: dict[str, _CellRun] = {}


def start_in_cell(start: Callable[[int], Stoppable]) -> Stoppable:
    """Stop what the last run of this cell started, and start a server in its place.

    Args:
        start: starts a server on the port that it gets, or on any free port if it gets 0.

    Returns:
        Stoppable: what `start` returned. Outside a notebook nothing is stopped.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return start(0)
    cell = _cell(shell)
    run = _cell_runs.get(cell)
    if run is None or run.execution_count != shell.execution_count:
        earlier = run.servers if run else []
        for server in earlier:
            server.stop()
        run = _cell_runs[cell] = _CellRun(
            shell.execution_count, [server.port for server in earlier], []
        )
    server = start(run.ports.pop(0) if run.ports else 0)
    run.servers.append(server)
    return server


def _cell(shell) -> str:
    """What stays the same when a cell runs again: the id that JupyterLab sends, or else the cell's text."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return parent.get("metadata", {}).get("cellId") or shell.history_manager.input_hist_raw[-1]
