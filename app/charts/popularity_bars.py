"""Bars of an artist's popularity by country, whose shares are too small for whole percentages."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.charts.probability_bars import probability_bars
from app.look.palette import Palette
from app.look.words import percent

_FINE = 0.1
_FINEST = 0.00001


def fine_percent(share: float) -> str:
    """Write a share of 1 as a percentage with two digits that count."""
    if share >= _FINE or share == 0:
        return percent(share)
    if share < _FINEST:
        return "<0.001%"
    return f"{share:.2%}" if share >= _FINE / 100 else f"{share:.3%}"


def popularity_bars(table: pd.DataFrame, *, palette: Palette) -> go.Figure:
    """Draw a bar a country, the first row at the top, in the colour of its region.

    Parameters
    ----------
    table : DataFrame
        Columns ``country_name`` (distinct), ``region``, ``popularity`` (0 to 1).
    palette : Palette
        Colours of the regions.
    """
    bare = table[["country_name", "region", "popularity"]]
    figure = probability_bars(bare, name="country_name", value="popularity", palette=palette)
    written = [fine_percent(share) for share in table["popularity"]]
    names = zip(table["country_name"], written, strict=True)
    figure.update_traces(customdata=written)
    figure.update_yaxes(ticktext=[f"{name}  <b>{share}</b> " for name, share in names])
    return figure
