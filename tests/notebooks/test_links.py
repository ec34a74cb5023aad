"""Every internal link, and every lesson or exercise that a text names, is there."""

import re

import pytest

from tests.reading import EXERCISES, LESSONS, ROOT, SOLUTIONS, prose

NOTEBOOKS = LESSONS + EXERCISES + SOLUTIONS
PAGES = sorted(ROOT.glob("*.md")) + NOTEBOOKS
TITLES = {path: prose(path).splitlines()[0].removeprefix("# ") for path in NOTEBOOKS}


def text_of(page) -> str:
    return prose(page) if page.suffix == ".ipynb" else page.read_text(encoding="utf-8")


def each_page():
    ids = [page.relative_to(ROOT).as_posix() for page in PAGES]
    return pytest.mark.parametrize("page", PAGES, ids=ids)


@each_page()
def test_internal_links_lead_to_files(page):
    # Solutions are as deep as exercises, so their links hold in both places.
    for label, target in re.findall(r"\[([^\]]*)\]\(([^)#]+)[^)]*\)", text_of(page)):
        if target.startswith(("http:", "https:")):
            assert target.startswith("https:"), target
            continue
        path = (page.parent / target).resolve()
        assert path.exists(), f"{label}: {target}"
        if re.match(r"\d\d\. ", label):
            assert label == TITLES[path].removeprefix("Exercise "), f"{target} has another title"


@each_page()
def test_lessons_and_exercises_that_are_named_exist(page):
    lessons = {path.name[:2] for path in LESSONS}
    exercises = {path.name[:2] for path in SOLUTIONS}
    slugs = {path.stem for path in NOTEBOOKS} | {path.parent.name for path in SOLUTIONS}
    text = text_of(page)
    assert set(re.findall(r"[Ll]essons? \[?(\d\d)\b", text)) <= lessons
    assert set(re.findall(r"[Ee]xercises? \[?(\d\d)\b", text)) <= exercises
    assert set(re.findall(r"\b\d\d[_-][a-z]\w*(?:[_-]\w+)+", text)) <= slugs
