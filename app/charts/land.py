"""Outlines of countries as points on a plane, for pictures that no browser draws."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.charts.outlines import OUTLINES_FILE

Ring: TypeAlias = NDArray[np.float64]
"""A closed line of shape (n, 2): x to the right and y upward."""

# The Natural Earth projection: Šavrič, Jenny, Patterson, Petrovič and Hurni, "A polynomial equation
# for the Natural Earth projection", 2011; the coefficients are those of d3-geo.
_X = (0.8707, -0.131979, -0.013791, 0.003971, -0.001529)
_X_POWERS = (0, 2, 4, 10, 12)
_Y = (1.007226, 0.015085, -0.044475, 0.028874, -0.005916)
_Y_POWERS = (0, 2, 6, 8, 10)


MIDDLE = 11.0
"""Degrees east in the middle of the map, so that it is cut through the Bering Strait."""


def project(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> Ring:
    """Put degrees on a plane by the Natural Earth projection.

    Returns
    -------
    float64 ndarray of shape (n, 2)
        x from about -2.74 to 2.74, y from about -1.42 to 1.42.
    """
    across, up = np.radians(longitude - MIDDLE), np.radians(latitude)
    x = across * sum(c * up**power for c, power in zip(_X, _X_POWERS, strict=True))
    y = up * sum(c * up**power for c, power in zip(_Y, _Y_POWERS, strict=True))
    return np.column_stack([x, y])


@cache
def rings() -> Mapping[str, tuple[Ring, ...]]:
    """Give the projected outer lines of each country by ISO alpha-3 code, without Antarctica."""
    world = json.loads(OUTLINES_FILE.read_text(encoding="utf-8"))
    arcs = _arcs(world)
    shapes = world["objects"]["countries"]["geometries"]
    return {
        shape["id"]: tuple(project(*_line(arcs, polygon[0]).T) for polygon in _polygons(shape))
        for shape in shapes
        if shape["id"] != "ATA"
    }


def _arcs(world: Mapping[str, Any]) -> list[Ring]:
    """Undo the delta coding of TopoJSON; gives degrees."""
    scale, move = (np.array(world["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + move for arc in world["arcs"]]


def _polygons(shape: Mapping[str, Any]) -> list[Any]:
    return [shape["arcs"]] if shape["type"] == "Polygon" else list(shape["arcs"])


def _line(arcs: list[Ring], numbers: Iterable[int]) -> Ring:
    """Join arcs; a negative number ~n means arc n backwards. No line jumps across the map."""
    line = np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers])
    line[:, 0] = np.unwrap(line[:, 0], period=360.0)
    line[:, 0] += 360.0 * np.round((MIDDLE - line[:, 0].mean()) / 360.0)
    return line
