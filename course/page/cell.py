"""The cell that is running: who looks at it, and which servers its last run started."""

import dataclasses
import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar


class Stoppable(Protocol):
    """A server: it has a port, and it can be stopped."""

    port: int

    def stop(self) -> None: ...


Server = TypeVar("Server", bound=Stoppable)


@dataclasses.dataclass
class _CellRun:
    """The servers that one run of one notebook cell started, and the ports of the run before, to be taken over."""

    execution_count: int
    ports: list[int]
    servers: list[Stoppable]


_cell_runs: dict[str, _CellRun] = {}


def start_in_cell(start: Callable[[int], Server]) -> Server:
    """Stop what the last run of this cell started, and start a server in its place.

    Args:
        start: starts a server on the port that it gets, or on any free port if it gets 0.

    Returns:
        Server: what `start` returned. Outside a notebook nothing is stopped.
    """
    shell = _shell()
    if shell is None:
        return start(0)
    cell = _cell_id(shell) or shell.history_manager.input_hist_raw[-1]
    run = _cell_runs.get(cell)
    if run is None or run.execution_count != shell.execution_count:
        earlier = run or _CellRun(0, [], [])
        for server in earlier.servers:
            server.stop()
        ports = [server.port for server in earlier.servers] + earlier.ports
        run = _cell_runs[cell] = _CellRun(shell.execution_count, ports, [])
    server = start(run.ports[0] if run.ports else 0)
    # Only now: a start that failed leaves the port to the next run.
    run.ports = run.ports[1:]
    run.servers.append(server)
    return server


def has_page() -> bool:
    """Whether a page such as JupyterLab shows the running cell. nbconvert and nbval have none."""
    shell = _shell()
    return shell is not None and _cell_id(shell) is not None


def cells_so_far() -> int:
    """How many cells of this notebook have run in this kernel, the running one not counted."""
    shell = _shell()
    return shell.execution_count - 1 if shell else 0


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _cell_id(shell: Any) -> str | None:
    """What stays the same when a cell runs again: pages send it along, other programs do not."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return parent.get("metadata", {}).get("cellId")
