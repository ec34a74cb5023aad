"""Makes pictures of lessons as JupyterLab shows them: `python -m tests.browser.screenshots [NN ...]`.

They go to screenshots/, a few for each lesson, so that a change can be looked at.
"""

import sys
import tempfile
from pathlib import Path

from tests.browser.driver import Lab, browser
from tests.reading import LESSONS, ROOT

WIDTH, HEIGHT = 1200, 2600

MEASURE = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
    .reduce((height, cell) => height + cell.offsetHeight + 10, 300)"""
SCROLL_UP = """() => document.querySelectorAll('.jp-WindowedPanel-outer')
    .forEach(panel => { panel.scrollTop = 0 })"""


def take(lab: Lab, chromium, lesson: Path, folder: Path) -> list[Path]:
    """Run a lesson and save its pictures, each at most HEIGHT pixels high."""
    notebook = lab.open(chromium, lesson.name, WIDTH)
    notebook.run_all_cells()
    page = notebook.page
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.wait_for_load_state("networkidle")
    height = page.evaluate(MEASURE)
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.evaluate(SCROLL_UP)
    page.wait_for_timeout(1000)  # JupyterLab lays the page out anew
    pictures = []
    for number, top in enumerate(range(0, height, HEIGHT), 1):
        pictures.append(folder / f"{lesson.stem}_{number}.png")
        clip = {"x": 0, "y": top, "width": WIDTH, "height": min(HEIGHT, height - top)}
        page.screenshot(path=pictures[-1], clip=clip)
    page.close()
    return pictures


def main(numbers: list[str]) -> None:
    folder = ROOT / "screenshots"
    with tempfile.TemporaryDirectory() as scratch, browser() as chromium:
        lab = Lab(Path(scratch), ROOT / "notebooks")
        for lesson in LESSONS:
            if not numbers or lesson.name[:2] in numbers:
                print(*take(lab, chromium, lesson, folder), sep="\n")
        lab.close()


if __name__ == "__main__":
    main(sys.argv[1:])
