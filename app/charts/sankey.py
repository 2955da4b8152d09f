"""How the probability of regions flows into their countries."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from app.palette import colour_of
from app.words import percent

_ROW = 24
_LEAST = 220


def sankey(table: pd.DataFrame) -> go.Figure:
    """Draw regions on the left, countries on the right, and a band for each row between them.

    Parameters
    ----------
    table : DataFrame
        Columns ``region``, ``country_name``, ``probability``; rows of one name share a node, which
        is neutral where it belongs to several regions.
    """
    regions = table.groupby("region", sort=False)["probability"].sum()
    countries = table.groupby("country_name", sort=False)["probability"].sum()
    sources = {name: place for place, name in enumerate(regions.index)}
    targets = {name: len(sources) + place for place, name in enumerate(countries.index)}
    region_of = dict(zip(table["country_name"], table["region"], strict=True))
    shared = table.groupby("country_name")["region"].nunique()
    colours = [colour_of(name) for name in sources] + [
        colour_of(region_of[name] if shared[name] == 1 else "") for name in targets
    ]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            # The shadow that names have by themselves makes them pale on a light page.
            textfont={"size": 12, "weight": 600, "shadow": "none"},
            node={
                "label": [f"{n} {percent(p)}" for n, p in [*regions.items(), *countries.items()]],
                "color": colours,
                "pad": 16,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [sources[name] for name in table["region"]],
                "target": [targets[name] for name in table["country_name"]],
                "value": table["probability"].tolist(),
                "color": [_faint(colour_of(name)) for name in table["region"]],
                "customdata": [percent(p) for p in table["probability"]],
                "hovertemplate": "%{source.label} → %{target.label}: %{customdata}<extra></extra>",
            },
        )
    )
    rows = max(len(sources), len(targets))
    figure.update_layout(height=max(_ROW * rows, _LEAST), margin={"l": 0, "r": 0, "t": 8, "b": 8})
    return figure


def _faint(colour: str) -> str:
    """Let a #RRGGBB colour shine through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.28)"
