from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from app.views.my_music.sure import (
    doubts,
    entropy_bits,
    held_in_words,
    not_sure,
    set_in_words,
    usual_set,
)
from pipeline.core.model.predictor import Known, Prediction

COVERAGE = pd.DataFrame(
    {
        "recipe": "atlas",
        "part": ["valid", "test", "test"],
        "region": ["", "", "Nordics"],
        "covered": [0.5, 0.912, 0.1],
        "median_size": [9.0, 3.0, 1.0],
        "n": [10, 1000, 5],
    }
)


def prediction(
    probabilities: list[float], in_set: list[bool], *, known: int = 9, without: int = 0
) -> Prediction:
    artists = tuple(Known(f"a{i}", i, f"a{i}") for i in range(known))
    names = ["Finland", "Poland", "Brazil", "Chile"] + [f"C{i}" for i in range(len(in_set) - 4)]
    country = pd.DataFrame(
        {
            "country": names[: len(in_set)],
            "country_name": names[: len(in_set)],
            "probability": probabilities,
            "share": 1 / len(in_set),
            "in_set": in_set,
        }
    )
    return Prediction("atlas", artists, artists[:without], (), 0.0, country.head(0), country)


SURE = prediction([0.97, 0.01, 0.01, 0.01], [True, False, False, False])


def test_a_clear_answer_leaves_no_doubt() -> None:
    assert doubts(SURE, usual_set=3.0) == []


def test_few_known_artists_are_a_reason() -> None:
    few = replace(SURE, without_vector=SURE.matched[:5])
    assert doubts(few, usual_set=None) == [
        "4 artists of the list are known well, where 5 should be"
    ]
    none = replace(SURE, matched=(), without_vector=())
    assert doubts(none, usual_set=None)[0].startswith("no artist of the list is known well")


def test_a_large_set_is_a_reason() -> None:
    wide = prediction([0.91, *[0.01] * 9], [True] * 7 + [False] * 3)
    assert doubts(wide, usual_set=3.0) == [
        "the answer may be any of 7 countries, where half of all lists have 3 or fewer"
    ]
    assert doubts(wide, usual_set=3.5) == []
    assert doubts(wide, usual_set=None) == []


def test_an_answer_as_of_anybody_is_a_reason() -> None:
    flat = prediction([0.28, 0.24, 0.24, 0.24], [True] * 4)
    assert doubts(flat, usual_set=2.0) == [
        "it says little more than what one would guess of anybody"
    ]
    assert not_sure(["a", "b"]) == "**Not sure:** a; b. Read what follows as a hint."


@pytest.mark.parametrize(
    ("probabilities", "bits"), [([1.0, 0.0], 0.0), ([0.25] * 4, 2.0), ([0.5, 0.25, 0.25], 1.5)]
)
def test_entropy_is_in_bits(probabilities: list[float], bits: float) -> None:
    assert entropy_bits(np.array(probabilities)) == pytest.approx(bits)


def test_the_set_is_told_in_words() -> None:
    assert set_in_words(SURE) == "It is **Finland**, 9 times in 10."
    two = prediction([0.5, 0.4, 0.05, 0.05], [True, True, False, False])
    assert set_in_words(two) == (
        "It is one of these **2 countries**, 9 times in 10: Finland and Poland."
    )
    many = prediction([1 / 15] * 15, [True] * 15)
    assert set_in_words(many).endswith("C7 and 3 more.")


def test_how_sets_held_is_of_test_listeners_of_all_regions() -> None:
    assert held_in_words(COVERAGE) == (
        "Of 1,000 listeners held back, the sets of this recipe held the country of 91%."
    )
    assert usual_set(COVERAGE) == 3.0
    assert usual_set(COVERAGE.head(1)) == 9.0
    assert (held_in_words(COVERAGE.head(0)), usual_set(COVERAGE.head(0))) == ("", None)
