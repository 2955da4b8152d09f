"""How often prediction sets hold the truth, region by region, against what is promised."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from app.look.palette import NEUTRAL
from app.look.words import counted, percent

_ROW, _PER_RECIPE, _ROOM = 22, 14, 84
_SPREAD = 0.6
_EDGE = 0.02


def coverage_dots(table: pd.DataFrame, *, colours: Mapping[str, str], promised: float) -> go.Figure:
    """Draw a dot with its range for each region and label; few listeners leave a dot hollow.

    Parameters
    ----------
    table : DataFrame
        Columns ``region`` (as it is to be read; the first row's at the top), ``label``,
        ``covered``, ``low``, ``high`` (0 to 1), ``mean_size``, ``n`` and ``few``.
    colours : mapping of str to str
        Colour of each label.
    promised : float
        Share that the sets should hold.
    """
    positions = {name: position for position, name in enumerate(table["region"].drop_duplicates())}
    labels = table["label"].drop_duplicates().tolist()
    figure = go.Figure()
    for number, label in enumerate(labels):
        rows = table[table["label"] == label]
        aside = _SPREAD * ((number + 0.5) / len(labels) - 0.5)
        colour = colours.get(label, NEUTRAL)
        figure.add_scatter(
            x=rows["covered"].tolist(),
            y=[positions[region] + aside for region in rows["region"]],
            name=label,
            mode="markers",
            marker={
                "size": 10,
                "color": colour,
                "line": {"width": 2, "color": colour},
                "symbol": ["circle-open" if few else "circle" for few in rows["few"]],
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (rows["high"] - rows["covered"]).tolist(),
                "arrayminus": (rows["covered"] - rows["low"]).tolist(),
                "thickness": 1.5,
                "width": 0,
                "color": colour,
            },
            customdata=[
                f"<b>{row.region}</b>, {label}<br>{percent(row.covered)} of "
                f"{counted(row.n, 'listener', 'listeners')}, likely {percent(row.low)} to "
                f"{percent(row.high)}<br>{row.mean_size:.1f} countries in a set"
                for row in rows.itertuples()
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.add_vline(x=promised, line={"color": NEUTRAL, "width": 1.5, "dash": "dot"})
    height = _ROOM + len(positions) * max(_ROW, _PER_RECIPE * len(labels))
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 8, "t": 8, "b": 48},
        # Below the chart it would need more room than a phone has; the caption's table names all.
        showlegend=len(labels) > 1,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        dragmode=False,
        hovermode="closest",
        xaxis={
            "title": "Truth in the set",
            "tickformat": ".0%",
            "range": [max(min(table["low"].min(), promised) - _EDGE, 0), 1 + _EDGE],
            "fixedrange": True,
            "zeroline": False,
        },
        yaxis={
            "range": [len(positions) - 0.5, -0.5],
            "tickvals": list(positions.values()),
            "ticktext": list(positions),
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure
