from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.core.tables.store import WorkStore
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.profile_artists import MIN_LISTENERS, PRIOR, TYPICAL, profile_artists

COUNTRIES = pd.DataFrame(
    {
        "country": ["BR", "JP", "PL", "US", "MT"],
        "region": ["South", "East", "Middle", "North", "Middle"],
        "kept": [True, True, True, True, False],
    }
)


def random_world(seed: int, *, artists: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Listeners of four kept countries of uneven size, some not kept, and their plays."""
    rng = np.random.default_rng(seed)
    country = rng.choice(["BR", "JP", "PL", "US", "MT"], 300, p=[0.1, 0.02, 0.3, 0.56, 0.02])
    listeners = pd.DataFrame({"listener": range(300), "country": country})
    listeners["kept"] = (listeners["country"] != "MT") & (rng.random(300) < 0.9)
    fame = 1 / np.arange(1, artists + 1)
    plays = pd.DataFrame(
        [
            (i, a)
            for i in range(300)
            for a in rng.choice(artists, 6, replace=False, p=fame / fame.sum())
        ],
        columns=["listener", "artist"],
    )
    return listeners, plays


def profile(
    engine: DuckDBEngine, listeners: pd.DataFrame, plays: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    frames = {
        "cleaned_plays": plays,
        "labelled_listeners": listeners,
        "countries": COUNTRIES,
    }
    tables = {name: engine.connection.from_df(frame) for name, frame in frames.items()}
    found = profile_artists(tables, engine=engine)
    return found["artist_profiles"].to_pandas(), found["typical_artists"].df()


def people(**having: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ten kept listeners in BR, ninety in US; of each, so many have artist 0, the rest artist 1."""
    country = ["BR"] * 10 + ["US"] * 90
    listeners = pd.DataFrame({"listener": range(100), "country": country, "kept": True})
    place = listeners.groupby("country").cumcount()
    artist = np.where(place < listeners["country"].map(having).fillna(0), 0, 1)
    return listeners, pd.DataFrame({"listener": range(100), "artist": artist})


def spread_in_pandas(
    listeners: pd.DataFrame, plays: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Listeners by artist and kept country (absent: 0); shares of the world; artist totals."""
    joined = plays.merge(listeners[listeners["kept"]], on="listener")
    counts = pd.crosstab(joined["artist"], joined["country"])
    world = listeners.loc[listeners["kept"], "country"].value_counts(normalize=True)
    return counts, world.reindex(counts.columns), counts.sum(axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_profiles_equal_a_dense_computation_in_pandas(engine: DuckDBEngine, seed: int) -> None:
    listeners, plays = random_world(seed, artists=80)
    found, _ = profile(engine, listeners, plays)
    counts, world, total = spread_in_pandas(listeners, plays)
    lift = (counts + PRIOR).div(np.outer(total, world) + PRIOR)
    order = lift.stack().rename("lift").reset_index()
    order["listeners"] = counts.stack().to_numpy()
    order["lift_to_12_digits"] = order["lift"].round(12)
    best = order.sort_values(
        ["artist", "lift_to_12_digits", "listeners", "country"],
        ascending=[True, False, False, True],
    )
    best = best.groupby("artist").first()
    smoothed = (counts + PRIOR * world).div(total + PRIOR, axis=0)
    locality = (smoothed - world).abs().sum(axis=1) / 2
    assert found["artist"].tolist() == counts.index.tolist()
    assert found["country"].tolist() == best["country"].tolist()
    np.testing.assert_allclose(found["lift"], best["lift"], rtol=1e-12)
    np.testing.assert_allclose(found["locality"], locality, rtol=1e-9, atol=1e-12)
    region = COUNTRIES.set_index("country")["region"]
    assert found["region"].tolist() == region[found["country"]].tolist()


@pytest.mark.parametrize("seed", range(2))
def test_typical_artists_equal_a_computation_in_pandas(engine: DuckDBEngine, seed: int) -> None:
    listeners, plays = random_world(seed, artists=300)
    _, found = profile(engine, listeners, plays)
    counts, world, total = spread_in_pandas(listeners, plays)
    table = (counts + PRIOR).div(np.outer(total, world) + PRIOR).stack().rename("lift")
    table = table.reset_index()
    table["listeners"] = counts.stack().to_numpy()
    table = table[(table["lift"] > 1) & (table["listeners"] >= MIN_LISTENERS)]
    table["lift"] = table["lift"].round(12)
    table = table.sort_values(
        ["country", "lift", "listeners", "artist"], ascending=[True, False, False, True]
    )
    table["rank"] = table.groupby("country").cumcount() + 1
    table = table[table["rank"] <= TYPICAL]
    columns = ["country", "rank", "artist", "listeners", "lift"]
    pd.testing.assert_frame_equal(
        found.round({"lift": 12}), table[columns].reset_index(drop=True), check_dtype=False
    )


def test_lift_and_locality_by_hand(engine: DuckDBEngine) -> None:
    # Artist 0: 8 listeners in BR and 2 in US; expected are 10 * 0.1 = 1 and 10 * 0.9 = 9.
    profiles, typical = profile(engine, *people(BR=8, US=2))
    first = profiles.iloc[0]
    assert (first["country"], first["region"]) == ("BR", "South")
    assert first["lift"] == pytest.approx((8 + 5) / (1 + 5))
    # With 5 more listeners as everywhere: 8.5 and 6.5 of 15 against 0.1 and 0.9.
    assert first["locality"] == pytest.approx((abs(8.5 / 15 - 0.1) + abs(6.5 / 15 - 0.9)) / 2)
    assert typical.query("country == 'BR'")["artist"].tolist() == [0]
    assert typical.query("country == 'US'")["artist"].tolist() == [1]


def test_an_artist_spread_like_everyone_is_not_local(engine: DuckDBEngine) -> None:
    profiles, typical = profile(engine, *people(BR=1, US=9))
    assert profiles["locality"].tolist() == [0.0, 0.0]
    assert profiles["lift"].tolist() == [1.0, 1.0]
    # Every country is alike, so the one with more listeners stands.
    assert profiles["country"].tolist() == ["US", "US"]
    assert typical.empty


def test_one_listener_makes_no_typical_artist(engine: DuckDBEngine) -> None:
    profiles, typical = profile(engine, *people(BR=1, US=0))
    assert profiles.iloc[0]["lift"] == pytest.approx((1 + 5) / (0.1 + 5))
    assert 0 not in typical["artist"].tolist()


def test_of_equally_typical_artists_the_one_with_more_listeners_is_first(
    engine: DuckDBEngine,
) -> None:
    # In BR, artist 0 has 5 listeners of 10 and artist 1 has 10 of 40: 10 / 6 is 15 / 9.
    listeners, _ = people()
    place = listeners.groupby("country").cumcount()
    brazil = listeners["country"] == "BR"
    having = [
        listeners.loc[place < np.where(brazil, here, elsewhere), "listener"]
        for here, elsewhere in ((5, 5), (10, 30), (0, 90))
    ]
    plays = pd.concat([pd.DataFrame({"listener": h, "artist": a}) for a, h in enumerate(having)])
    _, typical = profile(engine, listeners, plays)
    found = typical.query("country == 'BR'")
    assert found["artist"].tolist() == [1, 0]
    assert found["lift"].tolist() == [10 / 6, 10 / 6]


def test_listeners_who_are_not_kept_do_not_count(engine: DuckDBEngine) -> None:
    listeners, plays = people(BR=8, US=2)
    more = pd.DataFrame({"listener": range(100, 140), "country": "US", "kept": False})
    theirs = pd.DataFrame({"listener": range(100, 140), "artist": [0, 7] * 20})
    before = profile(engine, listeners, plays)
    after = profile(engine, pd.concat([listeners, more]), pd.concat([plays, theirs]))
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_the_tables_are_as_declared_and_the_same_twice(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    listeners, plays = random_world(9, artists=200)
    store = WorkStore(tmp_path, engine.connection)
    runs = [profile(engine, listeners, plays) for _ in range(2)]
    for name, first, second in zip(
        ("artist_profiles", "typical_artists"), runs[0], runs[1], strict=True
    ):
        store.write(name, first)
        pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_lists_are_ranked_by_the_mean_locality_of_their_artists(engine: DuckDBEngine) -> None:
    listeners, plays = random_world(3, artists=40)
    profiles, _ = profile(engine, listeners, plays)
    frames = {"cleaned_plays": plays, "labelled_listeners": listeners, "countries": COUNTRIES}
    tables = {name: engine.connection.from_df(frame) for name, frame in frames.items()}
    found = profile_artists(tables, engine=engine)["list_locality"].df()
    kept = plays.merge(listeners[listeners["kept"]], on="listener")
    mean = kept.merge(profiles, on="artist").groupby("listener")["locality"].mean()
    expected = np.percentile(mean, range(101), method="lower")
    assert found["percent"].tolist() == list(range(101))
    np.testing.assert_allclose(found["locality"], expected, rtol=1e-9)
