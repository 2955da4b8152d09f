from __future__ import annotations

import plotly.graph_objects as go
import pytest

from app.charts.end_labels import End
from app.charts.line_axes import lay_out


def drawn(*ends: End, top: int = 8) -> go.Figure:
    figure = go.Figure()
    lay_out(
        figure,
        ends,
        between=(0.0, 0.5),
        height=256,
        top=top,
        x={"title": "Rounds"},
        y={"title": "Loss", "tickformat": ".0%"},
    )
    return figure


def test_axes_stay_still_and_end_where_they_are_told_to() -> None:
    layout = drawn().layout
    assert (layout.xaxis.fixedrange, layout.yaxis.fixedrange, layout.dragmode) == (
        True,
        True,
        False,
    )
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Rounds", "Loss")
    assert tuple(layout.yaxis.range) == (0.0, 0.5)
    assert layout.yaxis.tickformat == ".0%"
    assert layout.showlegend is False


@pytest.mark.parametrize(("top", "lower"), [(8, -2.5), (108, -12.5)])
def test_names_keep_within_the_plot_that_is_left_below_the_top(top: int, lower: float) -> None:
    # A plot of 256 - 48 - top pixels. The name of the line that ends at its very top has its middle
    # half a line of letters (15 pixels) below, and the other's middle stands 15 pixels lower still.
    figure = drawn(End("a", 0.5, "#000000"), End("b", 0.45, "#000000"), top=top)
    shifts = {note.text: note.yshift for note in figure.layout.annotations}
    assert shifts == pytest.approx({"a": -7.5, "b": lower})
    assert figure.layout.margin.t == top
    assert figure.layout.margin.r == 12 + 7
