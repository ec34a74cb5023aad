"""The broken servers by their names, and the key that each of them signs with."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask

from course.attacks.house.broken.cabinet import cabinet
from course.attacks.house.broken.key_set import key_set
from course.attacks.house.broken.newsletter import newsletter
from course.attacks.house.broken.reader import reader
from course.attacks.house.broken.second_token import second_token
from course.attacks.house.broken.sign_up import sign_up
from course.attacks.house.broken.two_locks import two_locks
from course.attacks.house.broken.wallet import wallet

MakeApp = Callable[[str, Any], Flask]

LESSON = [reader, sign_up, newsletter, wallet, cabinet, two_locks]
SERVERS: dict[str, MakeApp] = {
    make_app.__name__: make_app for make_app in [*LESSON, second_token, key_set]
}
STYLESHEET = b"body { margin: 2em; font-family: sans-serif; color: #222; background: #fff; }\n"


def new_key(name: str, folder: Path) -> Any:
    """A new key for the server of this name: a text, an RSA key, or for `cabinet` the folder with the folders of keys and pages.

    Args:
        name: the name of a server.
        folder: an empty folder, for servers that keep files.
    """
    if name == "cabinet":
        for place in ("keys", "page"):
            (folder / place).mkdir()
        (folder / "keys" / "1.key").write_bytes(secrets.token_bytes(32))
        (folder / "page" / "style.css").write_bytes(STYLESHEET)
        return folder
    if name in ("wallet", "two_locks", "key_set"):
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return secrets.token_hex(32)


def new_flag() -> str:
    return "flag-" + secrets.token_hex(16)
