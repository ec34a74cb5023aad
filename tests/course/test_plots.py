"""The style of figures: readable on the grounds of JupyterLab's light and dark theme, and with no ground of their own."""

import io

import matplotlib
import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_rgb
from matplotlib_inline.backend_inline import _fetch_figure_metadata

WHITE, BLACK = "#ffffff", "#111111"


@pytest.fixture
def figure():
    backend = matplotlib.get_backend()
    matplotlib.use("agg")
    with plt.style.context("course.plots"):
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3], "o")
        axes.set_xlabel("seconds")
        figure.canvas.draw()
        yield figure
    plt.close(figure)
    matplotlib.use(backend)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, "contrast ratio")."""

    def luminance(colour):
        red, green, blue = (
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in to_rgb(colour)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [WHITE, BLACK])
def test_labels_and_points_are_readable_on_both_grounds(figure, ground):
    (axes,) = figure.axes
    labels = [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]
    colours = [label.get_color() for label in labels]
    assert min(contrast(colour, ground) for colour in colours) > 3.8
    cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    assert min(contrast(colour, ground) for colour in cycle) > 2.8


def test_the_page_shines_through(figure):
    file = io.BytesIO()
    figure.savefig(file, format="png")
    file.seek(0)
    assert plt.imread(file)[0, 0, 3] == 0
    # JupyterLab puts white behind a figure whose labels all count as dark, and black where all count as light.
    assert _fetch_figure_metadata(figure) is None
