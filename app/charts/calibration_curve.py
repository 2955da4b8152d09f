"""How often the first guess is right against how probable it was said to be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.charts.end_labels import End
from app.charts.line_axes import lay_out
from app.look.palette import NEUTRAL
from app.look.words import count, percent

_HEIGHT = 380
_ENDS = (0.0, 1.02)
_LARGEST, _SMALLEST = 22, 4


def calibration_curve(table: pd.DataFrame, *, colours: Mapping[str, str]) -> go.Figure:
    """Draw a line a recipe over the diagonal, where probabilities mean what they say.

    The area of a point is the number of listeners in its bin.

    Parameters
    ----------
    table : DataFrame
        Columns ``label``, ``confidence`` and ``accuracy`` (0 to 1), ``n`` (at least 1); sorted by
        confidence within a label.
    colours : mapping of str to str
        Colour of each label.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": NEUTRAL, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )
    most = int(table["n"].max()) if len(table) else 1
    ends = []
    for label, rows in table.groupby("label", sort=False):
        colour = colours.get(str(label), NEUTRAL)
        figure.add_scatter(
            x=rows["confidence"].tolist(),
            y=rows["accuracy"].tolist(),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": _sizes(rows["n"], most), "color": colour, "opacity": 0.8},
            customdata=[
                f"said {percent(c)}, right {percent(a)}, of {count(n)}"
                for c, a, n in zip(rows["confidence"], rows["accuracy"], rows["n"], strict=True)
            ],
            hovertemplate=f"<b>{label}</b><br>%{{customdata}}<extra></extra>",
        )
        ends.append(End(str(label), float(rows["accuracy"].iloc[-1]), colour))
    axis = {"tickformat": ".0%", "zeroline": False}
    lay_out(
        figure,
        ends,
        between=_ENDS,
        height=_HEIGHT,
        x=axis | {"title": "Probability of the first guess", "range": _ENDS, "showgrid": False},
        y=axis | {"title": "How often it is right"},
    )
    return figure


def _sizes(n: pd.Series, most: int) -> list[float]:
    """Diameters in pixels, so that areas follow `n`."""
    sizes: list[float] = np.maximum(_LARGEST * np.sqrt(n / most), _SMALLEST).tolist()
    return sizes
