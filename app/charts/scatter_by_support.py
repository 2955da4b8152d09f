"""How often a country is found against how many of its listeners were learned from."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from app.charts.region_legend import HIGHEST, region_legend
from app.look.palette import Palette
from app.look.words import count, percent

_HEIGHT = 520
_NAMED = 8
_WIDE, _HIGH = 0.35, 0.04
"""What a name takes to the left of its dot on a phone, as shares of the axes."""


def scatter_by_support(table: pd.DataFrame, *, palette: Palette) -> go.Figure:
    """Draw a dot a country in the colour of its region; the largest few carry their names.

    Parameters
    ----------
    table : DataFrame
        Columns ``country_name``, ``region``, ``train_listeners`` (at least 1), ``recall`` (0 to 1)
        and ``n``: the listeners that the recall rests on.
    palette : Palette
        Colours of the regions.
    """
    named = _named(table)
    figure = go.Figure()
    for region in palette.in_order(table["region"]):
        rows = table[table["region"] == region]
        figure.add_scatter(
            x=rows["train_listeners"].tolist(),
            y=rows["recall"].tolist(),
            name=region,
            mode="markers+text",
            text=[name if name in named else "" for name in rows["country_name"]],
            textposition="middle left",
            textfont={"size": 11},
            marker={"size": 10, "color": palette.colour_of(region), "opacity": 0.85},
            customdata=[
                f"<b>{name}</b><br>{percent(recall)} of {count(n)} found<br>"
                f"{count(learned)} learned from<br>{region}"
                for name, recall, n, learned in zip(
                    rows["country_name"],
                    rows["recall"],
                    rows["n"],
                    rows["train_listeners"],
                    strict=True,
                )
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": HIGHEST + 48},
        dragmode=False,
        hovermode="closest",
        legend=region_legend(height=_HEIGHT),
        xaxis={
            "title": "Training listeners",
            "type": "log",
            "dtick": 1,
            "tickformat": ",d",
            "fixedrange": True,
            "showgrid": False,
        },
        yaxis={
            "title": None,
            "tickformat": ".0%",
            "range": [-0.03, 1.06],
            "fixedrange": True,
            "automargin": True,
        },
    )
    return figure


def _named(table: pd.DataFrame) -> set[str]:
    """Give the largest countries whose names, left of their dots, run over no other dot."""
    powers = table["train_listeners"].map(math.log10)
    x = (powers - powers.min()) / ((powers.max() - powers.min()) or 1.0)
    named = set()
    for row in table.nlargest(_NAMED, "train_listeners").index:
        left = (x[row] - x).between(0, _WIDE, inclusive="right")
        if not (left & ((table["recall"] - table.at[row, "recall"]).abs() < _HIGH)).any():
            named.add(str(table.at[row, "country_name"]))
    return named
