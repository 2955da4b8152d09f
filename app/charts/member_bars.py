"""Weights of the members of a blend, a bar for each layer."""

from __future__ import annotations

import textwrap

import pandas as pd
import plotly.graph_objects as go

LAYERS = {"region_weight": "Layer 1: region", "within_weight": "Layer 2: country"}
_COLOURS = {"region_weight": "#0079AA", "within_weight": "#B68600"}
_ROW, _ROOM = 58, 60
_WIDEST = 20


def member_bars(table: pd.DataFrame) -> go.Figure:
    """Draw two bars a member, the first member at the top, with its weight at each end.

    Parameters
    ----------
    table : DataFrame
        Columns ``label`` (distinct), ``region_weight``, ``within_weight``; 0 or more.
    """
    names = ["<br>".join(textwrap.wrap(label, _WIDEST)) for label in table["label"]]
    figure = go.Figure()
    for column, layer in LAYERS.items():
        weights = table[column].tolist()
        figure.add_bar(
            y=names,
            x=weights,
            name=layer,
            orientation="h",
            marker={"color": _COLOURS[column]},
            text=[f"{weight:.2f}" for weight in weights],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"<b>%{{y}}</b><br>{layer}: %{{x:.3f}}<extra></extra>",
        )
    most = float(table[list(LAYERS)].to_numpy().max()) or 1.0
    figure.update_layout(
        height=_ROOM + _ROW * len(table),
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        barmode="group",
        bargap=0.3,
        dragmode=False,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        xaxis={"visible": False, "range": [0, most * 1.15], "fixedrange": True},
        yaxis={
            "autorange": "reversed",
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "ticks": "",
            "title": None,
        },
    )
    return figure
