"""`python -m course lab`, and the kernels of the course, where the user's own settings say otherwise."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from course.environment import undisturbed
from tests import SECONDS
from tests.jupyter_server import wait_for_server
from tests.reading import ROOT

LAB = "from course import commands; commands.enter = lambda *words: None; commands.main()"
NEWS = "@jupyterlab/apputils-extension:notification"
THEME = "@jupyterlab/apputils-extension:themes"
# What an administrator may have set for all users.
SITE = """
c.ServerApp.root_dir = {folder!r}
c.ServerApp.default_url = c.LabApp.default_url = "/lab/tree/elsewhere.ipynb"
"""
SERVER = (
    SITE
    + """
c.ServerApp.notebook_dir = c.ServerApp.preferred_dir = {folder!r}
c.ServerApp.contents_manager_class = c.ServerApp.kernel_spec_manager_class = "not_installed.Manager"
c.LabApp.news_url = "http://127.0.0.1:1/news"
"""
)


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """Settings of a user who works with another Jupyter, and with other kernels."""
    for file in ("jupyter_server_config.py", "jupyter_lab_config.py"):
        write(tmp_path / "site" / "jupyter" / file, SITE.format(folder=str(tmp_path)))
    for name in ("config", "more"):
        for file in ("jupyter_server_config.py", "jupyter_lab_config.py", "jupyter_config.py"):
            write(tmp_path / name / file, SERVER.format(folder=str(tmp_path)))
    theme = {"theme": "JupyterLab Dark"}
    settings = tmp_path / "config" / "lab" / "user-settings" / "@jupyterlab"
    write(settings / "apputils-extension" / "themes.jupyterlab-settings", json.dumps(theme))
    (tmp_path / "exchange" / "jwt-by-hand" / "outbound" / "ps1").mkdir(parents=True)
    exchange = f"c.Exchange.root = {str(tmp_path / 'exchange')!r}"
    write(tmp_path / "config" / "nbgrader_config.py", exchange)
    kernel = {"argv": ["no-such-python"], "display_name": "Another", "language": "python"}
    write(tmp_path / "data" / "kernels" / "python3" / "kernel.json", json.dumps(kernel))
    profile = tmp_path / "ipython" / "profile_default"
    write(profile / "ipython_config.py", "c.InteractiveShell.ast_node_interactivity = 'all'")
    write(tmp_path / "startup.py", "get_ipython().ast_node_interactivity = 'all'")
    for name, value in {
        "JUPYTER_CONFIG_DIR": tmp_path / "config",
        "JUPYTER_CONFIG_PATH": tmp_path / "more",
        "JUPYTER_PATH": tmp_path / "data",
        "JUPYTER_PLATFORM_DIRS": 1,
        "XDG_CONFIG_DIRS": tmp_path / "site",
        "JUPYTER_PREFER_ENV_PATH": 0,
        "JUPYTER_RUNTIME_DIR": tmp_path / "runtime",
        "JUPYTERLAB_DIR": tmp_path / "elsewhere",
        "JUPYTERLAB_WORKSPACES_DIR": tmp_path / "workspaces",
        "IPYTHONDIR": tmp_path / "ipython",
        "PYTHONSTARTUP": tmp_path / "startup.py",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("JUPYTERLAB_SETTINGS_DIR", raising=False)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def lab(folder: Path, *options: str):
    """Run `lab`, and give the folder that it serves and a function that asks it."""
    command = [sys.executable, "-c", LAB, "lab", "--no-browser", "--allow-root", "--port=0"]
    with open(folder / "lab.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen([*command, *options], env=undisturbed(), stdout=log, stderr=log)
    try:
        server = wait_for_server(process, folder / "runtime", folder / "lab.log")
        session = requests.Session()
        session.headers["Authorization"] = f"token {server['token']}"
        yield (
            Path(server["root_dir"]),
            lambda path: session.get(server["url"] + path, timeout=SECONDS),
        )
    finally:
        process.terminate()
        process.wait(SECONDS)


def test_lab_opens_lesson_00_and_asks_nothing(hostile):
    with lab(hostile) as (root, get):
        assert root == ROOT
        assert get("").url.endswith("/lab/tree/desk/notebooks/00_start_here.ipynb")
        assert get("api/contents/desk/notebooks/00_start_here.ipynb?content=0").ok
        news = get(f"lab/api/settings/{NEWS}").json()
        assert news["schema"]["properties"]["fetchNews"]["default"] == "false"
        assert get("lab/api/news").json() == {"news": []}
        kernels = get("api/kernelspecs").json()["kernelspecs"]
        assert "no-such-python" not in kernels["python3"]["spec"]["argv"]
        # An instructor's exchange is where it was.
        assert get("courses").json()["value"] == ["jwt-by-hand"]
        # What the page looks like is the user's own.
        assert get(f"lab/api/settings/{THEME}").json()["settings"] == {"theme": "JupyterLab Dark"}


def test_options_on_the_command_line_win(hostile):
    options = [f"--ServerApp.root_dir={hostile}", "--LabApp.default_url=/lab/tree/mine.ipynb"]
    with lab(hostile, *options) as (root, get):
        assert root == hostile and get("").url.endswith("/lab/tree/mine.ipynb")


def test_kernels_are_those_of_the_course_without_the_users_profile(hostile):
    code = """
import nbformat, nbclient, sys
cell = nbformat.v4.new_code_cell("import sys\\nsys.prefix\\n42")
nbclient.NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
print([output.data["text/plain"] for output in cell.outputs])
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=undisturbed(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert result.stdout.strip() == "['42']", result.stderr
