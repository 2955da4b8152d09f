from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.rank import rank_artists

LISTENERS = 60


def random_plays(seed: int, *, counted: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plays with many ties, and the countries of their listeners."""
    rng = np.random.default_rng(seed)
    listeners = pd.DataFrame(
        {"listener": range(LISTENERS), "country": rng.choice(["BR", "PL", "JP", "CO"], LISTENERS)}
    )
    pairs = pd.DataFrame(
        [(i, a) for i in range(LISTENERS) for a in rng.choice(25, 6, replace=False)],
        columns=["listener", "artist"],
    )
    counts = rng.integers(0, 5, len(pairs)).astype(float)
    return listeners, pairs.assign(playcount=counts if counted else np.nan)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("counted", [True, False], ids=["play counts", "no play counts"])
def test_both_rank_tables_equal_a_pandas_computation(
    engine: DuckDBEngine, seed: int, counted: bool
) -> None:
    listeners, plays = random_plays(seed, counted=counted)
    tables = {
        name: engine.connection.from_df(frame)
        for name, frame in (("cleaned_plays", plays), ("labelled_listeners", listeners))
    }
    found = rank_artists(tables, engine=engine)
    in_country = found["artist_rank_in_country"].to_pandas()
    per_artist = found["country_rank_per_artist"].df()

    joined = plays.merge(listeners, on="listener")
    joined["playcount"] = joined["playcount"].fillna(1.0)
    grouped = joined.groupby(["country", "artist"])["playcount"]
    expected = pd.DataFrame({"plays": grouped.sum(), "listeners": grouped.size()}).reset_index()
    ranks = expected.groupby("country")["plays"].rank(method="min", ascending=False)
    expected["rank"] = ranks.astype("int32")
    keys = ["country", "artist"]
    pd.testing.assert_frame_equal(
        in_country.sort_values(keys, ignore_index=True),
        expected.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )

    everything = expected.groupby("country")["plays"].transform("sum")
    expected["popularity"] = expected["plays"] / everything
    ranks = expected.groupby("artist")["popularity"].rank(method="min", ascending=False)
    expected["rank"] = ranks.astype("int32")
    columns = ["artist", "country", "plays", "popularity", "rank"]
    pd.testing.assert_frame_equal(
        per_artist.sort_values(keys, ignore_index=True),
        expected[columns].sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_a_country_whose_plays_are_all_zero_has_no_popular_artist(engine: DuckDBEngine) -> None:
    plays = pd.DataFrame({"listener": [0], "artist": [3], "playcount": [0.0]})
    listeners = pd.DataFrame({"listener": [0], "country": ["MT"]})
    tables = {
        "cleaned_plays": engine.connection.from_df(plays),
        "labelled_listeners": engine.connection.from_df(listeners),
    }
    found = rank_artists(tables, engine=engine)["country_rank_per_artist"].df()
    assert found["popularity"].tolist() == [0.0]
