"""A kernel for the cells of one exercise: the Python that runs this, whatever kernels and settings the user has."""

import os
import queue
import secrets
import subprocess
import tempfile
import time
from pathlib import Path

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import output_from_msg

from course.exercises.running import Ended, Ran
from course.problem import Problem

SECONDS_TO_START = 60
SECONDS_TO_STOP = 10

# What changes how Python or Flask runs code: asserts would be gone, faults of an app would not be answered with 500.
NOT_PASSED_ON = {"PYTHONOPTIMIZE", "PYTHONSTARTUP", "FLASK_DEBUG"}

# exit() would end the kernel, but some time later, in the middle of another cell.
START = """
get_ipython().ask_exit = __import__("sys").exit
_given = {}
"""
BEFORE = {
    "given": "_before = dict(globals())",
    "check": "globals().update(_given); _before = dict(globals())",
}
AFTER = """
_given |= {
    name: value
    for name, value in dict(globals()).items()
    if _before.get(name) is not value and not name.startswith("_")
    and (KIND == "given" or name.isupper() or isinstance(value, (type, type(lambda: 0))))
}
"""


class Kernel:
    """A `Runner` in a kernel of its own. It keeps errors only: nobody reads the other outputs.

    Args:
        folder: where the cells run.

    Raises:
        Problem: no kernel can be started.
    """

    def __init__(self, folder: Path):
        self._settings = tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True)
        environment = {key: value for key, value in os.environ.items() if key not in NOT_PASSED_ON}
        environment["IPYTHONDIR"] = self._settings.name  # no profile of the user
        # Without folders to look in, the only kernel is this Python.
        specs = KernelSpecManager(kernel_dirs=[])
        self._manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs)
        self._manager.start_kernel(
            cwd=str(folder),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        try:
            self._client.wait_for_ready(timeout=SECONDS_TO_START)
            self._execute(START, SECONDS_TO_START, silent=True)
        except (RuntimeError, Ended):
            self.close()
            raise Problem(
                "The kernel that runs the cells does not start. Delete the folder .venv, and run the same command again."
            ) from None

    def run(self, source: str, kind: str, seconds: float) -> Ran:
        if kind == "answer":
            return Ran(self._execute(source, seconds), False)
        self._execute(BEFORE[kind], seconds, silent=True)
        # A check must come to its end, and an assert must still be able to fail: only then it has checked something.
        proof = secrets.token_hex(16)
        last = f"\n\n\n\nassert False, {proof!r}" if kind == "check" else ""
        errors = self._execute(source + last, seconds)
        is_done = [(error["ename"], error["evalue"]) for error in errors] == [
            ("AssertionError", proof)
        ]
        self._execute(AFTER.replace("KIND", repr(kind)), seconds, silent=True)
        return Ran([] if is_done else errors, is_done)

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._settings.cleanup()

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _execute(self, source: str, seconds: float, silent: bool = False) -> list[dict]:
        request = self._client.execute(source, silent=silent, allow_stdin=False)
        deadline, is_interrupted, errors = time.monotonic() + seconds, False, []
        while True:
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                message = {"msg_type": "nothing", "parent_header": {}}
                if not self._manager.is_alive():
                    raise Ended(
                        "The cell ended the program that runs the notebook: look for os._exit, or for a full memory."
                    ) from None
            except (KeyError, TypeError, ValueError):  # no message of Jupyter any more
                raise Ended("The cell changed how the program tells its results.") from None
            if message["parent_header"].get("msg_id") == request:
                if message["msg_type"] == "error":
                    errors.append(output_from_msg(message))
                elif message["content"].get("execution_state") == "idle":
                    return errors
            if time.monotonic() > deadline:
                if is_interrupted:
                    raise Ended(f"The cell ran for {seconds:g} seconds and could not be stopped.")
                self._manager.interrupt_kernel()
                deadline, is_interrupted = time.monotonic() + SECONDS_TO_STOP, True
