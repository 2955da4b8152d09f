"""Who is taken for whom, as a matrix of colours."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.look.palette import NEUTRAL, Palette
from app.look.words import count, percent

MANY = 45
"""From this number of rows on, a matrix needs tools to zoom and the whole width of a page."""

FEW = 14
"""Up to this number of rows there is room for a figure in every cell."""

_TOOLS = ("zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d")
_SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
_ROOM = 180
_BREAK_AT = 14


@dataclass(frozen=True)
class Measure:
    """What a cell's colour stands for: a column, and whether it counts or is a share."""

    column: str
    counts: bool = False


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "Share of truth": Measure("of_truth"),
        "Share of predictions": Measure("of_predicted"),
        "Listeners": Measure("n", counts=True),
    }
)


def config(rows: int) -> dict[str, Any]:
    """Plotly's configuration: tools to zoom for a large matrix only."""
    if rows <= MANY:
        return {"displayModeBar": False}
    return {"displayModeBar": True, "displaylogo": False, "modeBarButtons": [list(_TOOLS)]}


def confusion_heatmap(
    cells: pd.DataFrame,
    classes: pd.DataFrame,
    *,
    measure: Measure,
    palette: Palette,
    chosen: tuple[str, str] | None = None,
) -> go.Figure:
    """Colour who is taken for whom: truths from top to bottom, predictions from left to right.

    What never happens stays blank. Every cell is told by a point that cannot be seen, which may
    be hovered over and clicked, and whose customdata begin with truth and prediction.

    Parameters
    ----------
    cells : DataFrame
        Columns ``truth``, ``predicted`` (names of `classes`), ``n``, ``of_truth``,
        ``of_predicted`` (0 to 1).
    classes : DataFrame
        Columns ``name`` (distinct), ``code``, ``region``: both axes, regions in one piece.
    measure : Measure
        What is coloured.
    palette : Palette
        Colours of the regions.
    chosen : (truth, predicted), optional
        The cell to frame.
    """
    names = classes["name"].tolist()
    down = dict(zip(names, _labels(names), strict=True))
    codes = names if len(names) <= FEW else classes["code"].tolist()
    across = dict(zip(names, codes, strict=True))
    placed = cells.assign(x=cells["predicted"].map(across), y=cells["truth"].map(down))
    figure = go.Figure()
    _add_colours(figure, placed, x=list(across.values()), y=list(down.values()), measure=measure)
    _add_points(figure, placed, size=_row(len(names)))
    shapes = []
    if not classes["name"].equals(classes["region"]):
        _add_legend(figure, classes["region"].drop_duplicates().tolist(), palette)
        shapes = _region_shapes(classes, palette)
    if chosen and set(chosen) <= set(names):
        shapes.append(_frame(names.index(chosen[0]), names.index(chosen[1])))
    figure.update_layout(
        shapes=shapes,
        height=_row(len(names)) * max(len(names), 2) + _ROOM,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        dragmode=False,
        hovermode="closest",
        hoverdistance=max(_row(len(names)) // 2, 4),
        clickmode="event+select",
        showlegend=classes["region"].nunique() > 1,
        legend={"orientation": "h", "x": 0, "y": -0.01, "yanchor": "top", "entrywidth": 150},
        coloraxis=_colour_axis(cells, measure),
        xaxis=_axis(across) | {"side": "top", "title": {"text": "Predicted"}, "tickangle": -90},
        yaxis=_axis(down) | {"title": {"text": "Truth"}},
    )
    figure.update_xaxes(range=[-0.5, len(names) - 0.5])
    figure.update_yaxes(range=[len(names) - 0.5, -0.5])
    return figure


def _labels(names: list[str]) -> list[str]:
    """Break long names of a small matrix in two, for the sake of phones."""
    if len(names) > FEW:
        return names
    return ["<br>".join(textwrap.wrap(name, _BREAK_AT, break_long_words=False)) for name in names]


def _axis(labels: Mapping[str, str]) -> dict[str, Any]:
    rows = len(labels)
    every = {"tickmode": "linear", "dtick": 1} if rows <= FEW else {}
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(labels.values()),
        "fixedrange": rows <= MANY,
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 9,
        "tickcolor": "rgba(0,0,0,0)",
        "tickfont": {"size": 11 if rows <= FEW else 10 if rows <= MANY else 8},
        "automargin": True,
        **every,
    }


def _row(rows: int) -> int:
    """Pixels of a row."""
    return 40 if rows <= FEW else 18 if rows <= MANY else 10


def _bent(values: np.ndarray, measure: Measure) -> np.ndarray:
    """Bend a scale so that rare cells can be told apart: roots of shares, logarithms of counts."""
    bent: np.ndarray = np.log10(values) if measure.counts else np.sqrt(values)
    return bent


def _add_colours(
    figure: go.Figure, cells: pd.DataFrame, *, x: list[str], y: list[str], measure: Measure
) -> None:
    down = cells["y"].map({label: i for i, label in enumerate(y)}).to_numpy(dtype=int)
    across = cells["x"].map({label: i for i, label in enumerate(x)}).to_numpy(dtype=int)
    values = cells[measure.column].to_numpy(dtype=float)
    colours = np.full((len(y), len(x)), np.nan)
    colours[down, across] = _bent(values, measure)
    texts: dict[str, Any] = {}
    if len(y) <= FEW:
        written = np.full(colours.shape, "", dtype=object)
        written[down, across] = [_short(value, measure) for value in values]
        texts = {"text": written, "texttemplate": "%{text}", "textfont": {"size": 11}}
    figure.add_heatmap(
        x=x, y=y, z=colours, coloraxis="coloraxis", hoverinfo="skip", xgap=1, ygap=1, **texts
    )


def _short(value: float, measure: Measure) -> str:
    """Write a value as a cell of a phone has room for: shares as hundredths without a sign."""
    if measure.counts:
        return f"{value:.0f}" if value < 1000 else f"{value / 1000:.0f}k"
    return f"{100 * value:.0f}" if value >= 0.01 else "<1"


def _add_points(figure: go.Figure, cells: pd.DataFrame, *, size: int) -> None:
    told = pd.DataFrame(
        {
            "truth": cells["truth"],
            "predicted": cells["predicted"],
            "n": [count(n) for n in cells["n"]],
            "of_truth": [percent(share) for share in cells["of_truth"]],
            "of_predicted": [percent(share) for share in cells["of_predicted"]],
        }
    )
    unseen = {"marker": {"opacity": 0}}
    # Arrays, since plotly looks at every item of a list.
    figure.add_scatter(
        x=cells["x"].to_numpy(dtype=object),
        y=cells["y"].to_numpy(dtype=object),
        mode="markers",
        marker={"size": size, "symbol": "square", "opacity": 0},
        selected=unseen,
        unselected=unseen,
        showlegend=False,
        customdata=told.to_numpy(dtype=object),
        hovertemplate=(
            "<b>%{customdata[0]} → %{customdata[1]}</b><br>%{customdata[2]} listeners<br>"
            "%{customdata[3]} of those of %{customdata[0]}<br>"
            "%{customdata[4]} of those predicted as %{customdata[1]}<extra></extra>"
        ),
    )


def _add_legend(figure: go.Figure, regions: Sequence[str], palette: Palette) -> None:
    for region in regions:
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker={"color": palette.colour_of(region), "symbol": "square", "size": 10},
            name=html.escape(region, quote=False),
            hoverinfo="skip",
        )


def _region_shapes(classes: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    """Strips in each region's colour along both axes, and lines between regions."""
    rows = len(classes)
    ends = classes.assign(position=range(rows)).groupby("region", sort=False)["position"]
    left = {"xref": "paper", "xsizemode": "pixel", "xanchor": 0, "x0": -7, "x1": -2}
    above = {"yref": "paper", "ysizemode": "pixel", "yanchor": 1, "y0": 2, "y1": 7}
    line = {"type": "line", "line": {"width": 1, "color": NEUTRAL}, "opacity": 0.6}
    shapes: list[dict[str, Any]] = []
    for region, first, last in zip(ends.min().index, ends.min(), ends.max(), strict=True):
        begin, end = first - 0.5, last + 0.5
        strip = {"type": "rect", "fillcolor": palette.colour_of(region), "line": {"width": 0}}
        shapes += [
            strip | left | {"y0": begin, "y1": end},
            strip | above | {"x0": begin, "x1": end},
        ]
        if last < rows - 1:
            shapes.append(line | {"x0": end, "x1": end, "y0": -0.5, "y1": rows - 0.5})
            shapes.append(line | {"y0": end, "y1": end, "x0": -0.5, "x1": rows - 0.5})
    return shapes


def _frame(down: int, across: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "name": "chosen",
        "x0": across - 0.5,
        "x1": across + 0.5,
        "y0": down - 0.5,
        "y1": down + 0.5,
        "line": {"width": 2, "color": "#D55E00"},
    }


def _colour_axis(cells: pd.DataFrame, measure: Measure) -> dict[str, Any]:
    """Colour axis from nothing to the highest value; the colours are the theme's own."""
    most = float(cells[measure.column].max()) if len(cells) else 1.0
    if measure.counts:
        high = max(math.log10(most), 1.0)
        ticks: dict[float, str] = {10**power: f"{10**power:,}" for power in range(int(high) + 1)}
    else:
        high = math.sqrt(most)
        ticks = {share: f"{share:.0%}" for share in _SHARES if share <= most} or {
            most: percent(most)
        }
    return {
        "cmin": 0,
        "cmax": high,
        "colorbar": {
            "thickness": 8,
            "len": 260,
            "lenmode": "pixels",
            "y": 1,
            "yanchor": "top",
            "xpad": 6,
            "outlinewidth": 0,
            "title": None,
            "tickvals": _bent(np.array(list(ticks), dtype=float), measure).tolist(),
            "ticktext": list(ticks.values()),
        },
    }
