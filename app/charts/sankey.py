"""How the probability of regions flows into their countries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.look.palette import Palette
from app.look.words import percent

_ROW = 36
_LEAST = 220
_PAD = 22
_MARGIN = 8
_THICKNESS = 14
_GAP = 4
_TALL = 18
"""Pixels of a node that hold its name; that of a lower one stands above it, or its band would
strike the name through."""


def sankey(table: pd.DataFrame, *, palette: Palette) -> go.Figure:
    """Draw regions on the left, countries on the right, and a band for each row between them.

    Parameters
    ----------
    table : DataFrame
        Columns ``region``, ``country_name``, ``probability``; rows of one name share a node, which
        is neutral where it belongs to several regions.
    palette : Palette
        Colours of the regions.
    """
    regions = table.groupby("region", sort=False)["probability"].sum()
    countries = table.groupby("country_name", sort=False)["probability"].sum()
    sources = {name: node for node, name in enumerate(regions.index)}
    targets = {name: len(sources) + node for node, name in enumerate(countries.index)}
    region_of = dict(zip(table["country_name"], table["region"], strict=True))
    shared = table.groupby("country_name")["region"].nunique()
    colours = [palette.colour_of(name) for name in sources] + [
        palette.colour_of(region_of[name] if shared[name] == 1 else "") for name in targets
    ]
    labels = [f"{n} {percent(p)}" for n, p in [*regions.items(), *countries.items()]]
    most = max(len(sources), len(targets))
    height = max(_ROW * most, _LEAST)
    inside = height - 2 * _MARGIN
    tops, sizes = _stacked([regions.to_numpy(), countries.to_numpy()], inside)
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            # Names are written as annotations: by themselves they lie on the bands.
            textfont={"size": 1, "color": "rgba(0, 0, 0, 0)", "shadow": "none"},
            node={
                "label": labels,
                "color": colours,
                "x": [0.001] * len(sources) + [0.999] * len(targets),
                "y": ((tops + sizes / 2) / inside).tolist(),
                # Plotly leaves no pad above a column's first node, so that its own are wider.
                "pad": _PAD * most / max(1, most - 1),
                "thickness": _THICKNESS,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [sources[name] for name in table["region"]],
                "target": [targets[name] for name in table["country_name"]],
                "value": table["probability"].tolist(),
                "color": [_faint(palette.colour_of(name)) for name in table["region"]],
                "customdata": [percent(p) for p in table["probability"]],
                "hovertemplate": "%{source.label} → %{target.label}: %{customdata}<extra></extra>",
            },
        )
    )
    figure.update_layout(
        height=height,
        margin={"l": _MARGIN, "r": _MARGIN, "t": _MARGIN, "b": _MARGIN},
        annotations=[
            _name(label, top, size, left=node < len(sources), inside=inside)
            for node, (label, top, size) in enumerate(zip(labels, tops, sizes, strict=True))
        ],
    )
    return figure


def _stacked(
    columns: list[NDArray[np.float64]], inside: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stack the nodes of each column from the top; gives pixels from the top, and heights.

    A column's nodes are as high as in the column that has the least room for its own.
    """
    scale = min((inside - _PAD * len(column)) / column.sum() for column in columns)
    tops, sizes = [], []
    for column in columns:
        heights = column * scale
        # The pad above the first node is where the name of a low one stands.
        tops.append(_PAD + np.cumsum(heights + _PAD) - heights - _PAD)
        sizes.append(heights)
    return np.concatenate(tops), np.concatenate(sizes)


def _name(label: str, top: float, size: float, *, left: bool, inside: float) -> dict[str, Any]:
    tall = size >= _TALL
    shift = _THICKNESS / 2 + _GAP if tall else -_THICKNESS / 2
    return {
        "text": label,
        "showarrow": False,
        "font": {"size": 12, "weight": 600},
        "xref": "paper",
        "yref": "paper",
        "x": 0 if left else 1,
        "xanchor": "left" if left else "right",
        "xshift": shift if left else -shift,
        "y": 1 - (top + (size / 2 if tall else 0)) / inside,
        "yanchor": "middle" if tall else "bottom",
        "borderpad": 0,
    }


def _faint(colour: str) -> str:
    """Let a #RRGGBB colour shine through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.28)"
