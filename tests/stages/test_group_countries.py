from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from pipeline.core.places import regions as groupings
from pipeline.core.places.countries import countries
from pipeline.core.places.regions import region_of
from pipeline.core.tables.contract import PARTS
from pipeline.core.tables.store import WorkStore
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.group_countries import (
    PRIOR,
    SMALLEST_SHARE,
    cluster,
    compare,
    group_countries,
    log_lift,
    merge_small,
    region_name,
)

# By planted taste, across the regions of the atlas; sizes differ, so that names are certain.
SCENES = {"north": {"SE": 90, "JP": 60, "BR": 40}, "south": {"US": 100, "PL": 80}}
SCENE_OF = {country: scene for scene, sizes in SCENES.items() for country in sizes}
SIZES = {country: n for sizes in SCENES.values() for country, n in sizes.items()}
COUNTRY_ARTISTS, SCENE_ARTISTS, COMMON_ARTISTS = 4, 20, 20


def listeners(sizes: Mapping[str, int]) -> pd.DataFrame:
    """Of ten listeners of a country eight are for training; all are kept."""
    rows = [(country, i % 10) for country, n in sizes.items() for i in range(n)]
    frame = pd.DataFrame(rows, columns=["country", "digit"])
    part = np.select([frame["digit"] < 8, frame["digit"] == 8], PARTS[:2], PARTS[2])
    return frame.assign(listener=range(len(frame)), kept=True, part=part)


def planted_plays(
    frame: pd.DataFrame, scene_of: Mapping[str, str], *, seed: int = 0
) -> pd.DataFrame:
    """Twelve artists a listener: half of the scene's, two of the country's, the rest of all's."""
    draws = np.random.default_rng(seed)
    pools, artists = {}, iter(range(10_000))
    for name in ["everywhere", *sorted(set(scene_of.values())), *sorted(scene_of)]:
        size = COUNTRY_ARTISTS if name in scene_of else SCENE_ARTISTS
        pools[name] = [next(artists) for _ in range(size)]
    rows = []
    for row in frame.itertuples():
        asked = ((row.country, 2), (scene_of[row.country], 6), ("everywhere", 4))
        drawn = [draws.choice(pools[name], n, replace=False) for name, n in asked]
        rows += [(row.listener, artist) for artist in np.concatenate(drawn)]
    return pd.DataFrame(rows, columns=["listener", "artist"])


def grouped(
    engine: DuckDBEngine, frame: pd.DataFrame, plays: pd.DataFrame, regions: str = "taste"
) -> dict[str, pd.DataFrame]:
    kept = frame[frame["kept"]]
    tables = {
        "labelled_listeners": frame[["listener", "country", "kept"]],
        "split": kept[["listener", "country", "part"]],
        "cleaned_plays": plays,
    }
    relations = {name: engine.connection.from_df(rows) for name, rows in tables.items()}
    return group_countries(relations, engine=engine, regions=regions)


def members(found: dict[str, pd.DataFrame]) -> dict[str, set[str]]:
    kept = found["countries"][found["countries"]["kept"]]
    return {region: set(rows["country"]) for region, rows in kept.groupby("region")}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Listeners and plays of five countries with two tastes, and an atlas of two regions."""
    two = {code: "Oceania" if code == "US" else "Africa" for code in countries()}
    monkeypatch.setattr(groupings, "region_of", lambda grouping: two)
    frame = listeners(SIZES)
    return frame, planted_plays(frame, SCENE_OF)


def test_countries_that_share_a_taste_share_a_region(
    engine: DuckDBEngine, world: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    found = grouped(engine, *world)
    assert members(found) == {
        "Sweden & Japan +1": {"SE", "JP", "BR"},
        "United States & Poland": {"US", "PL"},
    }
    # In order of the atlas's region of the largest member.
    assert found["regions"].to_dict("list") == {
        "region": ["United States & Poland", "Sweden & Japan +1"],
        "countries": [2, 3],
        "listeners": [180, 190],
        "position": [0, 1],
    }


def test_only_training_listeners_shape_the_regions(
    engine: DuckDBEngine, world: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    frame, plays = world
    draws = np.random.default_rng(5)
    # Most listeners are outside training, and to them other countries are alike.
    frame = frame.assign(
        part=draws.choice(["train", "valid", "test"], len(frame), p=[0.4, 0.3, 0.3])
    )
    outside = set(frame.loc[frame["part"] != "train", "listener"])
    otherwise = {"SE": "north", "US": "north", "JP": "south", "BR": "south", "PL": "south"}
    others = planted_plays(frame, otherwise, seed=1)
    # Artists whom nobody else has, so that they weigh as much as they can.
    others["artist"] += 1_000
    changed = pd.concat(
        [plays[~plays["listener"].isin(outside)], others[others["listener"].isin(outside)]]
    )
    before, after = (grouped(engine, frame, rows) for rows in (plays, changed))
    for name in ("countries", "regions"):
        pd.testing.assert_frame_equal(before[name], after[name], check_exact=True)
    leaked = grouped(engine, frame.assign(part="train"), changed)
    assert members(leaked) != members(before)


def test_the_order_of_rows_changes_nothing(
    engine: DuckDBEngine, world: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    frame, plays = world
    first = grouped(engine, frame, plays)
    second = grouped(engine, frame, plays.sample(frac=1, random_state=3))
    for name in ("countries", "regions"):
        pd.testing.assert_frame_equal(first[name], second[name], check_exact=True)


def test_a_tiny_country_joins_the_region_that_it_is_most_like(
    engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three regions are asked for. Iceland would be one, with a taste that nobody shares but a
    # little with the south; it is below the smallest share.
    three = {"US": "Oceania", "IS": "Nordics"}
    region_of = {code: three.get(code, "Africa") for code in countries()}
    monkeypatch.setattr(groupings, "region_of", lambda grouping: region_of)
    sizes = {country: 10 * n for country, n in SIZES.items()} | {"IS": 30}
    frame = listeners(sizes)
    training = frame[frame["part"] == "train"]
    assert (training["country"] == "IS").sum() < SMALLEST_SHARE * len(training)
    scenes = SCENE_OF | {"IS": "south"}
    plays = planted_plays(frame, scenes)
    own = frame.loc[frame["country"] == "IS", "listener"]
    icelandic = [(listener, 5_000 + i) for listener in own for i in range(12)]
    plays = pd.concat([plays, pd.DataFrame(icelandic, columns=["listener", "artist"])])
    found = grouped(engine, frame, plays)
    region = found["countries"].set_index("country")["region"]
    assert region["IS"] == region["US"]
    assert found["regions"]["listeners"].min() > 30
    # Large enough, it is a region of its own.
    of_its_own = grouped(engine, *(_repeated(x, frame, own) for x in (frame, plays)))
    assert members(of_its_own)["Iceland"] == {"IS"}


def _repeated(rows: pd.DataFrame, frame: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """Every one of the listeners `own` ten times over."""
    n = len(frame)
    twins = [rows[rows["listener"].isin(own)].assign(twin=i) for i in range(1, 10)]
    more = pd.concat(twins)
    more["listener"] += n * more["twin"]
    return pd.concat([rows, more.drop(columns="twin")], ignore_index=True)


def test_a_country_that_is_not_kept_joins_the_nearest_kept_one(
    engine: DuckDBEngine, world: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    frame, plays = world
    few = pd.DataFrame({"country": ["MX", "CZ", "KR"], "kept": False, "part": "test"})
    few["listener"] = range(len(frame), len(frame) + 3)
    found = grouped(engine, pd.concat([frame, few]), plays)["countries"].set_index("country")
    assert found.loc[["MX", "CZ", "KR"], "region"].tolist() == [
        *["United States & Poland"] * 2,
        "Sweden & Japan +1",
    ]
    assert not found.loc[["MX", "CZ", "KR"], "kept"].any()


def test_every_kept_country_is_in_one_region_and_names_are_unique(engine: DuckDBEngine) -> None:
    codes = ["US", "CA", "BR", "MX", "GB", "DE", "FR", "SE", "FI", "PL", "RU", "RS", "TR", "AQ"]
    sizes = {code: 30 + 7 * i for i, code in enumerate(codes)}
    frame = listeners(sizes)
    found = grouped(engine, frame, planted_plays(frame, dict.fromkeys(codes, "north")))
    assert found["countries"]["country"].is_unique
    assert found["regions"]["region"].is_unique
    assert found["regions"]["position"].tolist() == list(range(len(found["regions"])))
    assert found["regions"]["countries"].sum() == len(codes)
    assert found["regions"]["listeners"].sum() == len(frame)
    assert set(found["countries"]["region"]) == set(found["regions"]["region"])
    atlas = region_of("atlas")
    assert len(found["regions"]) <= len({atlas[code] for code in codes})


def test_countries_of_which_nothing_is_typical_have_a_region_all_the_same(
    engine: DuckDBEngine,
) -> None:
    frame = listeners({"US": 50, "BR": 50})
    nobody_shares = pd.DataFrame({"listener": frame["listener"], "artist": frame["listener"]})
    found = grouped(engine, frame, nobody_shares)
    assert members(found) == {"United States": {"US"}, "Brazil": {"BR"}}


def test_names_tell_the_two_largest_members() -> None:
    assert region_name(["BR"]) == "Brazil"
    assert region_name(["SE", "FI"]) == "Sweden & Finland"
    assert region_name(["PL", "UA", "CZ", "SK"]) == "Poland & Ukraine +2"
    assert not [c for c in countries().values() if set("&+,") & set(c.country_name)]


def test_lift_is_worked_out_by_hand() -> None:
    counts = np.array([[30.0, 0.0], [10.0, 8.0]])
    found = log_lift(counts, np.array([300, 100]))
    expected = [
        [(30 + PRIOR) / (30 + PRIOR), (0 + PRIOR) / (6 + PRIOR)],
        [(10 + PRIOR) / (10 + PRIOR), (8 + PRIOR) / (2 + PRIOR)],
    ]
    np.testing.assert_allclose(found, np.log(expected))


def test_similarity_is_the_cosine_of_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.metrics.pairwise import cosine_similarity

    from pipeline.stages import group_countries as module

    counts = np.random.default_rng(0).poisson(3, (5, 40)).astype(float)
    sizes = np.array([50, 40, 30, 20, 10])
    monkeypatch.setattr(module, "_BLOCK", 7)
    found = compare(sparse.csc_array(counts), sizes)
    np.testing.assert_allclose(found, cosine_similarity(log_lift(counts, sizes)), atol=1e-6)


def test_ward_is_that_of_scikit_learn() -> None:
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import adjusted_rand_score

    points = np.random.default_rng(1).normal(size=(30, 6))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found = cluster(points @ points.T, np.full(30, 9), regions=6, smallest=0)
    expected = AgglomerativeClustering(6, linkage="ward").fit_predict(points)
    assert adjusted_rand_score(expected, found) == 1


def test_a_cut_that_leaves_small_groups_is_made_finer() -> None:
    # The first cut sets the lone country apart, which is too small; the next one parts the pairs.
    angles = np.radians([0, 2, 40, 42, 170])
    similarity = np.cos(angles[:, None] - angles[None])
    listeners_of = np.array([50, 50, 50, 50, 1])
    found = cluster(similarity, listeners_of, regions=2, smallest=10)
    assert [set(np.flatnonzero(found == g)) for g in (found[0], found[2])] == [{0, 1}, {2, 3, 4}]


def test_small_groups_join_by_mean_similarity_the_smallest_first() -> None:
    similarity = np.array(
        [
            [1.0, 0.9, 0.1, 0.2],
            [0.9, 1.0, 0.5, 0.3],
            [0.1, 0.5, 1.0, 0.4],
            [0.2, 0.3, 0.4, 1.0],
        ]
    )
    # 3 is the smallest and likest to 2 (0.4, where 0 and 1 have 0.25): with 2 it is large enough.
    joined = merge_small(np.array([0, 0, 1, 2]), similarity, np.array([40, 40, 6, 5]), smallest=10)
    assert joined.tolist() == [0, 0, 1, 1]
    all_small = merge_small(np.arange(4), similarity, np.ones(4, dtype=int), smallest=10)
    assert all_small.tolist() == [0] * 4


def test_a_fixed_grouping_is_as_declared_and_looks_at_no_plays(engine: DuckDBEngine) -> None:
    frame = listeners({"US": 40, "BR": 40, "MX": 40, "AQ": 40, "MT": 2})
    frame.loc[frame["country"] == "MT", "kept"] = False
    found = grouped(engine, frame, pd.DataFrame({"listener": [], "artist": []}), regions="atlas")
    countries = found["countries"].set_index("country")
    assert countries["position"].dropna().astype(int).to_dict() == {
        "AQ": 0,
        "BR": 1,
        "MX": 2,
        "US": 3,
    }
    assert not countries.loc["MT", "kept"]
    assert countries.loc["MT", ["listeners", "region"]].tolist() == [2, "Southern Europe"]
    assert countries.loc["AQ", "joke"]
    assert countries.loc["US", [f"{part}_listeners" for part in PARTS]].tolist() == [32, 4, 4]
    regions = found["regions"].set_index("region")
    assert regions.index.tolist() == ["Anglo-America", "Latin America", "Antarctica"]
    assert sorted(regions["position"]) == list(range(len(regions)))
    assert regions.loc["Latin America", ["countries", "listeners"]].tolist() == [2, 80]
    # A region with one country stays.
    assert regions.loc["Antarctica", "countries"] == 1


def test_the_grouping_can_be_changed(engine: DuckDBEngine) -> None:
    frame = listeners({"US": 40, "BR": 40})
    found = grouped(engine, frame, pd.DataFrame({"listener": [], "artist": []}), regions="m49")
    regions = found["countries"].set_index("country")["region"]
    assert regions.to_dict() == {"BR": "Latin America and the Caribbean", "US": "Northern America"}


@pytest.mark.parametrize("regions", ["atlas", "taste"])
def test_the_tables_are_as_declared(
    engine: DuckDBEngine,
    world: tuple[pd.DataFrame, pd.DataFrame],
    tmp_path: object,
    regions: str,
) -> None:
    from pathlib import Path

    store = WorkStore(Path(str(tmp_path)), engine.connection)
    for name, rows in grouped(engine, *world, regions=regions).items():
        store.write(name, rows)
        assert len(store.read(name)) == len(rows)
