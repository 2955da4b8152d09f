"""Lines of a share or a loss over a number, one a recipe, named at their ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app.charts.end_labels import End
from app.charts.line_axes import lay_out
from app.look.palette import NEUTRAL
from app.look.words import count, percent

_HEIGHT = 380
_ROOM = 0.05


def line_curves(
    table: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    x_title: str,
    y_title: str,
    share: bool = True,
    ticks: Sequence[float] | None = None,
    logarithmic: bool = False,
) -> go.Figure:
    """Draw a line for each label and dash; dashed ones go without a name.

    Parameters
    ----------
    table : DataFrame
        Columns ``label``, ``x``, ``y`` and, optionally, ``n`` (listeners), ``dash`` ("solid" where
        left out) and ``chosen`` (points to mark). Sorted by x within a line.
    colours : mapping of str to str
        Colour of each label.
    share : bool
        Whether y is a share of 1, to be written as a percentage.
    ticks : sequence of float, optional
        Values to mark on the x axis.
    """
    figure = go.Figure()
    ends = []
    dashes = table["dash"] if "dash" in table else pd.Series("solid", index=table.index)
    for (label, dash), rows in table.groupby(["label", dashes], sort=False):
        colour = colours.get(label, NEUTRAL)
        figure.add_scatter(**_line(rows, label=label, dash=dash, colour=colour, share=share))
        if dash == "solid":
            ends.append(End(label, float(rows["y"].iloc[-1]), colour))
    _mark_chosen(figure, table, colours)
    marked = {"tickvals": list(ticks), "ticktext": [f"{t:g}" for t in ticks]} if ticks else {}
    lay_out(
        figure,
        ends,
        between=_ends(table["y"], share=share),
        height=_HEIGHT,
        x={
            "title": x_title,
            "type": "log" if logarithmic else "linear",
            "showgrid": False,
            **marked,
        },
        y={"title": y_title, "tickformat": ".0%" if share else None},
    )
    return figure


def _ends(values: pd.Series, *, share: bool) -> tuple[float, float]:
    """Ends of the y axis: from 0 for shares, around the values for others."""
    if values.empty:
        return 0.0, 1.0
    high, low = float(values.max()), 0.0 if share else float(values.min())
    room = _ROOM * (high - low) or 0.5
    return (low if share else low - room), high + room


def _line(rows: pd.DataFrame, *, label: str, dash: str, colour: str, share: bool) -> dict[str, Any]:
    written = [percent(value) if share else f"{value:.3f}" for value in rows["y"]]
    if "n" in rows:
        written = [f"{w} of {count(n)}" for w, n in zip(written, rows["n"], strict=True)]
    few = len(rows) <= 30
    return {
        "x": rows["x"].tolist(),
        "y": rows["y"].tolist(),
        "name": label,
        "mode": "lines+markers" if few else "lines",
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"size": 6, "color": colour},
        "customdata": written,
        "hovertemplate": f"<b>{label}</b><br>%{{x:,}}: %{{customdata}}<extra></extra>",
    }


def _mark_chosen(figure: go.Figure, table: pd.DataFrame, colours: Mapping[str, str]) -> None:
    """Ring the points where a fit was stopped or a value was chosen."""
    if "chosen" not in table:
        return
    rows = table[table["chosen"]]
    figure.add_scatter(
        x=rows["x"].tolist(),
        y=rows["y"].tolist(),
        mode="markers",
        marker={
            "symbol": "circle-open",
            "size": 13,
            "line": {"width": 2.5},
            "color": [colours.get(label, NEUTRAL) for label in rows["label"]],
        },
        customdata=rows["label"].tolist(),
        hovertemplate="<b>%{customdata}</b><br>kept: %{x:,}<extra></extra>",
    )
