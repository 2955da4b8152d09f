"""The legend of regions below a chart, in as many columns as there is room for."""

from __future__ import annotations

from typing import Any

HIGHEST = 135
"""Pixels that the legend takes where it is highest: on a phone, in two columns."""

_FONT = 10
_LONGEST = 106
"""Pixels that the longest name of a region takes, so that a phone has room for two columns."""


def region_legend(*, height: int) -> dict[str, Any]:
    """Give the layout of a legend at the foot of a chart of `height` pixels.

    The chart's lower margin must have room for `HIGHEST` pixels more.
    """
    return {
        "orientation": "h",
        "x": 0,
        "xref": "container",
        "y": HIGHEST / height,
        "yref": "container",
        "yanchor": "top",
        "title": None,
        "font": {"size": _FONT},
        "entrywidth": _LONGEST,
        "itemwidth": 30,
    }
