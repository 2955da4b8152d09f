"""Map of which region each country belongs to."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.charts.outlines import add_countries, world
from app.look.palette import Palette


def region_map(table: pd.DataFrame, *, palette: Palette) -> go.Figure:
    """Colour each country by its region.

    Parameters
    ----------
    table : DataFrame
        Columns ``iso3``, ``country_name``, ``region``.
    palette : Palette
        Colours of the regions.
    """
    figure = world()
    for region in palette.in_order(table["region"]):
        members = table[table["region"] == region]
        add_countries(
            figure,
            iso3=members["iso3"],
            values=[1.0] * len(members),
            texts=[f"<b>{name}</b><br>{region}" for name in members["country_name"]],
            colour=palette.colour_of(region),
        )
    return figure
