"""The regions of countries; ``docs/regions.md`` says why a country stands in its region."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.core.places.countries import countries

GROUPINGS: Mapping[str, str] = MappingProxyType(
    {
        "atlas": "Thirteen regions by continent and culture (the default)",
        "m49": "The sub-regions of the United Nations' M49 standard, and Antarctica",
        "taste": "Regions that each build learns from what its training listeners play",
    }
)
"""Name of each way to group countries into regions, and what it is."""

_REGION_ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "atlas": (
            "Anglo-America",
            "Latin America",
            "Anglo-Europe",
            "Western Core / DACH",
            "Nordics",
            "Southern Europe",
            "Central & Eastern Europe",
            "Balkans",
            "West Asia",
            "East Asia",
            "Oceania",
            "Africa",
            "Antarctica",
        ),
        "m49": (
            "Northern America",
            "Latin America and the Caribbean",
            "Northern Europe",
            "Western Europe",
            "Southern Europe",
            "Eastern Europe",
            "Northern Africa",
            "Sub-Saharan Africa",
            "Western Asia",
            "Central Asia",
            "Southern Asia",
            "Eastern Asia",
            "South-eastern Asia",
            "Australia and New Zealand",
            "Melanesia",
            "Micronesia",
            "Polynesia",
            "Antarctica",
        ),
    }
)

FIXED_GROUPINGS: tuple[str, ...] = tuple(_REGION_ORDER)
"""Groupings whose regions are known before any data are."""


def region_of(grouping: str = "atlas") -> Mapping[str, str]:
    """Region of every country by its code; ValueError when no fixed grouping has the name.

    Examples
    --------
    >>> region_of()["RU"], region_of("m49")["RU"]
    ('Central & Eastern Europe', 'Eastern Europe')
    """
    _check_grouping(grouping)
    field = "region" if grouping == "atlas" else "m49_region"
    return MappingProxyType(
        {code: str(getattr(country, field)) for code, country in countries().items()}
    )


def region_order(grouping: str = "atlas") -> tuple[str, ...]:
    """All regions of a grouping in the one order that charts and colours follow.

    Raises ValueError when no fixed grouping has the name.

    Examples
    --------
    >>> region_order()[:3]
    ('Anglo-America', 'Latin America', 'Anglo-Europe')
    """
    _check_grouping(grouping)
    return _REGION_ORDER[grouping]


def _check_grouping(grouping: str) -> None:
    if grouping not in FIXED_GROUPINGS:
        learnt = "is learnt by each build" if grouping in GROUPINGS else "does not exist"
        raise ValueError(
            f"expected a grouping of countries with fixed regions; {grouping!r} {learnt}; choose "
            f"one of: {', '.join(FIXED_GROUPINGS)}"
        )
