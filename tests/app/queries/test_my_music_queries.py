from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from app.queries.my_music import beside, centre, effects_of, more_local_than, similarities

PERCENTILES = pd.DataFrame({"percent": [0, 50, 80, 100], "locality": [0.1, 0.2, 0.4, 0.6]})


@pytest.mark.parametrize(
    ("locality", "share"),
    [(0.05, 0.0), (0.1, 0.0), (0.3, 0.5), (0.4, 0.5), (0.41, 0.8), (0.9, 1.0)],
)
def test_a_list_is_placed_among_the_lists(locality: float, share: float) -> None:
    assert more_local_than(PERCENTILES, locality) == share


def test_tastes_are_compared_from_the_mean_of_all_countries() -> None:
    codes = ["", "FI", "PL", "BR"]
    vectors = np.array([[1, 1], [1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    table = similarities(np.array([4, 5], dtype=np.float32), codes, vectors)
    assert table["country"].tolist() == ["PL", "FI", "BR"]
    # Seen from (1, 1) the list lies at (3, 4), of length 5.
    assert table["similarity"].tolist() == pytest.approx([0.8, 0.6, -0.6])


def test_a_list_without_a_place_is_like_no_country() -> None:
    vectors = np.ones((2, 2), dtype=np.float32)
    assert similarities(np.zeros(2, dtype=np.float32), ["", "FI"], vectors).empty


def test_the_centre_follows_the_weights_of_plays() -> None:
    places = pd.DataFrame({"artist": [1, 2], "x": [0.0, 4.0], "y": [0.0, 8.0]})
    assert centre(places, {1: None, 2: None}) == (2.0, 4.0)
    # log10(1000) = 3 against 1 for an unknown number of plays.
    assert centre(places, {1: None, 2: 999.0}) == pytest.approx((3.0, 6.0))
    assert centre(places, {1: 0.0, 2: 0.0}) is None


def test_the_strongest_effects_stand_outermost() -> None:
    effects = np.array([0.1, -0.5, 0.0, 0.9, -0.2])
    table = effects_of(["a", "b", "c", "d", "e"], effects, most=3)
    assert list(zip(table["artist_name"], table["effect"], strict=True)) == [
        ("d", 0.9),
        ("e", -0.2),
        ("b", -0.5),
    ]


def test_rows_are_put_beside_what_they_were() -> None:
    before = pd.DataFrame({"region": ["Nordics", "Africa"], "probability": [0.7, 0.3]})
    now = pd.DataFrame({"region": ["Africa", "Nordics"], "probability": [0.8, 0.2]})
    table = beside(before, now, name="region", most=1)
    assert table.to_dict("records") == [{"region": "Africa", "probability": 0.8, "before": 0.3}]
