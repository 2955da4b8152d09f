"""What charts of lines have in common: still axes, and the names of the lines at their ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from app.charts.end_labels import End, add_end_labels

_BOTTOM = 48


def lay_out(
    figure: go.Figure,
    ends: Sequence[End],
    *,
    between: tuple[float, float],
    height: int,
    top: int = 8,
    x: Mapping[str, Any],
    y: Mapping[str, Any],
) -> None:
    """Lay out a figure of lines, which stays still under a finger, and name its lines.

    Parameters
    ----------
    figure : Figure
        Has its lines.
    ends : sequence of End
        The lines to name.
    between : (low, high)
        Ends of the y axis.
    height, top : int
        Pixels of the figure, and of the room above the plot.
    x, y : mapping
        What else holds of each axis, such as its title.
    """
    low, high = between
    add_end_labels(figure, ends, low=low, high=high, height=height - _BOTTOM - top)
    figure.update_layout(
        height=height,
        margin={"l": 0, "t": top, "b": _BOTTOM},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        xaxis={"fixedrange": True, **x},
        yaxis={"range": [low, high], "fixedrange": True, "automargin": True, **y},
    )
