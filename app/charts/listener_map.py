"""Map of how many listeners live where."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.charts.outlines import add_countries, scale, world


def listener_map(table: pd.DataFrame) -> go.Figure:
    """Colour each country by its listeners, on a logarithmic scale.

    Parameters
    ----------
    table : DataFrame
        Columns ``iso3``, ``country_name``, ``region``, ``listeners`` (at least 1).
    """
    figure = world()
    rows = zip(table["country_name"], table["listeners"], table["region"], strict=True)
    add_countries(
        figure,
        iso3=table["iso3"],
        values=np.log10(table["listeners"].to_numpy(dtype=float)).tolist(),
        texts=[f"<b>{name}</b><br>{n:,} listeners<br>{region}" for name, n, region in rows],
    )
    low, high = _ends(table["listeners"])
    powers = range(int(np.ceil(low)), int(high) + 1)
    axis = scale(
        "Listeners (each step is ten times more)",
        tickvals=list(powers),
        ticktext=[f"{10**power:,}" for power in powers],
    )
    figure.update_layout(coloraxis=axis | {"cmin": low, "cmax": high})
    return figure


def _ends(listeners: pd.Series) -> tuple[float, float]:
    """Give the ends of the scale as powers of ten: a tenfold range at least."""
    if listeners.empty:
        return 0.0, 1.0
    low = float(np.floor(np.log10(listeners.min())))
    return low, max(float(np.log10(listeners.max())), low + 1.0)
