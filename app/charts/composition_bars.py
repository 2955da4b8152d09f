"""What regions consist of: a bar a region, a piece a country."""

from __future__ import annotations

import html

import pandas as pd
import plotly.graph_objects as go

from app.look.palette import Palette
from app.look.words import count, counted, percent

_ROW = 50
_GAP = 0.0025
_SMALLEST_LETTERS = 11


def composition_bars(table: pd.DataFrame, *, palette: Palette) -> go.Figure:
    """Draw a bar as long as the others for each region, cut by its countries' shares.

    A name stands within its piece where there is room for it, and every piece tells its name
    under the mouse.

    Parameters
    ----------
    table : DataFrame
        Columns ``region``, ``country_name``, ``listeners``, ``share`` (0 to 1), rows of a region
        next to each other.
    palette : Palette
        Colours of the regions.
    """
    regions = table["region"].drop_duplicates().tolist()
    positions = {region: position for position, region in enumerate(regions)}
    starts = table.groupby("region", sort=False)["share"].cumsum() - table["share"]
    rows = list(zip(table["country_name"], table["listeners"], table["share"], strict=True))
    figure = go.Figure()
    figure.add_bar(
        x=(table["share"] - _GAP).clip(lower=_GAP / 2).tolist(),
        base=starts.tolist(),
        y=[positions[region] for region in table["region"]],
        orientation="h",
        width=0.5,
        marker={"color": [palette.colour_of(region) for region in table["region"]]},
        text=[html.escape(name, quote=False) for name, _, _ in rows],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": "#FFFFFF", "size": _SMALLEST_LETTERS},
        customdata=[
            f"{count(n)} listeners, {percent(share)} of the region" for _, n, share in rows
        ],
        hovertemplate="<b>%{text}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(
        height=_ROW * max(len(regions), 1) + 10,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
        uniformtext={"mode": "hide", "minsize": _SMALLEST_LETTERS},
        annotations=[_name(region, positions[region], table) for region in regions],
        xaxis={"visible": False, "range": [0, 1], "fixedrange": True},
        yaxis={"visible": False, "range": [len(regions) - 0.6, -0.75], "fixedrange": True},
    )
    return figure


def _name(region: str, position: int, table: pd.DataFrame) -> dict[str, object]:
    """Write a region above its bar, where a phone has room too."""
    of_region = table[table["region"] == region]
    countries = counted(len(of_region), "country", "countries")
    listeners = count(of_region["listeners"].sum())
    return {
        "x": 0,
        "y": position - 0.28,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "borderpad": 0,
        "text": f"<b>{html.escape(region, quote=False)}</b>  {countries}, {listeners} listeners",
    }
