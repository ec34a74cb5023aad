"""`show_page` and `cookie_decisions`, without a page."""

import flask
import pytest

from course import cookie_decisions, serve, show_page
from course.problem import Problem


def test_without_a_page_a_sentence_says_where_it_is_shown(capsys):
    with serve(flask.Flask("a page")) as server:
        capsys.readouterr()
        show_page(server)
    assert capsys.readouterr().out == "The page is shown in the browser that shows the notebook.\n"


def test_a_path_without_its_slash_is_repaired_in_words():
    with serve(flask.Flask("a page")) as server, pytest.raises(Problem, match='"/prize"'):
        show_page(server, "prize")


def test_there_are_600_decisions_and_each_attribute_chooses_among_them():
    everything = cookie_decisions()
    assert len(everything) == len(set(everything)) == 600
    for name in everything[0]._fields:
        for value in {getattr(decision, name) for decision in everything}:
            found = cookie_decisions(**{name: value})
            assert found == [one for one in everything if getattr(one, name) == value] != []


def test_an_attribute_that_a_decision_has_not_is_named():
    with pytest.raises(Problem, match=r"no same_site.*samesite"):
        cookie_decisions(same_site="Lax")


def is_sent(decision):
    """The rules in short (RFC 6265bis section 5.8.3, and two minutes of grace in Chromium)."""
    if decision.site != "cross-site":
        return True
    if not decision.top_level or decision.samesite == "Strict":
        return False
    if decision.samesite == "None" or decision.method == "GET":
        return True
    return decision.samesite is None and decision.age < 120


def test_a_few_rules_explain_all_decisions():
    assert [one for one in cookie_decisions() if one.sent != is_sent(one)] == []
