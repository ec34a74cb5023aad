"""What the live widgets have in common: they are alive where there is a page, and text and HTML elsewhere."""

import anywidget

from course.page.cell import has_page
from course.page.style import OF_WIDGETS, STYLESHEET


class LiveWidget(anywidget.AnyWidget):
    """A widget with three faces. A subclass has `_esm`, `__repr__` and `_repr_html_`."""

    _css = STYLESHEET + OF_WIDGETS

    def open(self) -> None:
        """Announce the widget to the page. Without one nothing is sent, and nothing is saved in the notebook."""
        if has_page():
            super().open()

    def _repr_mimebundle_(self, **options):
        faces = {"text/plain": repr(self), "text/html": self._repr_html_()}
        faces = {kind: face for kind, face in faces.items() if face is not None}
        if not has_page():
            return faces, {}
        live, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return live | faces, metadata
