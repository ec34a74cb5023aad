"""Submissions from Canvas, Moodle and folders get to their places, and nothing else gets anywhere."""

import io
import os
import shutil
import stat
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.exercises.catalogue import Exercise
from course.problem import Problem
from tests.reading import ROOT

collecting = pytest.importorskip("course.grading.collecting", reason="nbgrader is not installed.")
from sqlalchemy.exc import OperationalError  # noqa: E402

from course.grading import sources  # noqa: E402
from course.grading.gradebook import open_gradebook  # noqa: E402
from course.grading.identity import recognise  # noqa: E402

NAME = "05-create-the-token-endpoint"
FILE = "05_create_the_token_endpoint.ipynb"


@pytest.fixture(scope="module")
def empty_course(tmp_path_factory):
    """A course folder of three exercises, with an empty gradebook, which takes seconds to make."""
    root = tmp_path_factory.mktemp("empty") / "course"
    for name in (NAME, "02-three-sections-by-hand", "06-protect-private-routes"):
        (root / "solutions" / name).mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    with open_gradebook(root):
        pass
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


ODD_NAMES = [
    "José",
    "de la Cruz, Ana-María",
    "O'Brien",
    "李小龍",
    "محمد",
    "دان\u200cش",
    "משה",
    "अनिल",
    "=1+1",
    "$(id)",
]


def by(students: dict[str, str]) -> dict[str, str]:
    """Names of files in a folder source, with whose content they are."""
    return {f"{student}/{FILE}": content for student, content in students.items()}


CASES = {
    # Canvas: nothing that a student chose decides who it was.
    "a name in the name": (
        {f"x_77_11111_x_78_99999_{FILE}": "77", f"y_78_20000_{FILE}": "78"},
        {"77": "77", "78": "78"},
    ),
    "a Moodle name in the name": (
        {f"x_77_11111_y_78_assignsubmission_file_{FILE}": "77", f"z_79_20000_{FILE}": "79"},
        {"77": "77", "79": "79"},
    ),
    "underscores": ({f"de_la_cruz_LATE_77_20000_{FILE}": "77"}, {"77": "77"}),
    "no letter in the name": ({f"_77_20000_{FILE}": "77"}, {"77": "77"}),
    "a number as name": ({f"12_77_20000_{FILE}": "77"}, {"77": "77"}),
    "anonymous": (
        {f"anon_aB3dE_20001_{FILE}": "a", f"LATE_anon_12345_20002_{FILE}": "b"},
        {"anon_aB3dE": "a", "anon_12345": "b"},
    ),
    "a group": ({f"team5_77_20001_group_02_ana_{FILE}": "77"}, {"77": "77"}),
    "two readings": (
        {f"team_3_1001_20001_{FILE}": "3 or 1001", f"b_78_20002_{FILE}": "78"},
        {"78": "78"},
    ),
    # Moodle
    "a group of Moodle": ({f"The A Team_5_assignsubmission_file_/{FILE}": "5"}, {"5": "5"}),
    "no group of Moodle": ({f"Default group_assignsubmission_file_/78/{FILE}": "x"}, {}),
    "new Moodle": ({f"Ana Doe_77_assignsubmission_file/sub/{FILE}": "77"}, {"77": "77"}),
    "a Canvas name in Moodle": (
        {
            f"Ana_77_assignsubmission_file_/x_78_99999_{FILE}": "77",
            f"Bo_78_assignsubmission_file_x_79_9_{FILE}": "78",
        },
        {"77": "77", "78": "78"},
    ),
    # Folders
    "odd names": (by({name: name for name in ODD_NAMES}), {name: name for name in ODD_NAMES}),
    "one folder around": (
        {f"class/{name}": text for name, text in by({"ana": "a", "bob": "b"}).items()},
        {"ana": "a", "bob": "b"},
    ),
    "one folder around Canvas": (
        {f"class/x_77_20001_{FILE}": "77", f"class/y_78_20002_{FILE}": "78"},
        {"77": "77", "78": "78"},
    ),
    "one folder around Moodle": (
        {f"class/A_{who}_assignsubmission_file_/{FILE}": who for who in ("77", "78")},
        {"77": "77", "78": "78"},
    ),
    "a zip file with a name of Canvas in the folder of a student": (
        {f"ana/x_77_20001_homework.zip/{FILE}": "ana or 77"},
        {},
    ),
    "a name of Canvas in the folder of a student": ({f"ana/x_77_20001_{FILE}": "ana or 77"}, {}),
    "two folders around all": (
        {f"all/class/ana/{FILE}": "a", f"all/class/bob/{FILE}": "b"},
        {"ana": "a", "bob": "b"},
    ),
    "endless numbers": (
        {f"a_77_{'1' * 5000}_{FILE}": "x", f"b_78_20001_{FILE}": "78"},
        {"78": "78"},
    ),
    "Canvas and Moodle": (
        {f"x_77_20001_{FILE}": "77", f"Ana_78_assignsubmission_file_/{FILE}": "whose?"},
        {"77": "77"},
    ),
    "named better and older": (
        {
            f"a_77_20001_{FILE}": "older",
            "a_77_20002_05_notes.ipynb": "newer",
            "b_78_20003_05_notes.ipynb": "older",
            f"b_78_20004_{FILE}": "newer",
        },
        {"78": "newer"},
    ),
    "one folder around one": ({f"class/ana/{FILE}": "ana or class"}, {}),
    "nbgrader's folders": (
        {f"submitted/{who}/{NAME}/{FILE}": who for who in "ab"},
        {"a": "a", "b": "b"},
    ),
    "two folders around": (
        {f"{group}/{who}/{FILE}": who for group, who in ["1a", "1b", "2c", "2d"]},
        {},
    ),
    "a folder around a part of Canvas": (
        {f"1/a_77_20001_{FILE}": "a", f"2/b_78_20001_{FILE}": "b"},
        {},
    ),
    "exercises around students": (
        {f"{NAME}/ana/{FILE}": "a", "02-three-sections-by-hand/ana/02_x.ipynb": "b"},
        {},
    ),
    "Windows": ({f"ana\\{FILE}": "a", f"bob\\{NAME}\\{FILE}": "b"}, {"ana": "a", "bob": "b"}),
    "names on Windows": (
        by({"con": "x", "lpt1.x": "x", "a.": "x", "a:b": "x", "a*": "x", "a[1]": "x", "ana": "a"}),
        {"ana": "a"},
    ),
    "too long": (by({"x" * 300: "x", "ana": "a"}), {"ana": "a"}),
    "invisible": (by({"an\u202ea": "x", "\x1b[31m": "x", "bob": "b"}), {"bob": "b"}),
    "alike": (by({"Ana": "x", "ana": "x", "bob": "b"}), {"bob": "b"}),
    # Whose files are of nobody
    "systems": (
        {
            f"__MACOSX/ana/._{FILE}": "x",
            f"ana/._{FILE}": "x",
            "ana/.DS_Store": "x",
            "Thumbs.db": "x",
            f"ana/{FILE}": "a",
        },
        {"ana": "a"},
    ),
    "a system's file in Canvas": (
        {f"a_77_20002_._{FILE}": "x", f"a_77_20001_{FILE}": "77"},
        {"77": "77"},
    ),
    "checkpoints": (
        {
            f"ana/.ipynb_checkpoints/{FILE}": "x",
            "ana/05_create_the_token_endpoint-checkpoint.ipynb": "x",
            "b_77_20002_05_create_the_token_endpoint-checkpoint-1.ipynb": "x",
            f"ana/{FILE}": "a",
        },
        {"ana": "a"},
    ),
    # Which of several
    "equal twice": ({f"ana/{FILE}": "a", f"ana/copy/{FILE}": "a"}, {"ana": "a"}),
    "different twice": (
        {f"ana/{FILE}": "a", f"ana/copy/{FILE}": "b", f"bob/{FILE}": "b"},
        {"bob": "b"},
    ),
    "same age": ({f"ana/{FILE}": "a", f"ana/my {FILE}": "b"}, {}),
    "a scratch": ({f"ana/{NAME}/{FILE}": "a", f"ana/{NAME}/Untitled.ipynb": "x"}, {"ana": "a"}),
    "two numbers": (
        {"ana/02_and_05_for_you.ipynb": "x", f"bob/06_done_{FILE}": "b"},
        {"bob": "b"},
    ),
    "spaces": ({"ana/05 Create the token endpoint (2).ipynb": "a"}, {"ana": "a"}),
}


@pytest.mark.parametrize("case", CASES)
def test_who_and_what(root, tmp_path, case):
    files, expected = CASES[case]
    pack(tmp_path / "s.zip", files)
    collection = collecting.collect(tmp_path / "s.zip", root)
    assert submitted(root) == expected
    assert len(collection.entries) == len(files)
    assert all(
        entry.fate and (entry.reason or entry.fate in ("placed", "system file"))
        for entry in collection.entries
    )


def zipped(files: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    pack(packed, files)
    return packed.getvalue()


def test_zip_files_in_zip_files(root, tmp_path):
    homework = zipped(
        {f"x/y/{FILE}": "zipped", "x/y/picture.png": "x", "z_78_9_05_create.txt": "x"}
    )
    files = {
        # What stands inside of a student's zip file makes nobody else of them.
        "a_77_20001_homework.zip": zipped({f"b_78_30000_{FILE}": "77", f"__MACOSX/._{FILE}": "x"}),
        "b_78_20002_homework.zip": zipped({"all.zip": homework}),
        "c_79_20003_05_create_the_token_endpoint.zip": zipped({"Untitled.ipynb": "79"}),
        "d_80_20004_homework.zip": b"no zip",
        "e_81_20005_homework.zip": zipped({f"a/{FILE}": "one", f"b/{FILE}": "two"}),
        "f_82_20006_homework.rar": b"Rar!",
        "homework.zip": zipped({f"b_78_99999_{FILE}": "whose?"}),
    }
    pack(tmp_path / "s.zip", files)
    collection = collecting.collect(tmp_path / "s.zip", root)
    assert submitted(root) == {"77": "77", "78": "zipped", "79": "79"}
    assert "damaged zip" in why(collection, "d_80_20004_homework.zip")
    assert "which of these" in why(collection, f"e_81_20005_homework.zip/a/{FILE}")
    assert "unpack it" in why(collection, "f_82_20006_homework.rar")
    assert "whose it is" in why(collection, f"homework.zip/b_78_99999_{FILE}")
    assert len(collection.of("unpacked")) == 6 and len(collection.entries) == 7 + 2 + 4 + 1 + 2 + 1


def test_zip_files_in_an_endless_row_or_with_endless_files_are_left_alone(
    root, tmp_path, monkeypatch
):
    monkeypatch.setattr(sources, "MOST_FILES", 5)
    deep = zipped({FILE: "deep"})
    for _ in range(9):
        deep = zipped({"deeper.zip": deep})
    files = {
        "a_77_20001_deep.zip": deep,
        "b_78_20002_wide.zip": zipped({str(number): "" for number in range(6)}),
        f"c_79_20003_{FILE}": "good",
    }
    collection = collecting.collect(pack(tmp_path / "s.zip", files), root)
    assert submitted(root) == {"79": "good"}
    assert "more than 5 files" in why(collection, "b_78_20002_wide.zip")
    assert any("zip files" in entry.reason for entry in collection.of("not placed"))


def test_one_odd_member_stops_nobody(root, tmp_path):
    """Members that are corrupt, locked, without a date, or whose names are not what they say."""
    good, packed = "x" * 500, io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(
            ("corrupt", "locked", "unknown", "good", "undated", "leap", "broken")
        ):
            entry = zipfile.ZipInfo(
                f"é{name}_{number}_2000{number}_{FILE}", (1999, 12, 31, 23, 59, 58)
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, good)
        infos = {entry.filename.split("_")[0][1:]: entry for entry in archive.infolist()}
        content = {
            name: entry.header_offset + 30 + len(entry.filename) + 1
            for name, entry in infos.items()
        }
    data = packed.getvalue()
    data = bytearray(data)
    data[content["corrupt"] : content["corrupt"] + 4] = b"\xff\xff\xff\xff"

    def change(name: str, place: int, value: bytes):
        """In the list of files at the end."""
        start = data.rfind(b"PK\1\2", 0, data.rindex(f"é{name}".encode()))
        data[start + place : start + place + len(value)] = value

    change("locked", 8, b"\x01\x08")
    change("unknown", 10, b"\x63\x00")  # a way to pack that nobody knows
    change("undated", 12, b"\x00\x00\x00\x00")  # 1980-00-00
    change("leap", 12, b"\x1e\x00")  # second 60
    for at in (
        content["broken"] - len(f"ébroken_6_20006_{FILE}".encode()),
        data.rindex("ébroken".encode()),
    ):
        data[at : at + 2] = b"\xff\xfe"  # no UTF-8, though the member says so
    (tmp_path / "s.zip").write_bytes(data)
    collection = collecting.collect(tmp_path / "s.zip", root)
    assert submitted(root) == {str(number): good for number in (3, 4, 5, 6)}
    assert "unpacked" in why(collection, f"écorrupt_0_20000_{FILE}")
    assert "password" in why(collection, f"élocked_1_20001_{FILE}")
    assert len(collection.entries) == 7
    dates = {path.parts[-3] for path in root.glob("submitted/*/*/timestamp.txt")}
    assert dates == {"3", "5", "6"}


def test_names_in_utf_8_of_programs_that_do_not_say_so(root, tmp_path):
    path = pack(tmp_path / "s.zip", {f"José/{FILE}": "1", f"Zoë/{FILE}": "2"})
    data = path.read_bytes().replace(b"\x00\x08", b"\x00\x00")
    path.write_bytes(data)
    assert all(not entry.flag_bits & 0x800 for entry in zipfile.ZipFile(path).infolist())
    collecting.collect(path, root)
    assert submitted(root) == {"José": "1", "Zoë": "2"}


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere such files cannot be made.")
def test_a_folder_with_odd_files(root, tmp_path):
    for name in ("ana", "bob", "José", "Jose\u0301"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / FILE).write_text(name)
    os.mkfifo(tmp_path / "in" / "ana" / "pipe.ipynb")
    os.mkdir(os.fsencode(tmp_path / "in") + b"/\xff")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/\xff"), FILE).write_text("x")
    (tmp_path / "in" / "Jose\u0301" / FILE).write_text("another")
    collection = collecting.collect(tmp_path / "in", root)
    assert submitted(root) == {"ana": "ana", "bob": "bob"}
    assert "ordinary" in why(collection, "ana/pipe.ipynb")
    assert sorted(fates(collection)) == ["not placed"] * 4 + ["placed"] * 2
    assert "\\udcff" in str(collection) and "\\\\xff" not in str(collection)


def test_a_file_that_cannot_be_read_stops_nobody(root, tmp_path, monkeypatch):
    for name in ("ana", "bob"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / FILE).write_text(name)
    monkeypatch.setattr(Path, "open", lambda path, *mode, **options: locked(path, *mode, **options))
    opens = io.open

    def locked(path, *mode, **options):
        if "ana" in path.parts:
            raise PermissionError(13, "Permission denied")
        return opens(path, *mode, **options)

    collection = collecting.collect(tmp_path / "in", root)
    assert submitted(root) == {"bob": "bob"} and "cannot be read" in why(collection, f"ana/{FILE}")


def test_what_has_no_date_is_not_older_than_what_has_one(root, tmp_path):
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"ana/{FILE}", (1980, 0, 0, 0, 0, 0)), "undated")
        archive.writestr(zipfile.ZipInfo(f"ana/my {FILE}", (2026, 1, 1, 0, 0, 0)), "dated")
        archive.writestr(zipfile.ZipInfo(f"bob/{FILE}", (1980, 0, 0, 0, 0, 0)), "bob")
    collecting.collect(tmp_path / "s.zip", root)
    assert submitted(root) == {"bob": "bob"}
    # Not every file system can keep such a date.
    assert sources.date_of(os.stat_result((0,) * 8 + (2**38, 0))) is None


def test_a_locked_gradebook_is_one_sentence_and_the_files_are_in_place(root, tmp_path, monkeypatch):
    def locked(root):
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr(collecting, "open_gradebook", locked)
    with pytest.raises(Problem, match="database is locked.*Collect again"):
        collecting.collect(pack(tmp_path / "s.zip", {f"a_77_20001_{FILE}": "a"}), root)
    assert submitted(root) == {"77": "a"}
    assert "placed" in collecting.read_csv(root / "grades" / "collected.csv")[1]


def test_a_name_that_is_there_in_another_spelling_is_not_overwritten(root, tmp_path):
    (root / "submitted" / "ana").mkdir(parents=True)
    collection = collecting.collect(pack(tmp_path / "s.zip", by({"Ana": "x", "bob": "b"})), root)
    assert submitted(root) == {"bob": "b"} and "differ too little" in why(collection, f"Ana/{FILE}")


def test_what_became_of_each_file_is_kept(root, tmp_path):
    first = {f"a_LATE_77_20001_{FILE}": "a", "=b.txt": "x", "\x1b[31m.txt": "x"}
    collection = collecting.collect(pack(tmp_path / "s.zip", first), root)
    assert "\x1b" not in str(collection)
    again = {f"c_78_20009_{FILE}": "c", "=b.txt": "x"}
    collecting.collect(pack(tmp_path / "s.zip", again), root)
    rows = collecting.read_csv(root / "grades" / "collected.csv")[1:]
    assert sorted((row[1], row[2]) for row in rows) == [
        ("=b.txt", "not placed"),
        ("\\x1b[31m.txt", "not placed"),
        (f"a_LATE_77_20001_{FILE}", "placed"),
        (f"c_78_20009_{FILE}", "placed"),
    ]
    assert "\n" + "s.zip,'=b.txt" in (root / "grades" / "collected.csv").read_text(encoding="utf-8")
    exercise = collecting.exercises_in(root)["05"]
    assert collecting.late_students(exercise) == {"77"}
    on_time = {f"a_77_20019_{FILE}": "better"}
    collecting.collect(pack(tmp_path / "later.zip", on_time), root)
    assert collecting.late_students(exercise) == set()


def test_the_text_of_a_large_class_begins_with_counts(root, tmp_path):
    files = {f"a_{number}_20001_{FILE}": "x" for number in range(1000, 1010)}
    files |= {f"a_{number}_20001_notes.txt": "x" for number in range(2000)}
    text = str(collecting.collect(pack(tmp_path / "s.zip", files), root)).splitlines()
    assert text[0].startswith("Placed: 10 ") and "2000" in text[1] and len(text) < 300


def test_a_damaged_time_of_an_earlier_submission_stops_nothing(root, tmp_path):
    for stamp in ("no time", "2015-02-02 15:58:23.948203 UTC"):
        folder = root / "submitted" / "77" / NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text("old")
        (folder / "timestamp.txt").write_text(stamp)
        collecting.collect(pack(tmp_path / "s.zip", {f"a_77_20001_{FILE}": "new"}), root)
        assert submitted(root) == {"77": "new"}


def test_what_cannot_be_written_is_told_and_stops_nobody(root, tmp_path):
    (root / "submitted").mkdir()
    (root / "submitted" / "77").write_text("in the way")
    files = {f"a_77_20001_{FILE}": "a", f"b_78_20002_{FILE}": "b"}
    collection = collecting.collect(pack(tmp_path / "s.zip", files), root)
    assert submitted(root) == {"78": "b"} and "Collect again" in why(
        collection, f"a_77_20001_{FILE}"
    )


def test_a_name_that_a_person_gave_stays(root, tmp_path):
    with open_gradebook(root) as book:
        book.add_student("77", first_name="Ana", last_name="Doe")
    collecting.collect(pack(tmp_path / "s.zip", {f"doeana_77_20001_{FILE}": "a"}), root)
    with open_gradebook(root) as book:
        assert (book.find_student("77").first_name, book.find_student("77").last_name) == (
            "Ana",
            "Doe",
        )


PIECES = st.sampled_from(
    [
        "ana",
        "bob",
        "Ana",
        "class",
        "x_77_20001_",
        "y_LATE_78_20002_",
        "x_3_77_20003_",
        "anon_aB3dE_20004_",
        "77",
        "__MACOSX",
    ]
    + [
        "Ana_77_assignsubmission_file_",
        "Group_assignsubmission_file_",
        "..",
        ".git",
        NAME,
        "02_",
        "é\u202e",
        "s.zip",
    ]
)
ENDS = st.sampled_from(
    [
        FILE,
        "02_three_sections_by_hand.ipynb",
        ".DS_Store",
        "a.zip",
        "x.txt",
        "Untitled.ipynb",
        "05_x.ipynb",
    ]
)
PATHS = st.builds(
    lambda parts, end: "".join(parts) + end,
    st.lists(st.tuples(PIECES, st.sampled_from(["/", "", "\\"])).map("".join), max_size=3),
    ENDS,
)
FILES = st.dictionaries(PATHS, st.sampled_from(["x", "y"]), max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(files=FILES, inner=FILES)
def test_no_file_is_missing_and_none_leaves_its_place(root, tmp_path, files, inner):
    for name in ("submitted", "replaced", "grades"):
        shutil.rmtree(root / name, ignore_errors=True)
    archive = pack(
        tmp_path / "s.zip",
        {name: zipped(inner) if name.endswith(".zip") else text for name, text in files.items()},
    )
    collection = collecting.collect(archive, root)
    unpacked = len(collection.of("unpacked"))
    assert len(collection.entries) >= len(files) + unpacked * len(inner)
    assert all(isinstance(entry.fate, sources.Fate) for entry in collection.entries)
    assert all(entry.reason for entry in collection.of("not placed") + collection.of("older"))
    places = [path for path in (root / "submitted").rglob("*.ipynb")]
    assert (
        len(places)
        == len(collection.of("placed"))
        == len({(e.student, e.exercise) for e in collection.of("placed")})
    )
    assert len(collecting.read_csv(root / "grades" / "collected.csv")) == 1 + len(
        collection.entries
    )
    assert {path.name for path in tmp_path.iterdir()} == {"course", "s.zip"}


WRITTEN = {
    "a_77_20001_{}": "77",
    "a_LATE_77_20001_{}": "77",
    "anon_aB3dE_20001_{}": "anon_aB3dE",
    "Ana Doe_77_assignsubmission_file_/{}": "77",
    "Ana Doe_77_assignsubmission_file_{}": "77",
    "ana/{}": "ana",
}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    written=st.sampled_from(list(WRITTEN)),
    chosen=st.lists(PIECES, max_size=4).map("".join),
    end=ENDS,
)
def test_what_a_student_chooses_makes_nobody_else_of_them(written, chosen, end):
    others = [
        written.replace("77", "90").replace("ana", "bob").replace("aB3dE", "Zz9yX").format(FILE)
    ]
    date = datetime(2026, 1, 1, tzinfo=UTC)
    entries = [
        sources.Entry(parts, (None,) * (len(parts) - 1) + (date,))
        for parts in (tuple(name.split("/")) for name in [*others, written.format(chosen + end)])
    ]
    exercises = {name[:2]: Exercise(ROOT, name) for name in (NAME, "02-three-sections-by-hand")}
    found = [each.student for each in recognise(entries, exercises) if each.entry is entries[1]]
    assert found in ([WRITTEN[written]], [])
    assert found or entries[1].fate
