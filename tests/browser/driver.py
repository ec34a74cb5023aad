"""JupyterLab as a student meets it: the real server, driven in a headless browser."""

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from course.environment import undisturbed
from tests import SECONDS
from tests.jupyter_server import wait_for_server
from tests.reading import ROOT, cells, tags

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=SECONDS * 1000)

TOKEN = "a-fixed-token-for-tests"

# All cells are drawn, also those outside the window, and nothing is saved but by the one who saves.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}


def find_browser() -> str | None:
    """The path of a Chromium of the system, or None."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge"]
    usual = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ]
    found = [shutil.which(name) for name in names] + [path for path in usual if Path(path).exists()]
    return next(filter(None, found), None)


needs_browser = pytest.mark.skipif(
    not find_browser() and not os.environ.get("CI"),
    reason="No browser: install Chromium or Chrome to run this test.",
)


@contextlib.contextmanager
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


def wait_until(page: Page, condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition of Python's is true. Meanwhile Playwright takes what the browser sends."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(50)


def set_theme(page: Page, theme: str) -> None:
    """Give a page of our own the colours of JupyterLab's "light" or "dark" theme."""
    page.evaluate(
        """theme => {
            const dark = {
                "--jp-layout-color1": "#111", "--jp-layout-color2": "#424242", "--jp-content-font-color1": "#fff",
                "--jp-border-color1": "#616161", "--jp-content-link-color": "#64b5f6",
            };
            document.body.dataset.jpThemeLight = theme === "light";
            if (theme === "light") return;
            for (const [name, value] of Object.entries(dark)) document.body.style.setProperty(name, value);
            document.body.style.background = "#111";
            document.body.style.color = "#fff";
        }""",
        theme,
    )


def assert_accessible(page: Page, context: str | None = None) -> None:
    """Fail if axe-core finds a violation, in the whole page or in what a selector names."""
    found = Axe().run(page, context=context)
    assert found.response["violations"] == [], found.generate_report()


class Lab:
    """A running JupyterLab whose files are a copy of notebooks/.

    Attributes:
        url: where it answers.
        outside: the file that lists connections of the server and its kernels to other machines.
    """

    def __init__(self, folder: Path, notebooks: Path):
        self.outside = folder / "outside.txt"
        self.outside.touch()
        shutil.copytree(notebooks, folder / "notebooks")
        for name, values in SETTINGS.items():
            file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values), encoding="utf-8")
        runtime = folder / "runtime"
        environment = undisturbed() | {
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "OUTSIDE_CONNECTIONS": str(self.outside),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).with_name("watch")), str(ROOT)]),
        }
        options = [
            "--no-browser",
            "--allow-root",
            "--port=0",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={folder}",
            f"--LabApp.user_settings_dir={folder / 'settings'}",
            f"--LabApp.workspaces_dir={folder / 'workspaces'}",
            "--LabApp.expose_app_in_browser=True",
        ]
        code = f"from course.commands import lab; lab({options!r})"
        self._log = open(folder / "lab.log", "w", encoding="utf-8")
        self._process = psutil.Popen(
            [sys.executable, "-c", code], env=environment, stdout=self._log, stderr=self._log
        )
        self.url = wait_for_server(self._process, runtime, folder / "lab.log")["url"]

    def open(self, browser: Browser, name: str, width: int = 1200) -> "OpenNotebook":
        """Open notebooks/`name` in a page of its own."""
        return OpenNotebook(self, browser.new_page(viewport={"width": width, "height": 900}), name)

    def close(self) -> list[psutil.Process]:
        """Stop JupyterLab and return the processes that outlive it."""
        children = self._process.children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(SECONDS)
        except psutil.TimeoutExpired:
            self._process.kill()
        self._log.close()
        _, alive = psutil.wait_procs(children, timeout=SECONDS)
        return alive


class OpenNotebook:
    """One notebook in one page, and what went wrong in the page."""

    def __init__(self, lab: Lab, page: Page, name: str):
        self.page = page
        self.path = Path(lab.outside.parent, "notebooks", name)
        self.outside_requests: list[str] = []
        self.page_errors: list[str] = []
        page.set_default_timeout(SECONDS * 1000)
        page.on("request", lambda request: self._note(request.url))
        page.on("websocket", lambda websocket: self._note(websocket.url))
        page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        page.goto(f"{lab.url}lab/tree/notebooks/{name}?token={TOKEN}&reset")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the notebook is open and its kernel is ready."""
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=SECONDS * 1000,
        )

    def _note(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            self.outside_requests.append(url)

    def run_all_cells(self) -> None:
        """Run every cell, those with a meant error included, and wait until each has finished."""
        self._command("notebook:clear-all-cell-outputs")
        self._command("notebook:run-all-cells")
        self.page.wait_for_function(
            """() => {
                const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
                const cells = content.widgets.filter(cell => cell.model.type === 'code');
                const stopped = cell => cell.model.outputs.toJSON().some(output =>
                    output.output_type === 'error'
                    && !(cell.model.getMetadata('tags') ?? []).includes('raises-exception'));
                return sessionContext.session.kernel.status === 'idle'
                    && (cells.some(stopped) || cells.every(cell => cell.model.executionCount !== null));
            }""",
            timeout=SECONDS * 1000,
        )

    def _command(self, name: str) -> None:
        # Not awaited: the command that runs all cells ends with the first error, also a meant one.
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name) }", name)

    def outputs(self) -> dict[str, list[dict]]:
        """The outputs of each code cell as the page has them, by cell id."""
        return self.page.evaluate(
            """() => Object.fromEntries(window.jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === 'code')
                .map(cell => [cell.model.id, cell.model.outputs.toJSON()]))"""
        )

    def errors_that_are_not_meant(self) -> list[str]:
        meant = {cell.id for cell in cells(self.path, "code") if "raises-exception" in tags(cell)}
        return [
            f"{cell_id}: {output['ename']}: {output['evalue']}"
            for cell_id, outputs in self.outputs().items()
            for output in outputs
            if output["output_type"] == "error" and cell_id not in meant
        ]

    def wait_for_diagrams(self, count: int) -> None:
        """Wait until so many mermaid blocks are drawn as a picture, and no more are there."""
        blocks = self.page.locator(".jp-RenderedMermaid")
        expect(blocks).to_have_count(count)
        self.page.wait_for_function(
            """count => {
                const pictures = document.querySelectorAll(".jp-RenderedMermaid:not(.jp-mod-warning) img");
                return [...pictures].filter(picture => picture.naturalWidth > 0).length === count;
            }""",
            arg=count,
            timeout=SECONDS * 1000,
        )

    def set_theme(self, theme: str) -> None:
        """Change JupyterLab's theme to "light" or "dark", and wait until its colours stand still."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            f"JupyterLab {theme.capitalize()}",
        )
        self.page.wait_for_function(
            """light => document.body.dataset.jpThemeLight === light
                && !document.querySelector("#main.lm-mod-hidden")
                && !document.getAnimations().some(
                    animation => animation instanceof CSSTransition && animation.playState !== "finished")""",
            arg=str(theme == "light").lower(),
            timeout=SECONDS * 1000,
        )
