"""`show(response)`: one HTTP exchange, drawn as it went over the wire. The panel of a server draws its requests so too."""

import codecs
import dataclasses
import io
import re
from collections.abc import Iterable
from html import escape
from http.client import responses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.utils import guess_filename

from course.page.style import styled
from course.problem import Problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# The headers that this course talks about. The others say how the bytes travel, and differ from run to run.
HEADERS = {
    "allow",
    "authorization",
    "cache-control",
    "content-type",
    "cookie",
    "location",
    "origin",
    "retry-after",
    "sec-fetch-site",
    "set-cookie",
    "vary",
    "www-authenticate",
    "x-csrf-token",
}

JSON_WEB_TOKEN = re.compile(r"(eyJ[\w-]{7})[\w-]*\.([\w-]{10})[\w-]*\.[\w-]*")
# A long word of small letters, such as the error code of RFC 9470, is a name and no secret.
LONG_VALUE = re.compile(r"(?<=[\"= ])(?<!Basic )(?![a-z]+(?:_[a-z]+)+\b)[\w-]{32,}(?![\w.=+/-])")
LONGEST_BODY = 2000


def show(response: requests.Response) -> "Exchange":
    """Draw the request that was sent and the answer that came back.

    Long tokens are shortened. Passwords are not hidden: whoever reads the wire reads them too.

    Args:
        response: what `requests.get`, `requests.post` and the others return.

    Returns:
        Exchange: HTML in a notebook, the same text on every run in a terminal.

    Raises:
        Problem: `response` is something else.

    Example:
        >>> show(requests.get(server.url + "/health")).request
        'GET /health HTTP/1.1'
    """
    if not isinstance(response, requests.Response):
        raise Problem(
            f"show needs what requests.get or requests.post returned, and got {type(response).__name__}. "
            "Keep the whole response: response = requests.get(url), then show(response)."
        )
    sent = response.request
    version = "HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1"
    url = urlsplit(str(sent.url))
    target = (url.path or "/") + ("?" + url.query if url.query else "")
    status = f"{version} {response.status_code} {response.reason or responses.get(response.status_code, '')}"
    return Exchange(
        message(f"{sent.method} {target} HTTP/1.1", sent.headers.items(), _text(sent.body)),
        # requests joins headers of one name, such as two cookies; urllib3 has them as they came.
        message(status, response.raw.headers.items(), _content(response)),
    )


@dataclasses.dataclass
class Exchange:
    """The two messages of one exchange, as text: `.request` and `.answer`."""

    request: str
    answer: str

    def __repr__(self):
        arrows = [
            ("\n".join(f"{arrow} {line}".rstrip() for line in text.splitlines()))
            for arrow, text in self._sides()
        ]
        return "\n\n".join(arrows)

    def _repr_html_(self):
        request, answer = (f"<pre>{escape(text)}</pre>" for _, text in self._sides())
        return styled(
            '<div class="sides">'
            f"<section><h4>→ request</h4>{request}</section>"
            f"<section><h4>← answer</h4>{answer}</section></div>"
        )

    def _sides(self):
        return (">", self.request), ("<", self.answer)


class Passing:
    """The beginning of a body that goes by in pieces, and its length."""

    def __init__(self):
        self._beginning = b""
        self._length = 0

    def note(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        # A character of UTF-8 has up to four bytes.
        self._beginning += piece[: 4 * LONGEST_BODY - len(self._beginning)]
        self._length += len(piece)

    def __str__(self):
        if self._length == len(self._beginning):
            return _text(self._beginning)
        try:
            # Not the end: the last character may be cut.
            text = codecs.getincrementaldecoder("utf-8")().decode(self._beginning)
        except UnicodeDecodeError:
            return f"({self._length} bytes that are not text)"
        return f"{text[:LONGEST_BODY]}… ({self._length} bytes)"


class NotedInput(io.RawIOBase):
    """The body of a request (`wsgi.input` of PEP 3333), with a note of what the app has read: `.read_so_far`."""

    def __init__(self, stream: io.BufferedIOBase):
        super().__init__()
        self._stream = stream
        self.read_so_far = Passing()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        count = self._stream.readinto(buffer)
        self.read_so_far.note(bytes(memoryview(buffer)[:count]))
        return count


def message(first_line: str, headers: Iterable[tuple[str, str | bytes]], body: str) -> str:
    """One HTTP message as text: the headers that this course talks about, and long tokens shortened."""
    lines = [first_line]
    for name, value in headers:
        if _matters(name):
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            lines.append(f"{name}: {_in_order(text) if name == 'Allow' else text}")
    return "\n".join([shorten(line) for line in lines] + (["", shorten(body)] if body else []))


def _matters(header: str) -> bool:
    return header.lower() in HEADERS or header.lower().startswith("access-control-")


def _in_order(methods: str) -> str:
    """Sort the methods of the header Allow: Flask keeps them in a set, so their order differs from run to run."""
    return ", ".join(sorted(methods.split(", ")))


def _content(response: requests.Response) -> str:
    try:
        return _text(response.content)
    except RuntimeError:  # of requests, which has not kept what was read in pieces (stream=True)
        return "(a body that was read in pieces, and is not kept)"


def _text(body: object) -> str:
    """A body as text. A request may also have a file or an iterable, which is gone once it is sent."""
    if body is None:
        return ""
    if hasattr(body, "read"):
        return f"(the content of the file {guess_filename(body) or 'without a name'})"
    if isinstance(body, bytearray | memoryview):
        body = bytes(body)
    if not isinstance(body, bytes | str):
        return f"(a body that was sent in pieces, from a {type(body).__name__})"
    if isinstance(body, bytes):
        try:
            body = body.decode()
        except UnicodeDecodeError:
            return f"({len(body)} bytes that are not text)"
    body = body.rstrip("\n")
    if len(body) <= LONGEST_BODY:
        return body
    return f"{body[:LONGEST_BODY]}… ({len(body)} characters)"


def shorten(text: str) -> str:
    """Cut JWTs and other long random values: what is left is the same on every run."""
    text = JSON_WEB_TOKEN.sub(
        lambda found: f"{found[1]}….{found[2]}….… ({len(found[0])} characters)", text
    )
    return LONG_VALUE.sub(lambda found: f"… ({len(found[0])} characters)", text)
