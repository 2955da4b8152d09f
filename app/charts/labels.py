"""Names beside points that do not run into each other."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

FONT: Mapping[str, Any] = MappingProxyType({"size": 11, "weight": 600, "shadow": "auto"})
"""How names are written; the shadow keeps them readable above dots."""

HIGHEST = 17.0
"""Pixels that a name takes upward."""

_NARROW_LETTER = 6.0
_WIDE_LETTER = 12.0
_AIR = 2.0
_LONGEST = 22


@dataclass(frozen=True)
class Window:
    """The part of a plane that a chart shows at first."""

    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True)
class Point:
    """A dot that may be named: where it lies, its name, and its pixels across."""

    x: float
    y: float
    name: str
    diameter: float


@dataclass(frozen=True)
class Label:
    """A name written above its point, or below."""

    point: Point
    above: bool

    @property
    def shift(self) -> float:
        """Pixels upward from the point to the near edge of the name."""
        return self.point.diameter / 2 if self.above else -self.point.diameter / 2

    @property
    def bottom(self) -> float:
        """Pixels upward from the point to the lower edge of the name."""
        return self.shift if self.above else self.shift - HIGHEST


def place_labels(
    points: Iterable[Point], *, window: Window, width: float, height: float, most: int
) -> list[Label]:
    """Name the points whose names have room, the earlier before the later.

    No two names touch on a chart of `width` and `height` pixels, nor on any larger one: where
    only their heights keep two names apart, the name of the higher point is the higher, so that
    a larger chart moves them farther apart.

    Parameters
    ----------
    points : iterable of Point
        Points within the window, in the order in which they are considered.
    window : Window
        What the chart shows.
    width, height : float
        Pixels of the smallest chart.
    most : int
        Names at most.
    """
    room = _Room(window, width, height)
    labels: list[Label] = []
    for point in points:
        if len(labels) == most:
            break
        for label in (Label(point, above=True), Label(point, above=False)):
            if room.holds(label) and all(room.apart(label, other) for other in labels):
                labels.append(label)
                break
    return labels


@dataclass(frozen=True)
class _Room:
    """The smallest chart, in pixels."""

    window: Window
    width: float
    height: float

    def holds(self, label: Label) -> bool:
        """Whether a name lies wholly within."""
        half, bottom = text_width(label.point.name) / 2, self._upward(label) + label.bottom
        across = self._across(label)
        return half <= across <= self.width - half and 0 <= bottom <= self.height - HIGHEST

    def apart(self, one: Label, other: Label) -> bool:
        """Whether two names touch neither here nor on a larger chart."""
        needed = (text_width(one.point.name) + text_width(other.point.name)) / 2
        if abs(self._across(one) - self._across(other)) >= needed:
            return True
        low, high = sorted((one, other), key=self._upward)
        top_of_low = self._upward(low) + low.bottom + HIGHEST
        return self._upward(high) + high.bottom >= top_of_low

    def _across(self, label: Label) -> float:
        span = self.window.right - self.window.left
        return (label.point.x - self.window.left) / span * self.width

    def _upward(self, label: Label) -> float:
        span = self.window.top - self.window.bottom
        return (label.point.y - self.window.bottom) / span * self.height


def add_labels(figure: go.Figure, labels: Iterable[Label]) -> None:
    """Write names as annotations, which lie above dots of every kind, WebGL's too."""
    figure.update_layout(
        annotations=[
            {
                "x": label.point.x,
                "y": label.point.y,
                "text": html.escape(label.point.name, quote=False),
                "showarrow": False,
                "yanchor": "bottom" if label.above else "top",
                "yshift": label.shift,
                "borderpad": 0,
                "font": dict(FONT),
            }
            for label in labels
        ]
    )


def shortened(name: str) -> str:
    """Cut a long name off."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def text_width(text: str) -> float:
    """Guess the pixels that a text takes, on the generous side."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return _NARROW_LETTER * (len(text) - wide) + _WIDE_LETTER * wide + 2 * _AIR
