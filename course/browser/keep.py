"""`%%keep name`: a cell of JavaScript, kept as text under a Python name."""

from IPython import get_ipython
from IPython.core.magic import register_cell_magic

from course.problem import Problem


def keep(name: str, text: str) -> None:
    """`%%keep name`: keep the text of a cell, in whatever language, under a Python name.

    Raises:
        Problem: the name is missing, or is none.

    Example:
        %%keep login
        fetch("/token", {method: "POST"})
    """
    name = name.strip()
    if not name.isidentifier():
        raise Problem("The first line needs one name to keep the cell under, such as: %%keep login")
    get_ipython().user_ns[name] = text
    print(f"{name}: {len(text.splitlines())} lines of text.")


if get_ipython():
    register_cell_magic(keep)
