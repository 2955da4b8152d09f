"""Bars to both sides of a line: what speaks for something, and what against it."""

from __future__ import annotations

import html

import pandas as pd
import plotly.graph_objects as go

from app.charts.labels import shortened
from app.look.palette import NEUTRAL

FOR, AGAINST = "#2D8B87", "#C07A2B"
"""Teal to the right and brown to the left, which differ for every eye; both stand out from a light
page and from a dark one."""

_ROW = 26
_ROOM = 1.04


def signed_bars(
    table: pd.DataFrame,
    *,
    name: str,
    value: str,
    written: str,
    colour: str | None = None,
    end: float | None = None,
) -> go.Figure:
    """Draw a bar a row from a line at 0, to the right above 0 and to the left below.

    Parameters
    ----------
    table : DataFrame
        Columns `name` (distinct), `value` and `written`; the first row becomes the top one.
    name, value, written : str
        Column of the labels, of the lengths, and of how a length is written.
    colour : str, optional
        Column of each bar's colour; else the sign gives it.
    end : float, optional
        Where the axis ends to the right, and it ends at the longest bar to the left; else it goes
        as far to the left as to the right.
    """
    names = [html.escape(text, quote=False) for text in table[name].tolist()]
    lengths = table[value].astype(float).tolist()
    signs = [FOR if length >= 0 else AGAINST for length in lengths]
    figure = go.Figure()
    figure.add_bar(
        y=list(range(len(names))),
        x=lengths,
        orientation="h",
        marker={"color": table[colour].tolist() if colour else signs},
        text=names,
        textposition="none",
        customdata=table[written].tolist(),
        hovertemplate="<b>%{text}</b><br>%{customdata}<extra></extra>",
    )
    reach = (end or max((abs(length) for length in lengths), default=0.0) or 1.0) * _ROOM
    least = min(lengths, default=0.0)
    below = (_ROOM * -least if end else reach) if least < 0 else 0.0
    rows = max(len(names), 2)
    figure.update_layout(
        height=_ROW * rows,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        bargap=0.35,
        dragmode=False,
        xaxis={
            "range": [-below, reach],
            "fixedrange": True,
            "showticklabels": False,
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": NEUTRAL,
            "zerolinewidth": 1,
            "ticks": "",
            "title": None,
        },
        yaxis={
            "range": [rows - 0.5, -0.5],
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "title": None,
            "tickvals": list(range(len(names))),
            "ticktext": [
                f"{html.escape(shortened(text), quote=False)}  <b>{length}</b> "
                for text, length in zip(table[name].tolist(), table[written].tolist(), strict=True)
            ],
        },
    )
    return figure
