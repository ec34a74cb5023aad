"""The wheel, built and used where the repository is not: whoever runs `pip install .` gets one."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.reading import EXERCISES, ROOT, SOLUTIONS

USE = """
import requests, sys
import course
assert course.__file__.startswith(sys.argv[1]), course.__file__
for name in course.__all__:
    getattr(course, name)
from course.page.javascript import one_module
from server import create_app

app = create_app(JWT_SECRET_KEY="a fixed key for tests, never for production", DATABASE_URL="sqlite://")
with course.serve(app) as server:
    page = requests.get(server.url + "/app/")
    script = requests.get(server.url + "/app/app.js")
    health = requests.get(server.url + "/health")
assert (page.status_code, script.status_code, health.json()) == (200, 200, {"status": "ok"})
assert "</style>" in course.show(health)._repr_html_()
assert course.TokenEditor(course.crafted_tokens()[0].token)._repr_html_()
assert "login" in one_module('import { App } from "./app.jsx";', course.REACT_SOURCES)
assert course.run_in_node("return 6 * 7").value == 42
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation"]
    built = subprocess.run([*command, "-w", str(folder)], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder that holds what the wheel holds, and nothing else."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed, folder, *arguments):
    # It stands before this environment's own packages, among which the repository is.
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_what_notebooks_import_works_without_the_repository(installed, tmp_path):
    used = run(installed, tmp_path, "-c", USE, str(installed))
    assert used.returncode == 0, used.stderr


def test_the_house_of_broken_servers_opens_without_the_repository(installed, tmp_path):
    use = "from course import fresh_house\nwith fresh_house('reader') as house: print(house.is_flag('a guess'))"
    opened = run(installed, tmp_path, "-c", use)
    assert opened.stdout == "False\n", opened.stderr


def test_a_student_with_one_notebook_and_the_package_can_check_it(installed, tmp_path):
    path = EXERCISES[0].relative_to(ROOT)
    (tmp_path / path.parent).mkdir(parents=True)
    shutil.copy(SOLUTIONS[0], tmp_path / path)
    checked = run(installed, tmp_path, "-m", "course", "check", path.name[:2])
    assert "10 of 10" in checked.stdout, checked.stdout + checked.stderr
    assert "Exercise 02" in run(installed, tmp_path, "-m", "course", "check").stdout


def test_the_wheel_names_every_package_of_requirements_txt(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(n for n in archive.namelist() if n.endswith("/METADATA")))
    needed = [
        line.removeprefix("Requires-Dist: ").lower()
        for line in metadata.decode().splitlines()
        if line.startswith("Requires-Dist: ")
    ]
    listed = [
        line.partition(" #")[0].strip().lower()
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line[:1].isalpha()
    ]
    assert len(listed) > 15
    assert [name.partition(";")[0].strip() for name in sorted(needed)] == sorted(
        name.partition(";")[0].strip() for name in listed
    )


def test_it_brings_every_exercise_and_nothing_of_the_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for path in SOLUTIONS:
        assert f"course_data/{path.relative_to(ROOT).as_posix()}" in names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {
        "course",
        "course_data",
        "server",
        "jwt_by_hand",
    }
