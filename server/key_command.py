"""`python -m server keys`: make, list and withdraw the keys that sign tokens."""

import argparse
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from server.key_folder import Key, new_key, read_keys, withdraw
from server.setup import SettingsError

# For so long others may not know a key that has just been published: 300 seconds they remember the keys, and
# some, such as PyJWT's PyJWKClient, ask again for an unknown key only 30 seconds after they asked the last time.
WAIT = timedelta(seconds=330)
LONGEST_TOKEN = timedelta(days=30)  # a refresh token


def main(words: list[str]) -> None:
    """Run one of the commands. What is wrong ends the program with a sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m server keys", description="The keys in the folder SIGNING_KEYS."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "new", help="make a key; it is published, and signs when those before it are retired"
    )
    commands.add_parser("list", help="say which key signs, which come next, and which are retired")
    retire = commands.add_parser(
        "retire", help="let the next key sign; tokens of the retired one stay good"
    )
    retire.add_argument(
        "--leaked",
        action="store_true",
        help="delete the key at once: nobody's token of it is good any more",
    )
    options = parser.parse_args(words)
    folder = os.environ.get("SIGNING_KEYS")
    if not folder:
        sys.exit(
            "Name the folder of the keys in SIGNING_KEYS, for example: export SIGNING_KEYS=keys"
        )
    try:
        if options.command == "new":
            make(Path(folder))
        elif options.command == "list":
            tell(read_keys(Path(folder)))
        else:
            retire_first(Path(folder), options.leaked)
    except SettingsError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}.")


def able_to_sign(keys: list[Key]) -> list[Key]:
    return [key for key in keys if key.private]


def changed_at(key: Key) -> datetime:
    return datetime.fromtimestamp(key.path.stat().st_mtime)


def make(folder: Path) -> None:
    before = able_to_sign(read_keys(folder)) if folder.is_dir() else []
    path = new_key(folder)
    print(f"Made {path}. Start the server again.")
    if before:
        minutes = WAIT.seconds / 60
        print(
            f"It is published then, and {before[0].path.name} still signs. Wait {minutes:g} minutes from that start, "
            "until everybody knows the new key. Then: python -m server keys retire"
        )


def tell(keys: list[Key]) -> None:
    first = next(iter(able_to_sign(keys)), None)
    for key in keys:
        state = "signs" if key is first else "next" if key.private else "retired"
        note = (
            "" if key.private else f"  delete it after {changed_at(key) + LONGEST_TOKEN:%Y-%m-%d}"
        )
        print(f"{state:8} {key.kid}  {key.path.name}{note}")
    if first is None:
        print("No key signs. Make one with: python -m server keys new")


def retire_first(folder: Path, leaked: bool) -> None:
    able = able_to_sign(read_keys(folder))
    if not able:
        sys.exit(
            "No key signs, so there is none to retire. Make one with: python -m server keys new"
        )
    if leaked:
        able[0].path.unlink()
        following = able[1].path if able[1:] else new_key(folder)
        print(
            f"Deleted {able[0].path}. Start the server again, now: from then on {following.name} signs, and all who "
            "have a token of the leaked key must log in again."
        )
        return
    if not able[1:]:
        sys.exit(
            "This key is the only one that signs. Make the next one first: python -m server keys new"
        )
    left = changed_at(able[1]) + WAIT - datetime.now()
    if left > timedelta(0):
        sys.exit(
            f"{able[1].path.name} is too new: others may not know it yet. Wait {left.seconds + 1} seconds and more, from "
            "the start of the server with it. Only if the old key is in wrong hands: python -m server keys retire --leaked"
        )
    withdraw(able[0])
    print(
        f"Start the server again: {able[1].path.name} signs then. {able[0].path.name} has lost its private half, and "
        f"verifies the tokens that it signed. Delete it after {datetime.now() + LONGEST_TOKEN:%Y-%m-%d}."
    )
