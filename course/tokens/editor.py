"""`TokenEditor(token, key)`: a token in three colours, which can be edited on both sides.

In JupyterLab it is a live editor (`editor.js`, and its parts in `editor/`). Python and the page share the token, the key and the algorithm;
each works out the rest by itself, so the page answers at once, and Python also works where there is no page.
"""

import base64
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import traitlets

from course.page.javascript import module_at
from course.page.style import styled
from course.page.widget import LiveWidget
from course.problem import Problem
from course.tokens.base64url import BadToken, decode_section, encode
from course.tokens.json_text import to_json, with_member
from course.tokens.jws import ALGORITHMS, decode_object, decode_text, fools, sign, verify
from course.tokens.keys import FORMATS
from course.tokens.times import time_problem

HERE = Path(__file__).parent
SECTIONS = ("header", "payload", "signature")

# For pages that take stylesheets away, such as GitHub: as readable on white as on black.
COLOURS = {"header": "#e12f65", "payload": "#a34fe6", "signature": "#08849f"}


class TokenEditor(LiveWidget):
    """A JWT that can be read, changed, signed and verified.

    Attributes:
        token (str): the compact token, as it was typed: it may be broken.
        key (str): the key, or for asymmetric algorithms a public or a private key as PEM or JWK.
        key_format (str): how `key` is written: "text", "hex" or "base64url".
        algorithm (str): the only algorithm that is accepted, such as "HS256".
        header, payload (dict | None): the first two sections; None while they cannot be read. Setting one changes
            that section of `token`, and no other.
        signature (bytes | None): the third section; None if it cannot be read.
        valid (bool): whether the token is well formed and signed with this key and algorithm. This is the same on
            every day.
        problem (str): what is wrong with form or signature, empty if nothing is.
        time_problem (str): why its times make it invalid at this moment, empty if they do not.
        fooled (bool): whether a verifier that trusts the header would accept this token, although `algorithm` is another.

    Args:
        token: a compact token; None for a small example.
        key: text, or bytes.
        algorithm: the only algorithm that is accepted.
        key_format: how a key that is a text is written.

    Raises:
        Problem: one of them has another type, or there is no such algorithm or format.

    Example:
        >>> TokenEditor(jwt.encode({"sub": "7"}, key), key).payload
        {'sub': '7'}
    """

    _esm = module_at(HERE / "editor.js")
    _css = LiveWidget._css + (HERE / "editor.css").read_text(encoding="utf-8")

    token = traitlets.Unicode().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    key_format = traitlets.Enum(FORMATS, "text").tag(sync=True)
    algorithm = traitlets.Enum(ALGORITHMS, "HS256").tag(sync=True)
    header = traitlets.Dict(allow_none=True, default_value=None)
    payload = traitlets.Dict(allow_none=True, default_value=None)
    signature = traitlets.Bytes(allow_none=True, default_value=None)
    valid = traitlets.Bool(read_only=True).tag(sync=True)
    problem = traitlets.Unicode(read_only=True).tag(sync=True)
    fooled = traitlets.Bool(read_only=True).tag(sync=True)

    def __init__(
        self,
        token: str | None = None,
        key: str | bytes = "",
        algorithm: str = "HS256",
        key_format: str = "text",
    ):
        if not isinstance(token, str | None) or not isinstance(key, str | bytes):
            raise Problem(
                "TokenEditor needs a token that is a text, and a key that is a text or bytes."
            )
        for name, value, known in [
            ("algorithm", algorithm, ALGORITHMS),
            ("key_format", key_format, FORMATS),
        ]:
            if value not in known:
                raise Problem(f"TokenEditor needs a known {name}: one of {', '.join(known)}.")
        if isinstance(key, bytes):
            key, key_format = _written(key)
        if token is None:
            token = encode(b'{"alg":"HS256","typ":"JWT"}') + "." + encode(b'{"sub":"7"}') + "."
        self._reading = False
        super().__init__(token=token, key=key, key_format=key_format, algorithm=algorithm)
        self._read()
        self.on_msg(self._on_message)

    def sign(self) -> None:
        """Sign header and payload with the key. The header names the algorithm.

        Raises:
            Problem: header or payload cannot be read, or the key cannot sign.
        """
        if self.header is None or self.payload is None:
            raise Problem("Header and payload must be JSON objects before they can be signed.")
        header, payload = self.token.split(".")[:2]
        if self.header.get("alg") != self.algorithm:
            text = with_member(decode_text(header), "alg", self.algorithm)
            header = encode(text.encode())
        signing_input = f"{header}.{payload}"
        try:
            signature = sign(signing_input, self.key, self.key_format, self.algorithm)
        except BadToken as error:
            raise Problem(str(error)) from None
        self.token = f"{signing_input}.{signature}"

    @property
    def time_problem(self) -> str:
        """Why the times of the token make it invalid at this moment, or an empty text. It is not in the saved output."""
        return time_problem(self.payload or {}, time.time())

    def _on_message(self, widget, content, buffers):
        """A page that cannot sign with this key, since it has no WebCrypto or not this algorithm, asks for it."""
        if content != "sign":
            return
        try:
            self.sign()
        except Problem as problem:
            self.send({"problem": str(problem)})

    @traitlets.observe("token", "key", "key_format", "algorithm")
    def _read(self, change=None):
        parts = self.token.split(".")
        parts += [""] * (3 - len(parts))
        self._reading = True
        with self.hold_trait_notifications():
            self.header = _or_none(decode_object, parts[0])
            self.payload = _or_none(decode_object, parts[1])
            self.signature = _or_none(decode_section, parts[2])
            try:
                verify(self.token, self.key, self.key_format, self.algorithm)
                problem = ""
            except BadToken as error:
                problem = str(error)
            self.set_trait("problem", problem)
            self.set_trait("fooled", fools(self.token, self.key, self.key_format, self.algorithm))
            self.set_trait("valid", not problem)
        self._reading = False

    @traitlets.observe(*SECTIONS)
    def _write(self, change):
        if self._reading or change.new is None:
            return
        parts = self.token.split(".")
        parts += [""] * (3 - len(parts))
        data = change.new
        if isinstance(data, dict):
            data = to_json(data).encode()
        parts[SECTIONS.index(change.name)] = encode(data)
        self.token = ".".join(parts)

    def __repr__(self):
        rows = [f"{name:10}{self._shown(name)}" for name in SECTIONS]
        return "\n".join([f"TokenEditor: {self._verdict()}", *rows])

    def _verdict(self) -> str:
        """What is so on every day: a saved output knows nothing of the clock."""
        return f"signed with {self.algorithm} and this key" if self.valid else self.problem

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if value is None:
            return "cannot be read"
        if name == "signature":
            return f"{len(value)} bytes"
        return to_json(value, (", ", ": "))

    def _repr_html_(self):
        parts = self.token.split(".")
        coloured = '<span class="dot">.</span>'.join(
            f'<span class="{name}" style="color: {COLOURS.get(name, "inherit")}">{escape(part)}</span>'
            for name, part in zip([*SECTIONS, *["rest"] * len(parts)], parts, strict=False)
        )
        rows = "".join(
            f'<tr><th scope="row" class="{name}" style="color: {COLOURS[name]}; text-decoration: none">{name}</th>'
            f"<td>{escape(self._shown(name))}</td></tr>"
            for name in SECTIONS
        )
        verdict = f"{'✓' if self.valid else '✗'} {self._verdict()}"
        return styled(
            f'<pre class="token">{coloured}</pre><table>{rows}</table><p>{escape(verdict)}</p>'
        )


def _written(key: bytes) -> tuple[str, str]:
    try:
        return key.decode(), "text"
    except UnicodeDecodeError:
        return base64.urlsafe_b64encode(key).rstrip(b"=").decode(), "base64url"


def _or_none(decode: Callable[[str], Any], section: str) -> Any:
    try:
        return decode(section)
    except BadToken:
        return None
