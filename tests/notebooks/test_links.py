"""Every internal link, and every lesson or exercise that a text names, is there."""

import posixpath
import re
import shutil
import subprocess
from pathlib import PurePosixPath

import pytest

from course.exercises.desk import DESK, Desk
from tests.reading import EXERCISES, LESSONS, ROOT, SOLUTIONS, each, prose

NOTEBOOKS = LESSONS + EXERCISES + SOLUTIONS
PAGES = sorted(ROOT.glob("*.md")) + NOTEBOOKS
TITLES = {path: prose(path).splitlines()[0].removeprefix("# ") for path in NOTEBOOKS}


def text_of(page) -> str:
    return prose(page) if page.suffix == ".ipynb" else page.read_text(encoding="utf-8")


def each_page():
    ids = [page.relative_to(ROOT).as_posix() for page in PAGES]
    return pytest.mark.parametrize("page", PAGES, ids=ids)


def links(page) -> list[tuple[str, str]]:
    """Label and target of each link that leads to a file."""
    found = re.findall(r"\[([^\]]*)\]\(([^)#]+)[^)]*\)", text_of(page))
    for _, target in found:
        assert target.startswith("https:") or not target.startswith("http:"), target
    return [(label, target) for label, target in found if not target.startswith("https:")]


@pytest.fixture(scope="module")
def tracked() -> set[str]:
    """The files that GitHub shows, as they are written there. Without git, those that came with the course."""
    if (ROOT / ".git").exists():
        command = ["git", "-c", "core.quotePath=false", "ls-files"]
        listed = subprocess.run(
            command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
        )
        files = listed.stdout.splitlines()
    else:
        folders = (
            "notebooks",
            "exercises",
            "solutions",
            "frontend/src",
            "docs",
            "deploy",
            "server",
            "course",
        )
        found = [
            *ROOT.glob("*.md"),
            *(path for name in folders for path in (ROOT / name).rglob("*")),
        ]
        files = [path.relative_to(ROOT).as_posix() for path in [*found, ROOT / "LICENSE"]]
    return {
        *files,
        *(parent.as_posix() for file in files for parent in PurePosixPath(file).parents),
    }


@each_page()
def test_internal_links_lead_to_files_in_the_repository_and_on_github(page, tracked):
    # Solutions are as deep as exercises, so their links hold in both places.
    for label, target in links(page):
        path = (page.parent / target).resolve()
        assert path.exists(), f"{label}: {target}"
        if re.match(r"\d\d\. ", label):
            assert label == TITLES[path].removeprefix("Exercise "), f"{target} has another title"
        folder = page.parent.relative_to(ROOT).as_posix()
        assert posixpath.normpath(posixpath.join(folder, target)) in tracked, target


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The desk of a course that has nothing but lessons and exercises."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("notebooks", "exercises", "solutions"):
        shutil.copytree(ROOT / folder, root / folder)
    Desk(root).renew()
    return root / DESK


@each(LESSONS + EXERCISES)
def test_links_lead_to_the_same_places_from_the_desk(path, desk):
    name = path.relative_to(ROOT)
    copies, originals = links(desk / name), links(path)
    for (label, target), (_, original) in zip(copies, originals, strict=True):
        place = (desk / name).parent / target
        # What has a copy is read at the desk, all else in the repository.
        meant = (path.parent / original).resolve().relative_to(ROOT)
        has_copy = meant.parts[0] in ("notebooks", "exercises")
        assert place.resolve() == (desk if has_copy else desk.parent) / meant, label
        assert not has_copy or place.is_file(), label


@each_page()
def test_lessons_and_exercises_that_are_named_exist(page):
    lessons = {path.name[:2] for path in LESSONS}
    exercises = {path.name[:2] for path in SOLUTIONS}
    slugs = {path.stem for path in NOTEBOOKS} | {path.parent.name for path in SOLUTIONS}
    text = text_of(page)
    assert set(re.findall(r"[Ll]essons? \[?(\d\d)\b", text)) <= lessons
    assert set(re.findall(r"[Ee]xercises? \[?(\d\d)\b", text)) <= exercises
    assert set(re.findall(r"\b\d\d[_-][a-z]\w*(?:[_-]\w+)+", text)) <= slugs
