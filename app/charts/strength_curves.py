"""How metrics move with the strength of the prior adjustment, the strength in use marked."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from app.charts.end_labels import End
from app.charts.line_axes import lay_out
from app.look.palette import NEUTRAL
from app.look.words import count

_HEIGHT, _TOP = 360, 24
_ROOM = 0.05
_LEAST_SPAN = 0.02


def strength_curves(
    table: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    y_title: str,
    in_use: float,
    y_format: str = "",
) -> go.Figure:
    """Draw a line for each label, with a ring and an upright line at the strength in use.

    Parameters
    ----------
    table : DataFrame
        Columns ``label``, ``tau``, ``y``, ``written`` (the metric as it is to be read) and ``n``.
        Sorted by tau within a label.
    colours : mapping of str to str
        Colour of each label.
    in_use : float
        The strength that holds where none is asked for.
    y_format : str
        As d3 writes numbers, for the y axis.
    """
    figure = go.Figure()
    ends = []
    for label, rows in table.groupby("label", sort=False):
        colour = colours.get(str(label), NEUTRAL)
        figure.add_scatter(
            x=rows["tau"].tolist(),
            y=rows["y"].tolist(),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": [13 if t == in_use else 4 for t in rows["tau"]], "color": colour},
            customdata=[
                f"{w} of {count(n)}" for w, n in zip(rows["written"], rows["n"], strict=True)
            ],
            hovertemplate=f"<b>{label}</b><br>τ = %{{x:.2f}}: %{{customdata}}<extra></extra>",
        )
        known = rows["y"].dropna()
        if len(known):
            ends.append(End(str(label), float(known.iloc[-1]), colour))
    figure.add_vline(
        x=in_use,
        line={"color": NEUTRAL, "width": 1.5, "dash": "dot"},
        annotation={"text": f"in use: {in_use:.2f}", "font": {"size": 11, "color": NEUTRAL}},
        annotation_position="top left" if in_use > 0.5 else "top right",
    )
    lay_out(
        figure,
        ends,
        between=_ends(table["y"]),
        height=_HEIGHT,
        top=_TOP,
        x={"title": "Strength τ", "range": [-0.03, 1.03], "dtick": 0.25},
        y={"title": y_title, "tickformat": y_format},
    )
    return figure


def _ends(values: pd.Series) -> tuple[float, float]:
    """Ends of the y axis: around the values, never so near that noise looks like a cliff."""
    known = values.dropna()
    if known.empty:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    wanting = max(_LEAST_SPAN - (high - low), 0.0) / 2
    room = _ROOM * (high - low) + wanting
    return low - room, high + room
