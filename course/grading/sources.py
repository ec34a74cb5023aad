"""What is handed to `collect`: every file of a folder or a zip file, also those in zip files inside of it."""

import dataclasses
import os
import re
import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import IO

from course.problem import Problem

LARGEST_FILE = 200 * 1024 * 1024
# A student's zip file may hold a whole desk, but not more.
MOST_FILES = 20_000
DEEPEST_ZIP = 4

# What operating systems, editors and Jupyter leave beside the files of a person.
OF_SYSTEMS = re.compile(
    r"__MACOSX|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints|~\$.*|\.~.*",
    re.IGNORECASE,
)
OTHER_ARCHIVE = re.compile(r".*\.(7z|rar|tar|tgz|gz|xz|bz2)", re.IGNORECASE)


class Fate(StrEnum):
    """What became of a file."""

    PLACED = "placed"
    OLDER = "older"
    NOT_PLACED = "not placed"
    UNPACKED = "unpacked"
    OF_SYSTEM = "system file"


@dataclasses.dataclass
class Entry:
    """One file of a source.

    Attributes:
        parts: its path. A zip file in it counts as a folder.
        dates: for each part that is a file when it was changed, None for folders and for what has no date.
        path: where its content is, None if it was not unpacked.
        fate: what became of it, None as long as nothing did.
        reason: why, in a sentence.
        student: whose it is.
        exercise: the name of the exercise that it answers.
        late: whether the source calls it late.
    """

    parts: tuple[str, ...]
    dates: tuple[datetime | None, ...]
    path: Path | None = None
    fate: Fate | None = None
    reason: str = ""
    student: str = ""
    exercise: str = ""
    late: bool = False

    @property
    def name(self) -> str:
        return "/".join(self.parts)

    def end(self, fate: Fate, reason: str = "") -> None:
        """Say what became of it. The first reason stays."""
        if self.fate is None:
            self.fate, self.reason = fate, reason


def read_source(source: Path, folder: Path) -> list[Entry]:
    """List every file of a source, and unpack what may be a submission.

    Args:
        source: a zip file or a folder. It stays as it is.
        folder: where to unpack, under names of our own.

    Returns:
        list[Entry]: those with `path` and without `fate` may be placed. Of all others it is said why not.

    Raises:
        Problem: the source is neither a zip file nor a folder.
    """
    unpacking = _Unpacking(folder)
    if source.is_dir():
        entries = list(_files_of_folder(source))
    elif zipfile.is_zipfile(source):
        try:
            entries = list(
                unpacking.files_of(source, Entry((), ()), shutil.disk_usage(folder).free // 2)
            )
        except _Unreadable as error:
            raise Problem(
                f"{source} is a zip file that cannot be read: {error} Download it again."
            ) from None
    else:
        raise Problem(f"{source} is neither a folder nor a zip file.")
    return [inner for entry in entries for inner in unpacking.with_contents(entry)]


def is_of_system(name: str) -> bool:
    """Whether a file or folder with this name holds nothing that a person made."""
    return bool(OF_SYSTEMS.fullmatch(name))


def _files_of_folder(source: Path) -> Iterator[Entry]:
    unreadable: list[OSError] = []
    for place, folders, files in os.walk(source, onerror=unreadable.append):
        folders.sort()
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted(files + links):
            yield _file_of_folder(Path(place, name), source)
    for error in unreadable:
        entry = Entry(Path(error.filename).relative_to(source).parts, ())
        entry.end(Fate.NOT_PLACED, f"The folder cannot be read: {error.strerror}.")
        yield entry


def _file_of_folder(path: Path, source: Path) -> Entry:
    parts = path.relative_to(source).parts
    facts = path.lstat()
    entry = Entry(parts, (None,) * (len(parts) - 1) + (date_of(facts),), path)
    if stat.S_ISLNK(facts.st_mode):
        entry.end(Fate.NOT_PLACED, "It is a symbolic link.")
    elif not stat.S_ISREG(facts.st_mode):
        entry.end(Fate.NOT_PLACED, "It is not an ordinary file.")
    _set_aside(entry, facts.st_size)
    if entry.fate is None:
        try:
            path.open("rb").close()
        except OSError as error:
            entry.end(Fate.NOT_PLACED, f"It cannot be read: {error.strerror}.")
    return entry


def date_of(facts: os.stat_result) -> datetime | None:
    """When a file was changed, None if no calendar has that date."""
    try:
        return datetime.fromtimestamp(facts.st_mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _set_aside(entry: Entry, size: int) -> None:
    """End what cannot be a submission, whatever its name says of the student."""
    name = entry.parts[-1]
    if any(is_of_system(part) for part in entry.parts):
        entry.end(Fate.OF_SYSTEM)
    elif OTHER_ARCHIVE.fullmatch(name):
        entry.end(Fate.NOT_PLACED, "It is an archive that is not a zip file: unpack it.")
    elif not name.lower().endswith((".ipynb", ".zip")):
        entry.end(Fate.NOT_PLACED, "It is not a notebook.")
    elif size > LARGEST_FILE:
        entry.end(Fate.NOT_PLACED, f"It is larger than {LARGEST_FILE // 1024**2} MiB.")


class _Unreadable(Exception):
    """A zip file of which not even the list of its files can be read."""


class _Unpacking:
    """Unpacks what is harmless into one folder, each file under a number."""

    def __init__(self, folder: Path):
        self.folder, self.number = folder, 0

    def with_contents(self, entry: Entry) -> Iterator[Entry]:
        """An entry, and if it is a zip file all that is in it."""
        if entry.fate is None and entry.path and entry.parts[-1].lower().endswith(".zip"):
            depth = sum(part.lower().endswith(".zip") for part in entry.parts)
            if depth > DEEPEST_ZIP:
                entry.end(Fate.NOT_PLACED, f"It lies in more than {DEEPEST_ZIP} zip files.")
            else:
                try:
                    inner = list(self.files_of(entry.path, entry, LARGEST_FILE))
                    entry.end(Fate.UNPACKED)
                    for each in inner:
                        yield from self.with_contents(each)
                except _Unreadable as error:
                    entry.end(Fate.NOT_PLACED, str(error))
        yield entry

    def files_of(self, path: Path, outer: Entry, room: int) -> Iterator[Entry]:
        """The files of a zip file that lies at `path` and is called `outer`. Together they may take `room` bytes."""
        try:
            archive = _open(path, self.folder / "readable.zip")
            files = [entry for entry in archive.infolist() if not _name_of(entry).endswith("/")]
        except Exception as error:  # a damaged zip file can raise nearly everything
            raise _Unreadable(f"It is a damaged zip file: {error}.") from None
        with archive:
            if outer.parts and len(files) > MOST_FILES:
                raise _Unreadable(f"It holds more than {MOST_FILES} files.")
            for packed in files:
                entry = self._member(packed, outer)
                if entry.fate is None:
                    room -= packed.file_size
                    if room <= 0:
                        entry.end(
                            Fate.NOT_PLACED,
                            "There is no room on the disk, or its zip file is too large.",
                        )
                    else:
                        self._unpack(archive, packed, entry)
                yield entry

    def _member(self, packed: zipfile.ZipInfo, outer: Entry) -> Entry:
        name = _name_of(packed)
        path = PurePosixPath(name)
        folders = len(path.parts) - 1
        entry = Entry(
            (*outer.parts, *path.parts), (*outer.dates, *(None,) * folders, _date_of(packed))
        )
        if (
            not path.parts
            or path.is_absolute()
            or ".." in path.parts
            or re.match(r"[A-Za-z]:/", name)
        ):
            entry.end(Fate.NOT_PLACED, "Its path leads out of the folder.")
        elif stat.S_ISLNK(packed.external_attr >> 16):
            entry.end(Fate.NOT_PLACED, "It is a symbolic link.")
        else:
            _set_aside(entry, packed.file_size)
        return entry

    def _unpack(self, archive: zipfile.ZipFile, packed: zipfile.ZipInfo, entry: Entry) -> None:
        self.number += 1
        path = self.folder / str(self.number)
        try:
            with archive.open(packed) as content, path.open("wb") as unpacked:
                shutil.copyfileobj(_Limited(content, packed.file_size), unpacked)
            entry.path = path
        except Exception as error:  # a damaged zip file can raise nearly everything
            path.unlink(missing_ok=True)
            entry.end(Fate.NOT_PLACED, f"It cannot be unpacked: {error}.")


class _Limited:
    """Reads no more than the zip file has promised."""

    def __init__(self, file: IO[bytes], size: int):
        self.file, self.left = file, size

    def read(self, amount: int = LARGEST_FILE, /) -> bytes:
        data = self.file.read(min(amount, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise OSError("it is larger than it says")
        return data


def _open(path: Path, copy: Path) -> zipfile.ZipFile:
    """Open a zip file. Some have names that are not in UTF-8, but say so: zipfile refuses them, so a copy says the truth."""
    try:
        return zipfile.ZipFile(path)
    except UnicodeDecodeError:
        data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\5\6")
    place = int.from_bytes(data[end + 16 : end + 20], "little")
    while (place := data.find(b"PK\1\2", place)) >= 0:
        length = int.from_bytes(data[place + 28 : place + 30], "little")
        try:
            data[place + 46 : place + 46 + length].decode()
        except UnicodeDecodeError:
            start = int.from_bytes(data[place + 42 : place + 46], "little")
            data[place + 9] &= ~0x08
            data[start + 7] &= ~0x08
        place += 46 + length
    copy.write_bytes(data)
    return zipfile.ZipFile(copy)


def _name_of(packed: zipfile.ZipInfo) -> str:
    """The name in a zip file. Old programs write UTF-8 without saying so, or divide folders as Windows does."""
    name = packed.orig_filename
    if not packed.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _date_of(packed: zipfile.ZipInfo) -> datetime | None:
    """When a file in a zip file was changed. A zip file has no time zone: it was made in that of this machine."""
    year, month, day, hour, minute, second = packed.date_time
    try:
        return datetime(year, month, day, hour, minute, min(second, 59)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
