"""A real IPython kernel that a test can send cells to, kill and restart."""

import contextlib
import socket
from urllib.parse import urlsplit

from jupyter_client.manager import start_new_kernel

from tests import SECONDS


class Cells:
    """Sends cells to a kernel and returns what they printed."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def start(self, source: str, cell_id: str | None = None) -> str:
        """Send a cell without waiting for it. JupyterLab sends the cell's id along, nbclient does not."""
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        content |= {"user_expressions": {}, "stop_on_error": True}
        message = self.client.session.msg("execute_request", content)
        message["metadata"] = {"cellId": cell_id} if cell_id else {}
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def run(self, source: str, cell_id: str | None = None) -> dict[str, str]:
        return self.finish(self.start(source, cell_id))

    def wait_for_output(self, words: str) -> None:
        """Wait until the running cell has printed some words."""
        while words not in self.client.get_iopub_msg(timeout=SECONDS)["content"].get("text", ""):
            pass

    def finish(self, message_id: str) -> dict[str, str]:
        """Wait for a cell: its texts by stream ("stdout", "stderr", "result", "error")."""
        texts = {"stdout": "", "stderr": "", "result": "", "error": ""}
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            content, kind = message["content"], message["msg_type"]
            if kind == "stream":
                texts[content["name"]] += content["text"]
            elif kind == "execute_result":
                texts["result"] += content["data"]["text/plain"]
            elif kind == "error":
                texts["error"] += "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                return texts


@contextlib.contextmanager
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield Cells(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def is_open(url: str) -> bool:
    """Whether something listens at the URL's port."""
    address = urlsplit(url)
    with contextlib.suppress(OSError):
        socket.create_connection((address.hostname, address.port), timeout=1).close()
        return True
    return False
