"""Colours behind the cells of a table."""

from __future__ import annotations

from typing import TypeAlias

import pandas as pd

Scale: TypeAlias = tuple[float, float]
"""The ends of a tint, low and high. Where 0 lies between them, falling and rising get a colour
each."""

MARKED = "background-color: rgba(45, 150, 145, 0.28); font-weight: 700"
"""CSS of a cell that stands out."""

_MORE, _LESS = "45, 150, 145", "200, 120, 40"
_STRONGEST = 0.5


def tinted(value: float | None, scale: Scale) -> str:
    """CSS that colours a cell by where its value lies on `scale`; empty for null.

    The colours are see-through, so that they suit a light page as well as a dark one, and teal
    and brown differ for every eye.
    """
    if value is None or pd.isna(value):
        return ""
    low, high = scale
    if low < 0 < high:
        share, colour = (value / high, _MORE) if value >= 0 else (value / low, _LESS)
    else:
        share, colour = (value - low) / (high - low) if high > low else 0.0, _MORE
    strength = _STRONGEST * min(max(share, 0.0), 1.0)
    return f"background-color: rgba({colour}, {strength:.3f})" if strength > 0 else ""
