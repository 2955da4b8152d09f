"""Bars of probabilities that moved, with a tick for what each was before."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.charts.probability_bars import probability_bars
from app.look.palette import Palette


def moved_bars(table: pd.DataFrame, *, name: str, palette: Palette) -> go.Figure:
    """Draw a bar a row, the first row at the top, in the colour of its region.

    Parameters
    ----------
    table : DataFrame
        Columns `name` (distinct), ``region``, ``probability`` now and ``before``; 0 to 1.
    name : str
        Column of the labels.
    palette : Palette
        Colours of the regions.
    """
    figure = probability_bars(
        table[[name, "probability"]].assign(region=table["region"], share=table["before"]),
        name=name,
        palette=palette,
    )
    figure.update_traces(
        hovertemplate="<b>%{y}</b><br>%{customdata} before<extra></extra>",
        selector={"type": "scatter"},
    )
    return figure
