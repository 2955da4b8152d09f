"""Region and recipe to colour and order, the same in every chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Palette:
    """Colours and order of the regions of one build.

    The names of learnt regions are not known beforehand: they take the colours of the thirteen
    regions by position. Regions of a fixed grouping have colours of their own.

    Attributes
    ----------
    learnt : tuple of str
        Regions that the build learnt, in order of position; none with a fixed grouping.
    """

    learnt: tuple[str, ...] = ()

    @classmethod
    def of(cls, regions: Iterable[str]) -> Palette:
        """Make the palette of a build from its regions in order of position."""
        names = tuple(regions)
        fixed = any(set(names) <= set(region_order(grouping)) for grouping in FIXED_GROUPINGS)
        return cls() if fixed else cls(names)

    def colour_of(self, region: str) -> str:
        """Colour of a region as #RRGGBB; the neutral one for a name that no grouping has."""
        if region in self.learnt:
            thirteen = region_order("atlas")
            return _COLOURS[thirteen[self.learnt.index(region) % len(thirteen)]]
        return _COLOURS.get(region, NEUTRAL)

    def in_order(self, regions: Iterable[str]) -> list[str]:
        """Distinct regions in the order of their grouping, names of no grouping last."""
        groupings = [region_order(grouping) for grouping in FIXED_GROUPINGS]
        # A learnt region may be called as a fixed one, and then stands where it was learnt.
        groupings.append(self.learnt)
        order = {name: position for grouping in groupings for position, name in enumerate(grouping)}
        return sorted(set(regions), key=lambda name: (order.get(name, len(order)), name))


def recipe_colours(recipes: Sequence[str], *, baseline: str) -> dict[str, str]:
    """Colour of each recipe by its position in a build; the baseline is neutral."""
    others = [recipe for recipe in recipes if recipe != baseline]
    colours = dict(zip(others, cycle(_RECIPE_COLOURS), strict=False))
    return {recipe: colours.get(recipe, NEUTRAL) for recipe in recipes}
