"""Map of countries by taste."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.charts.artist_map import whole
from app.charts.labels import Point, Window, add_labels, place_labels
from app.look.palette import Palette
from app.look.words import count

CONFIG: Mapping[str, Any] = MappingProxyType({"displayModeBar": False, "scrollZoom": False})
HEIGHT = 720
_NARROWEST = (330.0, 500.0)
_BESIDE = 0.12
"""Room at each side for half a name, as a share of the map."""

_SMALLEST, _LARGEST = 7.0, 40.0


def country_map(table: pd.DataFrame, *, palette: Palette) -> go.Figure:
    """Draw a dot a country, sized by its listeners, in the colour of its region.

    A country whose name would run into another's shows its code, if that fits.

    Parameters
    ----------
    table : DataFrame
        Columns ``country``, ``country_name``, ``region``, ``listeners`` (at least 1), ``x``,
        ``y``, ``nearest`` (names; may be null); most important names first.
    palette : Palette
        Colours of the regions.
    """
    figure = go.Figure()
    diameters = sizes(table["listeners"])
    for region in palette.in_order(table["region"]):
        members = (table["region"] == region).to_numpy()
        _add_region(
            figure,
            table[members],
            diameters[members],
            region=region,
            colour=palette.colour_of(region),
        )
    if len(table):
        x, y = table["x"], table["y"]
        shown = whole(x.min(), x.max(), y.min(), y.max(), beside=_BESIDE)
        _add_labels(figure, table, diameters, shown)
        figure.update_xaxes(range=[shown.left, shown.right])
        figure.update_yaxes(range=[shown.bottom, shown.top])
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        dragmode=False,
        hovermode="closest",
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"},
    )
    plain: dict[str, Any] = {"showticklabels": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**plain, title=None, fixedrange=True)
    figure.update_yaxes(**plain, title=None, fixedrange=True)
    return figure


def sizes(listeners: pd.Series) -> NDArray[np.float64]:
    """Give diameters in pixels: areas follow listeners, down to a dot that can be hit."""
    numbers = listeners.to_numpy(dtype=float)
    most = numbers.max() if len(numbers) else 1.0
    diameters: NDArray[np.float64] = np.maximum(_LARGEST * np.sqrt(numbers / most), _SMALLEST)
    return diameters


def _add_region(
    figure: go.Figure,
    members: pd.DataFrame,
    diameters: NDArray[np.float64],
    *,
    region: str,
    colour: str,
) -> None:
    rows = zip(members["country_name"], members["listeners"], members["nearest"], strict=True)
    figure.add_scatter(
        x=members["x"].tolist(),
        y=members["y"].tolist(),
        text=[
            f"<b>{name}</b><br>{count(n)} listeners<br>Nearest: {_broken(near)}"
            for name, n, near in rows
        ],
        hovertemplate="%{text}<extra></extra>",
        name=region,
        mode="markers",
        marker={
            "size": diameters.round(1).tolist(),
            "color": colour,
            "opacity": 0.8,
            "line": {"width": 0},
        },
    )


def _broken(nearest: str | None) -> str:
    return "–" if nearest is None or pd.isna(nearest) else nearest.replace(", ", ",<br>")


def _add_labels(
    figure: go.Figure, table: pd.DataFrame, diameters: NDArray[np.float64], window: Window
) -> None:
    """Write names where they fit, then codes among them."""
    across, upward = _NARROWEST
    fit = partial(place_labels, window=window, width=across, height=upward, most=len(table))
    points = zip(table["x"].tolist(), table["y"].tolist(), diameters.tolist(), strict=True)
    dots = [partial(Point, x, y, diameter=wide) for x, y, wide in points]
    names = [dot(name) for dot, name in zip(dots, table["country_name"], strict=True)]
    named = {label.point for label in fit(names)}
    codes = [dot(code) for dot, code in zip(dots, table["country"], strict=True)]
    unnamed = [code for name, code in zip(names, codes, strict=True) if name not in named]
    add_labels(figure, fit([*(name for name in names if name in named), *unnamed]))
