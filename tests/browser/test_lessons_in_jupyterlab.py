"""Every lesson, opened and run in JupyterLab itself, in a real browser."""

import pytest

from tests.browser.driver import Lab, needs_browser
from tests.reading import LESSONS, ROOT, prose

pytestmark = needs_browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"), ROOT / "notebooks")
    yield lab
    assert lab.close() == [], "a kernel outlives JupyterLab"


@pytest.mark.parametrize("name", [path.name for path in LESSONS])
def test_a_lesson_runs_in_jupyterlab(lab, chromium, name):
    notebook = lab.open(chromium, name)
    notebook.run_all_cells()
    assert notebook.errors_that_are_not_meant() == []

    diagrams = prose(ROOT / "notebooks" / name).count("```mermaid")
    notebook.wait_for_diagrams(diagrams)
    notebook.page.wait_for_load_state("networkidle")

    assert notebook.page_errors == []
    assert notebook.outside_requests == []
    assert lab.outside.read_text() == ""
    notebook.page.close()
