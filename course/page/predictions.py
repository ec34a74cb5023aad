"""`predict(answers, choices)`: a table in which a student guesses before an answer is shown."""

from pathlib import Path

import traitlets

from course.page.cell import has_page
from course.page.javascript import module_at
from course.page.style import styled, table
from course.page.widget import LiveWidget
from course.problem import Problem


def predict(answers: dict[str, object], choices: list) -> "Predictions":
    """Ask for a guess in each situation, and show each answer only after its guess.

    Args:
        answers: the right answer for each situation.
        choices: what can be guessed.

    Returns:
        Predictions: with `.guesses` and `.score`.

    Raises:
        Problem: an answer is none of the choices, so nobody could guess it.

    Example:
        >>> predict({"no token": 401, "a good token": 200}, choices=[200, 401])
        no token                    401
        a good token                200
    """
    missing = sorted({str(answer) for answer in answers.values() if answer not in choices})
    if missing:
        raise Problem(f"These answers must be among the choices: {', '.join(missing)}.")
    return Predictions(answers, choices)


class Predictions(LiveWidget):
    """The table. Without a page it shows the answers.

    Attributes:
        guesses (dict[str, str]): what was guessed, by situation. A guess is final.
        score (int): how many guesses are right.
    """

    _esm = module_at(Path(__file__).with_name("predictions.js"))

    rows: traitlets.List[list[str]] = traitlets.List(read_only=True).tag(sync=True)
    choices: traitlets.List[str] = traitlets.List(read_only=True).tag(sync=True)
    guesses = traitlets.Dict().tag(sync=True)

    def __init__(self, answers: dict[str, object], choices: list):
        super().__init__()
        self.set_trait("rows", [[name, str(answer)] for name, answer in answers.items()])
        self.set_trait("choices", [str(choice) for choice in choices])

    @property
    def score(self) -> int:
        return sum(self.guesses.get(name) == answer for name, answer in self.rows)

    def __repr__(self):
        # What is in the output of a page can be read before it is guessed.
        if has_page():
            return "Guess each answer."
        width = max([28, *(len(name) + 2 for name, _ in self.rows)])
        return "\n".join(f"{name:{width}}{answer}" for name, answer in self.rows)

    def _repr_html_(self):
        return (
            None
            if has_page()
            else styled(table(["situation", "answer"], [tuple(row) for row in self.rows]))
        )
