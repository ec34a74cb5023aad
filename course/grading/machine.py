"""What the machine of the instructor allows: how much at once, and one program at a time."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from course.environment import locked
from course.problem import Problem

MEMORY_PER_WORKER = 1536 * 1024**2  # what a sandbox may take before it is stopped
CGROUPS = Path("/sys/fs/cgroup")


def workers() -> int:
    """How many submissions may run at once: as the cores and the memory that this process may use allow."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    memory = psutil.virtual_memory().available
    for folder in _own_cgroups():
        with suppress(OSError, ValueError):  # "max" stands for no limit
            allowed, period = (folder / "cpu.max").read_text().split()
            cores = min(cores, round(int(allowed) / int(period)))
        with suppress(OSError, ValueError):
            limit = int((folder / "memory.max").read_text())
            memory = min(memory, limit - int((folder / "memory.current").read_text()))
    return max(1, min(cores, memory // MEMORY_PER_WORKER))


@contextmanager
def alone(path: Path, otherwise: str = "") -> Iterator[None]:
    """Let one process at a time do what follows. The lock ends with its process, however that ends.

    Args:
        path: the file of the lock.
        otherwise: what to say if another process has it; empty: wait for that.

    Raises:
        Problem: another process has it, and there is something to say.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        while not locked(file.fileno()):
            if otherwise:
                raise Problem(otherwise)
            time.sleep(0.02)
        yield


def _own_cgroups() -> list[Path]:
    """The control groups (version 2) that this process is in, from the innermost. In a container they are the root."""
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                own = CGROUPS / line[3:].lstrip("/")
                return [
                    folder for folder in (own, *own.parents) if CGROUPS in (folder, *folder.parents)
                ]
    return []
