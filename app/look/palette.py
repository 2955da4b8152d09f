"""Region and recipe to colour and order, the same in every chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from types import MappingProxyType

from pipeline.core.places.regions import FIXED_GROUPINGS, region_order

NEUTRAL = "#808A91"
"""Colour of what belongs to no region; as far from a light as from a dark page."""

# Chosen by search: of all colours with a contrast of 3 to white and of 2.6 to the dark page, and
# of moderate chroma, those that lie farthest apart for normal sight and, as simulated by Machado,
# Oliveira and Fernandes (2009), for protanopia, deuteranopia and tritanopia. No two of a grouping
# come closer than 0.047 in Oklab to any of these eyes. Regions of the two groupings that mean
# nearly the same share a colour. Charts write names beside the colours all the same.
_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "Anglo-America": "#4955AA",
        "Latin America": "#B68600",
        "Anglo-Europe": "#B63155",
        "Western Core / DACH": "#0079AA",
        "Nordics": "#319EB6",
        "Southern Europe": "#E76186",
        "Central & Eastern Europe": "#866DDB",
        "Balkans": "#924900",
        "West Asia": "#6D7900",
        "East Asia": "#B66149",
        "Oceania": "#AA79F3",
        "Africa": "#865579",
        "Antarctica": "#92866D",
        "Northern America": "#4955AA",
        "Latin America and the Caribbean": "#B68600",
        "Northern Europe": "#319EB6",
        "Western Europe": "#0079AA",
        "Eastern Europe": "#866DDB",
        "Northern Africa": "#924900",
        "Sub-Saharan Africa": "#865579",
        "Western Asia": "#6D7900",
        "Central Asia": "#799E55",
        "Southern Asia": "#DB6DC2",
        "Eastern Asia": "#B66149",
        "South-eastern Asia": "#B63155",
        "Australia and New Zealand": "#AA79F3",
        "Melanesia": "#AA55B6",
        "Micronesia": "#556149",
        "Polynesia": "#6D55CE",
    }
)


# Eight of the colours above, found in the same way: no two of them, nor one and the neutral, come
# closer than 0.06 in Oklab to any of these eyes.
_RECIPE_COLOURS = (
    *("#0079AA", "#B68600", "#B63155", "#AA79F3"),
    *("#924900", "#6D55CE", "#B66149", "#865579"),
)


class _Shown:
    """What the palette knows of the build that is shown."""

    learnt: Mapping[str, str] = MappingProxyType({})
    """Colour of each learnt region, in order of position; empty with a fixed grouping."""


_SHOWN = _Shown()


def follow(regions: Iterable[str]) -> None:
    """Know the regions of the build that is shown, in order of position, from here on.

    The names of learnt regions are not known beforehand: they take the colours of the thirteen
    regions by position. Regions of a fixed grouping keep theirs. An app shows one build at a time,
    to all its readers, so the palette may remember it.
    """
    names = tuple(regions)
    fixed = any(set(names) <= set(region_order(grouping)) for grouping in FIXED_GROUPINGS)
    colours = cycle(_COLOURS[region] for region in region_order("atlas"))
    # One assignment, so that no other thread sees half a palette.
    _SHOWN.learnt = MappingProxyType({} if fixed else dict(zip(names, colours, strict=False)))


def colour_of(region: str) -> str:
    """Colour of a region as #RRGGBB; the neutral one for a name that no grouping has."""
    return _SHOWN.learnt.get(region) or _COLOURS.get(region, NEUTRAL)


def recipe_colours(recipes: Sequence[str], *, baseline: str) -> dict[str, str]:
    """Colour of each recipe by its place among all recipes of a build; the baseline is neutral."""
    others = [recipe for recipe in recipes if recipe != baseline]
    colours = dict(zip(others, cycle(_RECIPE_COLOURS), strict=False))
    return {recipe: colours.get(recipe, NEUTRAL) for recipe in recipes}


def in_order(regions: Iterable[str]) -> list[str]:
    """Distinct regions in the order of their grouping, names of no grouping last."""
    groupings = [region_order(grouping) for grouping in FIXED_GROUPINGS]
    # A learnt region may be called as a fixed one, and then stands where it was learnt.
    groupings.append(tuple(_SHOWN.learnt))
    order = {name: place for grouping in groupings for place, name in enumerate(grouping)}
    return sorted(set(regions), key=lambda name: (order.get(name, len(order)), name))
