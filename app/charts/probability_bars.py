"""Bars of probabilities, with a tick for what they would be without the list."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.look.palette import NEUTRAL, Palette
from app.look.words import percent

_ROW = 28
_TICK = 17


def probability_bars(
    table: pd.DataFrame, *, name: str, palette: Palette, value: str = "probability"
) -> go.Figure:
    """Draw a bar a row, the first row at the top, in the colour of its region.

    The figure of each row stands beside its name, clear of bars and ticks.

    Parameters
    ----------
    table : DataFrame
        Columns `name`, ``region``, `value` and, where ticks are wanted, ``share``; 0 to 1.
    name, value : str
        Column of the labels, which are distinct, and of the lengths.
    palette : Palette
        Colours of the regions.
    """
    names, lengths = table[name].tolist(), table[value].tolist()
    shares = table["share"].tolist() if "share" in table else []
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=lengths,
        orientation="h",
        marker={"color": [palette.colour_of(region) for region in table["region"]]},
        customdata=[percent(length) for length in lengths],
        hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
    )
    if shares:
        figure.add_scatter(
            y=names,
            x=shares,
            mode="markers",
            marker={
                "symbol": "line-ns",
                "size": _TICK,
                "line": {"width": 3, "color": NEUTRAL},
            },
            customdata=[percent(share) for share in shares],
            hovertemplate="<b>%{y}</b><br>%{customdata} of the listeners<extra></extra>",
        )
    longest = max([*lengths, *shares], default=0.0) or 1.0
    figure.update_layout(
        height=_ROW * max(len(table), 2),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        bargap=0.35,
        dragmode=False,
        xaxis={"visible": False, "range": [0, longest * 1.02], "fixedrange": True},
        yaxis={
            # Said outright: an automatic range leaves room for the ticks above and below.
            "range": [max(len(table), 2) - 0.5, -0.5],
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "ticks": "",
            "title": None,
            "tickvals": names,
            "ticktext": [
                f"{label}  <b>{percent(length)}</b> "
                for label, length in zip(names, lengths, strict=True)
            ],
        },
    )
    return figure
