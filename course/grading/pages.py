"""What nbgrader's pages, the feedback and the Formgrader, show of a submission. nbgrader_config.py names it.

A student can write whatever a page understands, and the Formgrader has the rights of the instructor. So of a submission
there is only text. Markdown is made of the cells of the exercise alone.
"""

import re
from html import escape
from typing import Any

from jinja2 import DictLoader, pass_context
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.filters import Highlight2HTML, markdown2html
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException

from course.exercises.catalogue import with_headings
from course.exercises.marks import grade_id, is_answer
from course.exercises.repairing import is_own

LONGEST_COLOURED_CODE = 50_000
# What nbgrader calls every task in its list.
NAMELESS = re.compile(r'(<li><a href="#([^"]+)">)(Test cell|Written response)</a>')
NAMES = ("student", "first_name", "last_name", "notebook_path")

highlight = Highlight2HTML(pygments_lexer="ipython3")


@pass_context
def words(context: Any, source: str) -> str:
    """The HTML of a text: what the exercise or the instructor wrote is Markdown, what the student wrote is text."""
    cell = context.get("cell")
    if cell and source == cell.source and (is_answer(cell) or is_own(cell)):
        return _text(source)
    return markdown2html(source)


def code(source: str, language: str | None = None, metadata: dict | None = None) -> str:
    """The HTML of code, in colours if that does not take long."""
    if len(source) > LONGEST_COLOURED_CODE:
        return _text(source)
    return highlight(source, language, metadata)


def _text(source: str) -> str:
    return f'<pre style="white-space: pre-wrap">{escape(source)}</pre>'


class Feedback(HTMLExporter):
    """The page of feedback: it loads nothing from elsewhere, and its list names the tasks by their titles."""

    def __init__(self, *arguments: Any, **options: Any):
        without_mathjax = DictLoader({"mathjax.html.j2": "{% macro mathjax() %}{% endmacro %}"})
        super().__init__(*arguments, extra_loaders=[without_mathjax], **options)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **options: Any
    ) -> tuple[str, dict]:
        titles = {grade_id(cell): title for cell, title in with_headings(nb)}
        page, resources = super().from_notebook_node(nb, resources, **options)

        def with_title(link: re.Match[str]) -> str:
            return f"{link[1]}{escape(titles.get(link[2], link[3]))}</a>"

        return NAMELESS.sub(with_title, page), resources


class EscapeNames(Preprocessor):
    """The Formgrader puts the names of students into its page as they are."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        for name in NAMES:
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        return nb, resources


class NoAutograde(NotebookExporter):
    """What nbgrader's own autograde uses here: it would run a submission with the rights of the instructor."""

    def __init__(self, *arguments: Any, **options: Any):
        raise NbGraderException(
            "Autograde is off here: it runs submissions without a sandbox. Grade with: python -m course grade NN"
        )
