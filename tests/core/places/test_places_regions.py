from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from published_regions import PUBLISHED_REGIONS

from pipeline.config import Config
from pipeline.core.places.countries import countries, country_of
from pipeline.core.places.regions import FIXED_GROUPINGS, GROUPINGS, region_of, region_order

ROOT = Path(__file__).parents[3]


def test_the_documentation_lists_exactly_the_moves_from_the_published_regions() -> None:
    moved = set()
    for region, labels in PUBLISHED_REGIONS.items():
        for label in labels.split("|"):
            country = countries()[country_of(label) or ""]
            if country.region != region:
                moved.add((country.country_name, region, country.region))
    text = (ROOT / "docs" / "regions.md").read_text(encoding="utf-8")
    moves = text.partition("## What moved")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| .+ \|$", moves, flags=re.MULTILINE)
    documented = {row for row in rows if row[0] != "country"}
    assert documented == moved
    assert ("Russia", "Balkans", "Central & Eastern Europe") in moved


@pytest.mark.parametrize("grouping", FIXED_GROUPINGS)
def test_every_country_has_a_region_of_the_order_and_every_region_a_country(grouping: str) -> None:
    order = region_order(grouping)
    assert len(set(order)) == len(order)
    assert set(region_of(grouping)) == set(countries())
    assert set(region_of(grouping).values()) == set(order)


def test_groupings_differ_where_they_should() -> None:
    assert region_of("atlas")["RU"] == "Central & Eastern Europe"
    assert region_of("m49")["RU"] == "Eastern Europe"
    assert region_of()["ID"] == "East Asia"
    assert region_of("m49")["ID"] == "South-eastern Asia"
    assert len(region_order()) == 13
    assert len(region_order("m49")) == 18


@pytest.mark.parametrize("question", [region_of, region_order])
@pytest.mark.parametrize(
    ("grouping", "why"), [("continents", "does not exist"), ("taste", "is learnt by each build")]
)
def test_a_grouping_without_fixed_regions_is_refused(
    question: object, grouping: str, why: str
) -> None:
    with pytest.raises(ValueError, match=f"'{grouping}' {why}.*atlas, m49"):
        question(grouping)  # type: ignore[operator]


def test_the_options_know_every_grouping() -> None:
    declared = Config.model_fields["regions"].annotation
    assert get_args(declared) == tuple(GROUPINGS)
    assert set(FIXED_GROUPINGS) == set(GROUPINGS) - {"taste"}


def test_the_region_antarctica_holds_joke_labels_only() -> None:
    known = countries().values()
    jokes = {country.country for country in known if country.joke}
    assert jokes == {"AQ", "BV", "GS", "HM", "IO", "TF", "UM", "CC", "CX", "VA"}
    antarctic = {country.country for country in known if country.region == "Antarctica"}
    assert antarctic == jokes - {"CC", "CX", "VA"}
