"""The world that maps are drawn on: outlines of countries, and dots for those too small for one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pipeline.core.places.countries import countries

OUTLINES_FILE = Path(__file__).with_name("world_110m.json")
_LAND = "rgba(128, 138, 145, 0.16)"
_BORDER = "rgba(128, 138, 145, 0.55)"
_DOT_SIZE = 7
_HEIGHT = 370


@cache
def config() -> Mapping[str, Any]:
    """Plotly's configuration for a map.

    plotly.js fetches ``world_110m.json`` from the address given here, by default from a server on
    the internet. A data address carries it along instead, so that maps need no network; what
    plotly.js adds to the address falls behind the ``#`` and is ignored.
    """
    outlines = base64.b64encode(OUTLINES_FILE.read_bytes()).decode("ascii")
    return MappingProxyType(
        {
            "displayModeBar": False,
            "scrollZoom": False,
            "topojsonURL": f"data:application/json;base64,{outlines}#",
        }
    )


@cache
def outlined() -> frozenset[str]:
    """ISO alpha-3 codes of the countries that have an outline; the others are dots."""
    world = json.loads(OUTLINES_FILE.read_text(encoding="utf-8"))
    return frozenset(shape["id"] for shape in world["objects"]["countries"]["geometries"])


@cache
def _points() -> Mapping[str, tuple[float, float]]:
    """Longitude and latitude by ISO alpha-3 code; Antarctica lies outside the map."""
    inside = (c for c in countries().values() if c.country_name != "Antarctica")
    return {c.iso3: (c.longitude, c.latitude) for c in inside}


def drawn(iso3: pd.Series) -> pd.Series:
    """Whether the map shows each country, as an outline or as a dot."""
    return iso3.isin(outlined() | set(_points()))


def world() -> go.Figure:
    """Give the empty world, without Antarctica, that stays still under finger and mouse."""
    figure = go.Figure()
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
        geo={
            "projection": {"type": "natural earth"},
            "lataxis": {"range": [-57, 84]},
            "lonaxis": {"range": [-169, 191]},
            "bgcolor": "rgba(0,0,0,0)",
            "showframe": False,
            "showcoastlines": False,
            "showland": True,
            "landcolor": _LAND,
        },
    )
    return figure


def scale(title: str, **settings: Any) -> dict[str, Any]:
    """Give a colour axis whose bar lies under the map; `settings` go to the bar.

    No colours are named, so that the theme's own, light or dark, are taken.
    """
    bar = {
        "orientation": "h",
        "x": 0.5,
        "y": -0.02,
        "yanchor": "top",
        "len": 0.6,
        "thickness": 8,
        "outlinewidth": 0,
        "title": {"text": title, "side": "top"},
        **settings,
    }
    return {"colorbar": bar}


def add_countries(
    figure: go.Figure,
    *,
    iso3: pd.Series,
    values: Sequence[float],
    texts: Sequence[str],
    colour: str | None = None,
) -> None:
    """Colour countries by `values` on the figure's colour axis, or all in one `colour`.

    `values` and `texts` (shown on hovering) are in the order of `iso3`.
    """
    table = pd.DataFrame({"iso3": np.asarray(iso3), "value": list(values), "text": list(texts)})
    shapes = table[table["iso3"].isin(outlined())]
    dots = table[~table["iso3"].isin(outlined()) & table["iso3"].isin(set(_points()))]
    axis = {"coloraxis": "coloraxis"}
    one = {"colorscale": [[0, colour], [1, colour]], "showscale": False}
    figure.add_choropleth(
        locations=shapes["iso3"],
        z=shapes["value"],
        text=shapes["text"],
        hovertemplate="%{text}<extra></extra>",
        marker={"line": {"color": _BORDER, "width": 0.5}},
        **(one if colour else axis),
    )
    if dots.empty:
        return
    coordinates = [_points()[code] for code in dots["iso3"]]
    figure.add_scattergeo(
        lon=[longitude for longitude, _ in coordinates],
        lat=[latitude for _, latitude in coordinates],
        text=dots["text"],
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={
            "color": colour or dots["value"],
            "size": _DOT_SIZE,
            "line": {"color": _BORDER, "width": 1},
            **({} if colour else axis),
        },
        showlegend=False,
    )
