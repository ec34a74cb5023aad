"""The class report: one HTML page for the instructor, with nothing to load from elsewhere."""

import io
import re
from collections import Counter
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course.exercises.copies import write
from course.grading.records import NOT_GRADED, Outcome
from course.page.style import STYLESHEET, table

if TYPE_CHECKING:
    from course.grading.results import Results

INK = "#5b7fb4"


def write_report(path: Path, results: "Results", outcomes: list[Outcome]) -> None:
    """Write the report.

    Args:
        path: the HTML file.
        results: the points of the class.
        outcomes: what became of each submission.
    """
    graded = [outcome for outcome in outcomes if outcome.is_graded]
    damaged = [outcome for outcome in outcomes if outcome.damage]
    unread = sum(
        score.unread
        for outcome in graded
        for score in results.scores.get(outcome.student, {}).values()
    )
    parts = [
        f"<p>{len(outcomes)} submissions: {len(graded)} graded, {len(damaged)} damaged. "
        f"{unread} answers wait for a person.</p>"
    ]
    kinds = Counter(outcome.guards for outcome in outcomes if outcome.guards)
    parts += [
        f"<p>Guards of {count} submissions: {escape(kind)}.</p>" for kind, count in kinds.items()
    ]
    if graded:
        parts += [
            "<h2>Points</h2>",
            _histogram([results.total(outcome.student) for outcome in graded], results.possible),
            "<h2>Tasks</h2>",
            _tasks(results, graded),
            "<h2>Checks that failed most</h2>",
            _failures(results, graded),
        ]
    equal = results.equal(outcomes)
    parts += [
        _list("Damaged submissions", damaged, lambda outcome: [outcome.damage]),
        _list(
            NOT_GRADED,
            [outcome for outcome in outcomes if outcome.trouble],
            lambda outcome: [outcome.trouble],
        ),
        _list("Repaired submissions", graded, lambda outcome: outcome.notes),
        _list(
            "Submissions to look at",
            graded,
            lambda outcome: [
                *[f"An answer has the word {word}." for word in outcome.suspicions],
                *[f"Equal to the file of {other}." for other in equal.get(outcome.student, [])],
            ],
        ),
    ]
    missing = results.roster.keys() - {outcome.student for outcome in outcomes}
    if missing:
        parts.append(f"<h2>Missing</h2><p>{escape(', '.join(sorted(missing)))}</p>")
    title = escape(results.title)
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLESHEET} body {{ font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }}"
        f'</style><body class="course"><main><h1>{title}</h1>{"".join(parts)}</main></body></html>'
    )
    write(page.encode(errors="backslashreplace"), path)


def _histogram(totals: list[float], possible: float) -> str:
    figure = Figure(figsize=(8, 3), layout="constrained")
    axes = figure.subplots()
    counts = Counter(round(total) for total in totals)
    axes.bar(list(counts.keys()), list(counts.values()), color=INK)
    axes.set(xlabel="points", ylabel="students", xlim=(-0.6, possible + 0.6))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    middle = sorted(totals)[len(totals) // 2]
    return _picture(
        figure, f"Bar chart of the points of {len(totals)} students. Median: {middle:g}."
    )


def _tasks(results: Any, graded: list) -> str:
    names, shares, unread = [], [], []
    for name, task in results.tasks.items():
        scores = [results.scores[outcome.student][name] for outcome in graded]
        # An empty answer has no points before anybody reads the others.
        if waiting := sum(score.unread for score in scores):
            unread.append(f" {task.title}: {waiting} not read yet.")
        elif task.points:
            names.append(task.title)
            known = [score.points or 0 for score in scores]
            shares.append(100 * sum(known) / (len(known) * task.points))
    if not names:
        return f"<p>{escape(''.join(unread))}</p>"
    figure = Figure(figsize=(8, 0.5 + 0.4 * len(names)), layout="constrained")
    axes = figure.subplots()
    axes.barh(names[::-1], shares[::-1], color=INK)
    axes.set(xlabel="share of the possible points, in percent", xlim=(0, 100))
    words = ", ".join(f"{name}: {share:.0f} %" for name, share in zip(names, shares, strict=True))
    return _picture(figure, f"Bar chart. {words}.{''.join(unread)}")


def _failures(results: Any, graded: list) -> str:
    counts = Counter(
        (results.tasks[name].title, _first_sentence(sentence))
        for outcome in graded
        for name, sentence in outcome.failures.items()
    )
    if not counts:
        return "<p>No check failed.</p>"
    rows = [(count, task, sentence) for (task, sentence), count in counts.most_common(20)]
    return table(["students", "task", "the check says"], rows)


def _first_sentence(text: str) -> str:
    """What is the same for all students: the values of each of them come later."""
    return re.split(r"(?<=[.?!]) ", text, maxsplit=1)[0][:200]


def _list(title: str, outcomes: list, sentences: Callable[[Any], list[str]]) -> str:
    rows = [
        (outcome.student, " ".join(sentences(outcome)))
        for outcome in outcomes
        if sentences(outcome)
    ]
    return f"<h2>{title}</h2>{table(['student', 'remark'], rows)}" if rows else ""


def _picture(figure: Figure, description: str) -> str:
    drawing = io.StringIO()
    # Without a date and chance, the same grades give the same file.
    with rc_context({"svg.hashsalt": "grades"}):
        figure.savefig(drawing, format="svg", metadata={"Date": None})
    svg = drawing.getvalue()
    svg = svg[svg.index("<svg") :].replace(
        "<svg", f'<svg role="img" aria-label="{escape(description)}"', 1
    )
    return f"<figure>{svg}<figcaption>{escape(description)}</figcaption></figure>"
