"""Map of which region each country belongs to."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.charts.outlines import add_countries, world
from app.look.palette import colour_of, in_order


def region_map(table: pd.DataFrame) -> go.Figure:
    """Colour each country by its region.

    Parameters
    ----------
    table : DataFrame
        Columns ``iso3``, ``country_name``, ``region``.
    """
    figure = world()
    for region in in_order(table["region"]):
        members = table[table["region"] == region]
        add_countries(
            figure,
            iso3=members["iso3"],
            values=[1.0] * len(members),
            texts=[f"<b>{name}</b><br>{region}" for name in members["country_name"]],
            colour=colour_of(region),
        )
    return figure
