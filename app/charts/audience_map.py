"""Map of where an artist is played."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.charts.outlines import add_countries, scale, world
from app.charts.popularity_bars import fine_percent
from app.look.words import counted


def popularity_map(table: pd.DataFrame) -> go.Figure:
    """Colour each country by the artist's share of all plays there, from 0.

    Parameters
    ----------
    table : DataFrame
        Columns ``iso3``, ``country_name``, ``region``, ``listeners``, ``popularity`` (0 to 1).
    """
    figure = world()
    add_countries(
        figure,
        iso3=table["iso3"],
        values=table["popularity"].tolist(),
        texts=_texts(
            table, [f"{fine_percent(share)} of all plays" for share in table["popularity"]]
        ),
    )
    most = float(table["popularity"].max()) if len(table) else 0.0
    axis = scale("Share of all plays there", tickformat=".3~%", nticks=5)
    figure.update_layout(coloraxis=axis | {"cmin": 0, "cmax": most or 1.0})
    return figure


def plays_map(table: pd.DataFrame) -> go.Figure:
    """Colour each country by the artist's plays there, on a logarithmic scale from 1.

    Parameters
    ----------
    table : DataFrame
        Columns ``iso3``, ``country_name``, ``region``, ``listeners``, ``plays``.
    """
    figure = world()
    plays = table["plays"].to_numpy(dtype=float)
    add_countries(
        figure,
        iso3=table["iso3"],
        values=np.log10(np.maximum(plays, 1.0)).tolist(),
        texts=_texts(table, [counted(round(n), "play", "plays") for n in plays]),
    )
    high = max(float(np.log10(max(plays.max(), 1.0))), 1.0) if len(table) else 1.0
    powers = range(int(high) + 1)
    axis = scale(
        "Plays (each step is ten times more)",
        tickvals=list(powers),
        ticktext=[f"{10**power:,}" for power in powers],
    )
    figure.update_layout(coloraxis=axis | {"cmin": 0, "cmax": high})
    return figure


def _texts(table: pd.DataFrame, amounts: list[str]) -> list[str]:
    rows = zip(table["country_name"], amounts, table["listeners"], table["region"], strict=True)
    return [
        f"<b>{name}</b><br>{words}<br>{counted(n, 'listener', 'listeners')}<br>{region}"
        for name, words, n, region in rows
    ]
