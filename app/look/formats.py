"""How numbers are written, by what they count in: the same in tables, sentences and charts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from app.look.words import count

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "share": "%.1f%%",
        "nats": "%.3f",
        "bits": "%.2f",
        "count": "localized",
        "classes": "%.1f",
        "times": "%.1f×",
        "decimal": "%.2f",
    }
)
"""How a table writes a number of each unit: the units of metric_catalogue, and of other tables
times as common ("times") and plain numbers ("decimal"). Shares are given in hundredths."""


def format_of(unit: str, *, signed: bool = False) -> str:
    """Give a unit's format, `signed` with + or −; ValueError names the units that there are."""
    if unit not in FORMATS:
        raise ValueError(f"no unit {unit!r} is known; there are: {', '.join(FORMATS)}")
    if not signed:
        return FORMATS[unit]
    return "%+d" if unit == "count" else FORMATS[unit].replace("%.", "%+.", 1)


def in_words(value: float | None, unit: str) -> str:
    """Write a number as a table does, for sentences and charts; – for null."""
    if value is None or pd.isna(value):
        return "–"
    if unit == "count":
        return count(value)
    return format_of(unit) % (100 * value if unit == "share" else value)
