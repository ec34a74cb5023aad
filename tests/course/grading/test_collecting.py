"""Submissions from Canvas, Moodle and folders get to their places, and nothing else gets anywhere."""

import io
import os
import shutil
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from course.problem import Problem
from tests.reading import ROOT

collecting = pytest.importorskip("course.grading.collecting", reason="nbgrader is not installed.")
from course.grading import sources  # noqa: E402
from course.grading.gradebook import open_gradebook  # noqa: E402

NAME = "05-create-the-token-endpoint"
FILE = "05_create_the_token_endpoint.ipynb"


@pytest.fixture(scope="module")
def empty_course(tmp_path_factory):
    """A course folder of three exercises, with an empty gradebook, which takes seconds to make."""
    root = tmp_path_factory.mktemp("empty") / "course"
    for name in (NAME, "02-three-sections-by-hand", "06-protect-private-routes"):
        (root / "solutions" / name).mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    open_gradebook(root).close()
    return root


@pytest.fixture
def root(tmp_path, empty_course):
    return Path(shutil.copytree(empty_course, tmp_path / "course"))


def pack(path, files: dict[str, bytes | str]):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def submitted(root) -> dict[str, str]:
    return {
        path.parent.parent.name: path.read_text()
        for path in sorted((root / "submitted").glob(f"*/{NAME}/{FILE}"))
    }


def fates(collection) -> list[str]:
    return [entry.fate for entry in collection.entries]


def why(collection, name: str) -> str:
    """Why a file was not placed."""
    return next(entry.reason for entry in collection.of("not placed") if entry.name == name)


def test_a_zip_of_canvas(root, tmp_path):
    files = {
        f"doeana_1001_20001_{FILE}": "on time",
        f"muellerbob_LATE_1002_20002_{FILE}": "late",
        "de-laoscar_1003_20003_05_create_the_token_endpoint-2.ipynb": "sent twice",
        "doeana_123456789012345678901_20004_05_create_the_token_endpoint (1).ipynb": "a long number",
    }
    collection = collecting.collect(pack(tmp_path / "s.zip", files), root)
    assert submitted(root) == {
        "1001": "on time",
        "1002": "late",
        "1003": "sent twice",
        "123456789012345678901": "a long number",
    }
    assert fates(collection) == ["placed"] * 4
    with open_gradebook(root) as book:
        assert book.find_student("1002").last_name == "muellerbob"


@pytest.mark.parametrize("joint", ["/", ""])
def test_a_zip_of_moodle_with_and_without_folders(root, tmp_path, joint):
    files = {
        f"Ana Doe_77_assignsubmission_file_{joint}{FILE}": "Ana's",
        f"José Müller-Öz_78_assignsubmission_file_{joint}my 05_create_the_token_endpoint.ipynb": "José's",
    }
    collecting.collect(pack(tmp_path / "s.zip", files), root)
    assert submitted(root) == {"77": "Ana's", "78": "José's"}
    with open_gradebook(root) as book:
        assert book.find_student("78").last_name == "José Müller-Öz"


def test_a_folder(root, tmp_path):
    for name, file in {"ana": FILE, "b.o@school": f"{NAME}/{FILE}"}.items():
        path = tmp_path / "in" / name / file
        path.parent.mkdir(parents=True)
        path.write_text(name)
    collecting.collect(tmp_path / "in", root)
    assert submitted(root) == {"ana": "ana", "b.o@school": "b.o@school"}


def test_the_latest_of_several_is_taken_and_the_others_are_named(root, tmp_path):
    files = {f"doeana_1001_{upload}_{FILE}": str(upload) for upload in (20005, 20009, 20001)}
    collection = collecting.collect(pack(tmp_path / "s.zip", files), root)
    assert submitted(root) == {"1001": "20009"}
    assert sorted(fates(collection)) == ["older", "older", "placed"]


def test_a_replaced_submission_is_kept_and_an_older_one_replaces_nothing(root, tmp_path):
    path = tmp_path / "in" / "ana" / FILE
    path.parent.mkdir(parents=True)
    for text, time in [("first", 1_000_000), ("second", 2_000_000), ("too old", 1_500_000)]:
        path.write_text(text)
        os.utime(path, (time, time))
        collection = collecting.collect(tmp_path / "in", root)
    assert submitted(root) == {"ana": "second"}
    assert [entry.name for entry in collection.of("older")] == [f"ana/{FILE}"]
    assert [kept.read_text() for kept in (root / "replaced").rglob("*.ipynb")] == ["first"]


def test_collecting_twice_changes_nothing(root, tmp_path):
    archive = pack(tmp_path / "s.zip", {f"doeana_1001_20001_{FILE}": "x"})
    collecting.collect(archive, root)
    before = archive.read_bytes()
    collecting.collect(archive, root)
    assert submitted(root) == {"1001": "x"} and not (root / "replaced").exists()
    assert archive.read_bytes() == before


@pytest.mark.parametrize(
    "name, word",
    [
        (f"../{FILE}", "out of the folder"),
        (f"ana/../../../{FILE}", "out of the folder"),
        (f"/tmp/{FILE}", "out of the folder"),
        (f"C:\\ana\\{FILE}", "out of the folder"),
        (f"ana\\..\\..\\{FILE}", "out of the folder"),
        ("doeana_1001_20001_notes.txt", "not a notebook"),
        ("doeana_1001_20001_Untitled.ipynb", "which exercise"),
        ("doeana_1001_20001_99_no_such_exercise.ipynb", "which exercise"),
        (FILE, "whose it is"),
        (f"a?/{FILE}", "name of a folder"),
        (f".git/{FILE}", "name of a folder"),
    ],
)
def test_what_cannot_be_placed_is_named_with_a_reason(root, tmp_path, name, word):
    archive = pack(tmp_path / "s.zip", {name: "x", f"doeana_1001_20001_{FILE}": "good"})
    collection = collecting.collect(archive, root)
    refused = collection.of("not placed")
    assert len(refused) == 1 and word in refused[0].reason and word in str(collection)
    assert submitted(root) == {"1001": "good"}
    files = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"course", "s.zip"}


def test_symbolic_links_are_refused(root, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link = zipfile.ZipInfo(f"doeana_1001_20001_{FILE}")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr(link, str(secret))
    assert "link" in why(collecting.collect(tmp_path / "s.zip", root), link.filename)
    if sys.platform != "win32":
        folder = tmp_path / "in" / "ana"
        folder.mkdir(parents=True)
        (folder / FILE).symlink_to(secret)
        assert "link" in why(collecting.collect(tmp_path / "in", root), f"ana/{FILE}")
    assert submitted(root) == {}


def test_bombs_are_not_unpacked(root, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LARGEST_FILE", 1_000_000)
    with zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"doeana_1001_20001_{FILE}", "0" * 1_000_001)
        archive.writestr(f"doebob_1002_20002_{FILE}", "0" * 1_000_000)
    collection = collecting.collect(tmp_path / "s.zip", root)
    assert "larger" in why(collection, f"doeana_1001_20001_{FILE}")
    assert list(submitted(root)) == ["1002"]


def test_a_file_that_is_larger_than_it_says_is_not_unpacked(root, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"doeana_1001_20001_{FILE}", b"0" * 5000)
    lying = packed.getvalue().replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    (tmp_path / "s.zip").write_bytes(lying)
    collection = collecting.collect(tmp_path / "s.zip", root)
    assert "unpacked" in why(collection, f"doeana_1001_20001_{FILE}")
    assert submitted(root) == {}


def test_a_full_disk_is_not_filled_further(root, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=20))
    files = {f"doeana_1001_20001_{FILE}": "12345", f"doebob_1002_20002_{FILE}": "123456"}
    collection = collecting.collect(pack(tmp_path / "s.zip", files), root)
    assert "room" in why(collection, f"doebob_1002_20002_{FILE}")
    assert list(submitted(root)) == ["1001"]


def test_a_source_that_is_no_zip_and_no_folder_is_one_sentence(root, tmp_path):
    (tmp_path / "s.zip").write_text("no zip")
    for name in ("s.zip", "nowhere"):
        with pytest.raises(Problem, match="neither a folder nor a zip"):
            collecting.collect(tmp_path / name, root)
