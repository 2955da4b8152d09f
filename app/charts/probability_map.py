"""Map of where a list points."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.charts.outlines import add_countries, scale, world
from app.look.words import percent


def probability_map(table: pd.DataFrame) -> go.Figure:
    """Colour each country by its probability.

    Parameters
    ----------
    table : DataFrame
        Columns ``iso3``, ``country_name``, ``region``, ``probability`` (0 to 1).
    """
    figure = world()
    rows = zip(table["country_name"], table["probability"], table["region"], strict=True)
    add_countries(
        figure,
        iso3=table["iso3"],
        values=table["probability"].tolist(),
        texts=[f"<b>{name}</b><br>{percent(p)}<br>{region}" for name, p, region in rows],
    )
    most = float(table["probability"].max()) if len(table) else 1.0
    axis = scale("Probability", tickformat=".0%", nticks=5)
    figure.update_layout(coloraxis=axis | {"cmin": 0, "cmax": most})
    return figure
