"""How everything that this package shows looks in a notebook. `style.css` follows JupyterLab's theme, `live.css` adds the widgets."""

from html import escape
from pathlib import Path

STYLESHEET, OF_WIDGETS = (
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("style.css", "live.css")
)


def styled(html: str) -> str:
    """Put `html` under the one stylesheet."""
    return f'<style>\n{STYLESHEET}</style>\n<div class="course">{html}</div>'


def table(columns: list[str], rows: list[tuple], classes: list[str] | None = None) -> str:
    """An HTML table. Every value is shown as text: markup in it is escaped. `classes` has a CSS class for each row."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    starts = [f'<tr class="{name}">' for name in classes] if classes else ["<tr>"] * len(rows)
    body = "".join(
        start + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
        for start, row in zip(starts, rows, strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
