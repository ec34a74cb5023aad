"""The one exception of this package: a sentence for a person, not a traceback."""


class Problem(Exception):
    """Bad input or a bad moment. The message says what is wrong and names the repair.

    Notebooks show the sentence alone; the command line prints it and exits with status 1.
    """

    def _render_traceback_(self):
        return [str(self)]
