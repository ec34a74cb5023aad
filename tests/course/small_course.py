"""A small course, whose only package comes from an index on this machine."""

import io
import subprocess
import sys
import threading
import zipfile

from tests import SECONDS

LEVEL = "requirements.txt"


def wheel(source: str) -> bytes:
    """The package tiny 1.0, with one module that holds `source`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = "tiny-1.0.dist-info/"
        archive.writestr("tiny.py", source)
        archive.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(
            info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(info + "RECORD", "")
    return file.getvalue()


class Index:
    """A package index with one package. While `open` is not set, whoever asks must wait."""

    def __init__(self):
        self.open, self.asked = threading.Event(), threading.Event()
        self.open.set()
        self.wheel = wheel("")

    def __call__(self, environ, start_response):
        self.asked.set()
        self.open.wait(SECONDS)
        if environ["PATH_INFO"].endswith(".whl"):
            start_response("200 OK", [("Content-Type", "application/octet-stream")])
            return [self.wheel]
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b'<a href="/tiny-1.0-py3-none-any.whl">tiny-1.0-py3-none-any.whl</a>']


def course(root, *arguments):
    return [sys.executable, "-m", "course", *arguments], {"cwd": root, "text": True}


def has_tiny(environment) -> bool:
    return subprocess.run([environment.python, "-I", "-c", "import tiny"]).returncode == 0
