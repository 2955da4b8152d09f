"""Map of artists by taste."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.charts.labels import Point, Window, add_labels, place_labels, shortened
from app.charts.outlines import scale
from app.look.palette import NEUTRAL, Palette
from app.look.words import count

HEIGHT = 660
NARROWEST = (320.0, 440.0)
"""Pixels, across and upward, of the plot on a small phone, its legend taken off."""

CONFIG: Mapping[str, Any] = MappingProxyType(
    {
        "displaylogo": False,
        "displayModeBar": True,
        "scrollZoom": False,
        "modeBarButtonsToRemove": ["autoScale2d", "toImage"],
    }
)
MOST_COUNTRIES = 9
"""Countries told apart by colour: one less than the theme has colours."""

MOST_LABELS = 60
_CONSIDERED = 400
_SMALLEST, _LARGEST = 3.0, 22.0
_RING_SIZE, _STAR_SIZE = 28, 14
_OPACITY = 0.75
_RING = "#E8590C"
_STAR, _STAR_LINE = "#FFC400", "#1B2733"
# From blue over teal to ochre: every step stands out from a light page and from a dark one, and
# blue and ochre differ for every eye.
_SCALE = ["#4955AA", "#0F8A85", "#B68600"]
_BAR = 0.13
"""What a colour bar takes under the plot, as a share of its height."""

_CLOSE = 0.06
_MARGIN = 0.04


def artist_map(
    points: pd.DataFrame,
    *,
    colour: str,
    window: Window,
    palette: Palette,
    countries: Sequence[str] = (),
    found: pd.DataFrame | None = None,
    near: pd.DataFrame | None = None,
    own: pd.DataFrame | None = None,
) -> go.Figure:
    """Draw a dot an artist, sized by its listeners, with names that do not touch.

    Parameters
    ----------
    points : DataFrame
        Columns ``artist``, ``x``, ``y``, ``artist_name``, ``listeners``, ``plays``,
        ``country_name``, ``region``, ``locality`` (0 to 1); the last three may be null.
    colour : str
        One of `COLOURS`.
    window : Window
        What is shown at first.
    palette : Palette
        Colours of the regions.
    countries : sequence of str
        Names of the countries that get a colour of their own, where countries give the colour.
    found : DataFrame, optional
        Row of the artist to ring, as in `points`.
    near : DataFrame, optional
        Rows whose names come right behind that of `found`.
    own : DataFrame, optional
        Rows of the reader's own artists, which become stars.
    """
    figure = go.Figure()
    largest = int(points["listeners"].max()) if len(points) else 1
    COLOURS[colour](figure, points, _Key(largest, palette, countries))
    if own is not None and len(own):
        _add_own(figure, own)
    if found is not None and len(found):
        _add_found(figure, found)
    named = [
        rows.assign(diameter=diameter)
        for rows, diameter in ((found, _RING_SIZE), (near, _STAR_SIZE), (own, _STAR_SIZE))
        if rows is not None
    ]
    played = points.sort_values(["plays", "artist"], ascending=[False, True])
    dots = played.assign(diameter=sizes(played["listeners"], largest=largest))
    _add_labels(figure, pd.concat([*named, dots]), window)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        dragmode="zoom",
        hovermode="closest",
        legend=_legend(below=_BAR if "coloraxis" in figure.layout.to_plotly_json() else 0.0),
        xaxis=_axis(window.left, window.right),
        yaxis=_axis(window.bottom, window.top),
    )
    return figure


def whole(
    left: float, right: float, bottom: float, top: float, *, beside: float = _MARGIN
) -> Window:
    """Give a window that shows everything between these ends, with a little room around it.

    `beside` is the room at the left and at the right, as a share of what lies between.
    """
    room_x = max(right - left, 1e-6) * beside
    room_y = max(top - bottom, 1e-6) * _MARGIN
    # A name stands above the highest dot.
    return Window(left - room_x, right + room_x, bottom - room_y, top + 2 * room_y)


def around(x: float, y: float, window: Window) -> Window:
    """Give a small window, a part of `window` in size, with a point in its middle."""
    half_x = (window.right - window.left) * _CLOSE
    half_y = (window.top - window.bottom) * _CLOSE
    return Window(x - half_x, x + half_x, y - half_y, y + half_y)


def sizes(listeners: pd.Series, *, largest: int) -> NDArray[np.uint8]:
    """Give diameters in pixels: areas follow listeners, down to a dot that can be seen."""
    wide = _LARGEST * np.sqrt(listeners.to_numpy(dtype=float) / max(largest, 1))
    diameters: NDArray[np.uint8] = np.clip(np.rint(wide), _SMALLEST, _LARGEST).astype(np.uint8)
    return diameters


def _legend(*, below: float) -> dict[str, Any]:
    """Lay the legend out under the plot, and under what takes the share `below` of its height."""
    return {
        "orientation": "h",
        "x": 0,
        "y": -0.02 - below,
        "yanchor": "top",
        "itemsizing": "constant",
    }


def _axis(low: float, high: float) -> dict[str, Any]:
    return {
        "range": [low, high],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "title": None,
    }


# --- colours --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Key:
    """What the dots' sizes and colours are told by.

    Attributes
    ----------
    largest : int
        Listeners of the largest dot.
    palette : Palette
        Colours of the regions.
    countries : sequence of str
        Names of the countries that get a colour of their own.
    """

    largest: int
    palette: Palette
    countries: Sequence[str]


def _by_region(figure: go.Figure, points: pd.DataFrame, key: _Key) -> None:
    for region in key.palette.in_order(points["region"].dropna()):
        members = points[points["region"] == region]
        marker = {"color": key.palette.colour_of(region)}
        _add_dots(figure, members, key.largest, name=region, marker=marker)
    rest = points[points["region"].isna()]
    if len(rest):
        _add_dots(figure, rest, key.largest, name="No region", marker={"color": NEUTRAL})


def _by_country(figure: go.Figure, points: pd.DataFrame, key: _Key) -> None:
    """Colour some countries by the theme's colours, which follow the position of each trace."""
    rest = points[~points["country_name"].isin(key.countries)]
    _add_dots(
        figure, rest, key.largest, name="Other countries", marker={"color": NEUTRAL}, opacity=0.4
    )
    for country in key.countries:
        members = points[points["country_name"] == country]
        _add_dots(figure, members, key.largest, name=country)


def _by_locality(figure: go.Figure, points: pd.DataFrame, key: _Key) -> None:
    locality = points["locality"].astype(float).to_numpy()
    _add_dots(
        figure,
        points,
        key.largest,
        name="%{marker.color:.0%} local",
        marker={"color": _rounded(locality), "coloraxis": "coloraxis"},
    )
    axis = scale("How local: 0% is played everywhere alike", tickformat=".0%", nticks=6)
    figure.update_layout(coloraxis=axis | {"colorscale": _SCALE, "cmin": 0, "cmax": 1})


def _by_popularity(figure: go.Figure, points: pd.DataFrame, key: _Key) -> None:
    powers = np.log10(points["listeners"].to_numpy(dtype=float))
    _add_dots(
        figure,
        points,
        key.largest,
        name="",
        marker={"color": _rounded(powers), "coloraxis": "coloraxis"},
        texts=[
            f"{name}<br>{count(n)} listeners"
            for name, n in zip(
                _escaped(points["artist_name"]), points["listeners"].tolist(), strict=True
            )
        ],
    )
    top = max(float(np.log10(max(key.largest, 10))), 1.0)
    low = float(np.floor(powers.min())) if len(powers) else 0.0
    steps = range(int(low), int(top) + 1)
    axis = scale(
        "Listeners (each step is ten times more)",
        tickvals=list(steps),
        ticktext=[count(10**step) for step in steps],
    )
    figure.update_layout(coloraxis=axis | {"colorscale": _SCALE, "cmin": low, "cmax": top})


COLOURS: Mapping[str, Callable[[go.Figure, pd.DataFrame, _Key], None]] = MappingProxyType(
    {
        "Region": _by_region,
        "Country": _by_country,
        "How local": _by_locality,
        "Popularity": _by_popularity,
    }
)
"""What may give the dots their colour."""


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.round(values, 3).astype(np.float32)


def _add_dots(
    figure: go.Figure,
    points: pd.DataFrame,
    largest: int,
    *,
    name: str,
    marker: Mapping[str, Any] | None = None,
    opacity: float = _OPACITY,
    texts: Sequence[str] | None = None,
) -> None:
    """Add a WebGL trace. Arrays travel in binary: numbers of 32 bits take half the space of 64."""
    figure.add_scattergl(
        x=_rounded(points["x"].to_numpy(dtype=float)),
        y=_rounded(points["y"].to_numpy(dtype=float)),
        customdata=points["artist"].to_numpy(dtype=np.int32),
        # As an array: Plotly would check the items of a list one by one.
        text=np.array(texts or _escaped(points["artist_name"]), dtype=object),
        hovertemplate=f"<b>%{{text}}</b><br>{name}<extra></extra>",
        name=name,
        mode="markers",
        marker={
            "size": sizes(points["listeners"], largest=largest),
            "line": {"width": 0},
            "opacity": opacity,
            **(marker or {}),
        },
        showlegend="coloraxis" not in (marker or {}),
    )


def _escaped(names: pd.Series) -> list[str]:
    """Keep Plotly from reading names as markup."""
    return [html.escape(name, quote=False) for name in names.tolist()]


# --- what stands out ------------------------------------------------------------------------------


def _add_own(figure: go.Figure, own: pd.DataFrame) -> None:
    _add_marks(
        figure,
        own,
        name="My artists",
        marker={
            "symbol": "star",
            "size": _STAR_SIZE,
            "color": _STAR,
            "line": {"width": 1.2, "color": _STAR_LINE},
        },
    )


def _add_found(figure: go.Figure, found: pd.DataFrame) -> None:
    _add_marks(
        figure,
        found,
        name="Found",
        marker={"symbol": "circle-open", "size": _RING_SIZE, "color": _RING, "line": {"width": 3}},
    )


def _add_marks(
    figure: go.Figure, rows: pd.DataFrame, *, name: str, marker: Mapping[str, Any]
) -> None:
    figure.add_scattergl(
        x=rows["x"].tolist(),
        y=rows["y"].tolist(),
        customdata=rows["artist"].tolist(),
        text=_escaped(rows["artist_name"]),
        hovertemplate=f"<b>%{{text}}</b><br>{name}<extra></extra>",
        name=name,
        mode="markers",
        marker=dict(marker),
    )


def _add_labels(figure: go.Figure, rows: pd.DataFrame, window: Window) -> None:
    """Name the first rows within the window, as far as there is room."""
    across, upward = NARROWEST
    inside = rows["x"].between(window.left, window.right) & rows["y"].between(
        window.bottom, window.top
    )
    seen = rows[inside].drop_duplicates("artist").head(_CONSIDERED)
    points = [
        Point(float(row.x), float(row.y), shortened(row.artist_name), float(row.diameter))
        for row in seen.itertuples()
    ]
    add_labels(
        figure,
        place_labels(points, window=window, width=across, height=upward, most=MOST_LABELS),
    )
