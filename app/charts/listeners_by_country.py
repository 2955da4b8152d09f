"""How many listeners each country has, and where learning begins."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from app.charts.region_legend import HIGHEST, region_legend
from app.look.palette import NEUTRAL, Palette
from app.look.words import count

_HEIGHT = 500
_FLOOR = 0.7
"""Where the scale begins: below 1, so that a country of a single listener is seen."""

_HEADROOM = 1.5


def listeners_by_country(table: pd.DataFrame, *, threshold: int, palette: Palette) -> go.Figure:
    """Draw a bar a country on a logarithmic scale, and a line at the least that is learned from.

    Parameters
    ----------
    table : DataFrame
        Columns ``country_name``, ``region``, ``listeners`` (at least 1); the bars' order.
    threshold : int
        Countries with fewer listeners are not learned from.
    palette : Palette
        Colours of the regions.
    """
    most = max([threshold, *table["listeners"]])
    figure = go.Figure()
    for region in palette.in_order(table["region"]):
        rows = table[table["region"] == region]
        figure.add_bar(
            x=rows["country_name"].tolist(),
            y=rows["listeners"].tolist(),
            name=region,
            marker={"color": palette.colour_of(region), "line": {"width": 0}},
            customdata=[f"{count(n)} listeners" for n in rows["listeners"]],
            hovertemplate="<b>%{x}</b><br>%{customdata}<br>" + region + "<extra></extra>",
        )
    figure.add_hline(y=threshold, line={"dash": "dash", "width": 1.5, "color": NEUTRAL})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="right",
        # On a logarithmic axis shapes stand at values, but annotations at their logarithms.
        y=math.log10(threshold),
        yanchor="bottom",
        text=f"Learned from: {count(threshold)} or more",
        showarrow=False,
    )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": HIGHEST + 8},
        bargap=0.15,
        dragmode=False,
        legend=region_legend(height=_HEIGHT),
        xaxis={
            "categoryorder": "array",
            "categoryarray": table["country_name"].tolist(),
            "showticklabels": False,
            "fixedrange": True,
            "title": None,
        },
        yaxis={
            "type": "log",
            "title": None,
            "range": [math.log10(_FLOOR), math.log10(_HEADROOM * most)],
            "dtick": 1,
            "tickformat": ",d",
            "fixedrange": True,
            "automargin": True,
        },
    )
    return figure
