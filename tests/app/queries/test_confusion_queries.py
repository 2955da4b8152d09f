from __future__ import annotations

import pandas as pd
import pytest

from app.queries import confusion as confusion_queries
from pipeline.core.builds.build import Build

COUNTRIES = pd.DataFrame(
    {
        "country": ["SE", "FI", "KE", "IS"],
        "country_name": ["Sweden", "Finland", "Kenya", "Iceland"],
        "region": ["Nordics", "Nordics", "Africa", "Nordics"],
        "listeners": [10, 30, 70, 99],
        "kept": [True, True, True, False],
    }
)
CELLS = pd.DataFrame(
    {
        "truth": ["FI", "FI", "SE", "KE"],
        "predicted": ["FI", "SE", "FI", "KE"],
        "n": [6, 2, 3, 5],
    }
)


def test_countries_stand_by_region_the_largest_first() -> None:
    places = confusion_queries.country_classes(COUNTRIES, ["Nordics", "Africa"])
    assert places["code"].tolist() == ["FI", "SE", "KE"]
    assert places["name"].tolist() == ["Finland", "Sweden", "Kenya"]
    assert confusion_queries.country_classes(COUNTRIES, ["Africa"])["code"].tolist() == ["KE"]


def test_both_rates_are_of_all_listeners() -> None:
    rated = confusion_queries.rates(CELLS)
    assert rated["of_truth"].tolist() == pytest.approx([0.75, 0.25, 1, 1])
    assert rated["of_predicted"].tolist() == pytest.approx([6 / 9, 1, 3 / 9, 1])
    assert rated["listeners_true"].tolist() == [8, 8, 3, 5]


def test_cells_without_a_place_are_left_out_and_rates_stay() -> None:
    places = confusion_queries.country_classes(COUNTRIES, ["Nordics"])
    named = confusion_queries.named(confusion_queries.rates(CELLS), places)
    assert named["truth"].tolist() == ["Finland", "Finland", "Sweden"]
    assert named["predicted"].tolist() == ["Finland", "Sweden", "Finland"]
    assert named["of_truth"].tolist() == pytest.approx([0.75, 0.25, 1])


def test_the_worst_come_first() -> None:
    rated = confusion_queries.rates(CELLS)
    by_count = confusion_queries.ordered(rated, by="n", right_too=False)
    assert by_count["truth"].tolist() == ["SE", "FI"]
    by_rate = confusion_queries.ordered(rated, by="of_predicted", right_too=False)
    assert by_rate["truth"].tolist() == ["FI", "SE"]
    assert confusion_queries.ordered(rated, by="n", right_too=True)["n"].tolist() == [6, 5, 3, 2]


def test_the_artists_of_a_cell_are_those_of_the_build(tiny_build: Build) -> None:
    everything = tiny_build.read("confusion_artists")
    cell = ["recipe", "part", "view", "truth", "predicted"]
    one = everything.iloc[0]
    found = tiny_build.sql(confusion_queries.ARTISTS, [one[c] for c in cell])
    expected = everything[(everything[cell] == one[cell]).all(axis=1)].sort_values("rank")
    names = tiny_build.read("artists").set_index("artist")["artist_name"]
    assert found["artist"].tolist() == expected["artist"].tolist()
    assert found["artist_name"].tolist() == [names[a] for a in expected["artist"]]
