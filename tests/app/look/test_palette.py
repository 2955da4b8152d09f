from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from app.look.palette import NEUTRAL, Palette, recipe_colours
from pipeline.core.places.regions import FIXED_GROUPINGS, region_order

FIXED = Palette()
WHITE, DARK_PAGE = "#FFFFFF", "#11181F"
# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Oklab, as its author Björn Ottosson gives it.
TO_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_OKLAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    lab: np.ndarray = np.array(TO_OKLAB) @ np.cbrt(np.array(TO_LMS) @ rgb)
    return lab


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(weights @ linear(c)) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("grouping", FIXED_GROUPINGS)
def test_every_region_has_a_colour_of_its_own(grouping: str) -> None:
    colours = [FIXED.colour_of(region) for region in region_order(grouping)]
    assert len(set(colours)) == len(colours)
    assert NEUTRAL not in colours


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("grouping", FIXED_GROUPINGS)
def test_colours_are_told_apart_by_every_eye(grouping: str, sight: str) -> None:
    seen = {
        region: oklab(np.clip(np.array(SIGHT[sight]) @ linear(FIXED.colour_of(region)), 0, 1))
        for region in region_order(grouping)
    }
    near = [(a, b) for a, b in combinations(seen, 2) if np.linalg.norm(seen[a] - seen[b]) < 0.047]
    assert near == []


@pytest.mark.parametrize("grouping", FIXED_GROUPINGS)
def test_colours_stand_out_on_both_pages(grouping: str) -> None:
    for region in region_order(grouping):
        assert contrast(FIXED.colour_of(region), WHITE) >= 3, region
        assert contrast(FIXED.colour_of(region), DARK_PAGE) >= 2.6, region


def test_a_region_of_no_grouping_is_neutral_and_last() -> None:
    assert FIXED.colour_of("Atlantis") == NEUTRAL
    assert FIXED.in_order(["Atlantis", "Africa", "Nordics", "Africa"]) == [
        "Nordics",
        "Africa",
        "Atlantis",
    ]


COLOURS = {region: FIXED.colour_of(region) for region in region_order("atlas")}
# As many as can be learnt, under names of which one is also that of a fixed region.
LEARNT = ["United States & Canada", "Brazil", "Antarctica", *(f"Country {i}" for i in range(10))]


def test_learnt_regions_have_the_thirteen_colours_in_order_of_position() -> None:
    learnt = Palette.of(LEARNT)
    assert [learnt.colour_of(region) for region in LEARNT] == list(COLOURS.values())
    assert learnt.in_order(reversed(LEARNT)) == LEARNT
    assert learnt.in_order(["Atlantis", "Brazil", LEARNT[0]]) == [LEARNT[0], "Brazil", "Atlantis"]
    assert learnt.colour_of("Atlantis") == NEUTRAL


def test_a_build_of_a_fixed_grouping_knows_nothing_of_what_another_learnt() -> None:
    Palette.of(LEARNT)
    fixed = Palette.of(["Nordics", "Antarctica"])
    assert fixed.colour_of("Brazil") == NEUTRAL
    assert fixed.colour_of("Antarctica") == COLOURS["Antarctica"]
    assert fixed.in_order(["Antarctica", "Brazil", "Nordics"]) == [
        "Nordics",
        "Antarctica",
        "Brazil",
    ]


@pytest.mark.parametrize("grouping", FIXED_GROUPINGS)
def test_a_fixed_grouping_keeps_its_colours_wherever_its_regions_stand(grouping: str) -> None:
    order = region_order(grouping)
    turned = Palette.of(reversed(order))
    assert turned == Palette.of(order) == Palette()
    assert turned.in_order(order) == list(order)


def test_a_recipe_keeps_its_colour_and_the_baseline_has_none() -> None:
    recipes = ["flat", "majority", "two_layer"]
    colours = recipe_colours(recipes, baseline="majority")
    assert colours["majority"] == NEUTRAL
    assert colours == recipe_colours(recipes, baseline="majority")
    assert len(set(colours.values())) == 3
    many = recipe_colours([f"recipe {i}" for i in range(20)], baseline="none")
    assert len(many) == 20


@pytest.mark.parametrize("sight", SIGHT)
def test_recipes_are_told_apart_by_every_eye_on_both_pages(sight: str) -> None:
    names = [f"recipe {i}" for i in range(8)]
    colours = [*recipe_colours(names, baseline="none").values(), NEUTRAL]
    seen = [oklab(np.clip(np.array(SIGHT[sight]) @ linear(c), 0, 1)) for c in colours]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 0.06
    assert min(contrast(c, WHITE) for c in colours) >= 3
    assert min(contrast(c, DARK_PAGE) for c in colours) >= 2.6
