from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from pipeline.core.tables.store import WorkStore, vector_column
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages._shared.plane import REACH
from pipeline.stages.map_countries import PRIOR, country_tastes, map_countries

GROUPS = {"AR": 0, "BR": 0, "CL": 0, "DK": 1, "FI": 1, "SE": 1, "CN": 2, "JP": 2, "KR": 2}


def planted(n: int = 60, d: int = 12, seed: int = 0) -> tuple[pd.DataFrame, NDArray[np.float32]]:
    """Nine countries in three groups: a taste that all share, one of the group, one of the own."""
    rng = np.random.default_rng(seed)
    shared, group = rng.normal(size=d) * 3, rng.normal(size=(3, d))
    own = {country: 0.4 * rng.normal(size=d) for country in GROUPS}
    country = np.repeat(list(GROUPS), n)
    means = np.array([shared + group[GROUPS[c]] + own[c] for c in country])
    frame = pd.DataFrame({"country": country, "part": "train", "known_artists": 5})
    # In no order of country.
    frame["listener"] = rng.permutation(len(frame))
    return frame, (means + rng.normal(size=means.shape)).astype(np.float32)


def compared(
    engine: DuckDBEngine, listeners: pd.DataFrame, vectors: NDArray[np.float32]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = sorted(GROUPS)
    frame = pa.Table.from_pandas(listeners[["listener", "known_artists"]], preserve_index=False)
    countries = pd.DataFrame({"country": [*codes, "MT"], "kept": [True] * len(codes) + [False]})
    found = map_countries(
        {
            "listener_vectors": engine.connection.from_arrow(
                frame.append_column("vector", vector_column(vectors))
            ),
            "split": engine.connection.from_df(listeners[["listener", "country", "part"]]),
            "countries": engine.connection.from_df(countries),
        },
        engine=engine,
    )
    return found["country_map"].to_pandas(), found["country_neighbours"].to_pandas()


def test_countries_of_a_planted_group_are_nearest(engine: DuckDBEngine) -> None:
    points, neighbours = compared(engine, *planted())
    near = neighbours[neighbours["rank"] <= 2]
    assert (near["country"].map(GROUPS) == near["neighbour"].map(GROUPS)).all()
    # On the plane, too, the nearest country is of the same group.
    xy = points[["x", "y"]].to_numpy()
    distance = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    group = points["country"].map(GROUPS).to_numpy()
    np.testing.assert_array_equal(group[distance.argmin(axis=1)], group)
    assert np.abs(xy).max() == pytest.approx(REACH)


def test_similarities_equal_a_computation_in_pandas(engine: DuckDBEngine) -> None:
    listeners, vectors = planted()
    _, found = compared(engine, listeners, vectors)
    frame = pd.DataFrame(vectors.astype(float)).assign(country=listeners["country"])
    mean = frame.groupby("country").mean()
    n = frame.groupby("country").size()
    world = frame.drop(columns="country").mean()
    shrunk = (mean.mul(n, axis=0) + PRIOR * world).div(n + PRIOR, axis=0)
    centred = shrunk - shrunk.mean()
    unit = centred.div(np.sqrt((centred**2).sum(axis=1)), axis=0)
    expected = (unit @ unit.T).stack()
    pairs = pd.MultiIndex.from_frame(found[["country", "neighbour"]])
    np.testing.assert_allclose(found["similarity"], expected[pairs], atol=2e-6)
    assert len(found) == 9 * 8
    assert not (found["country"] == found["neighbour"]).any()
    for _, rows in found.groupby("country"):
        assert rows["rank"].tolist() == list(range(1, 9))
        assert rows["similarity"].is_monotonic_decreasing


def test_the_plane_is_that_of_classical_scaling(engine: DuckDBEngine) -> None:
    points, neighbours = compared(engine, *planted())
    cosine = neighbours.pivot(index="country", columns="neighbour", values="similarity")
    squared = 2 - 2 * cosine.astype(float).fillna(1.0).to_numpy()
    centring = np.eye(9) - 1 / 9
    values, vectors = np.linalg.eigh(-centring @ squared @ centring / 2)
    expected = vectors[:, -2:][:, ::-1] * np.sqrt(values[-2:][::-1])
    expected *= REACH / np.abs(expected).max()
    np.testing.assert_allclose(np.abs(points[["x", "y"]].to_numpy()), np.abs(expected), atol=1e-3)


def test_only_training_listeners_with_a_known_artist_count(engine: DuckDBEngine) -> None:
    listeners, vectors = planted()
    more = listeners.head(40).copy()
    more["listener"] += len(listeners)
    more["part"] = ["valid", "test"] * 10 + ["train"] * 20
    more.loc[more["part"] == "train", "known_artists"] = 0
    theirs = np.full((40, vectors.shape[1]), 100, dtype=np.float32)
    before = compared(engine, listeners, vectors)
    after = compared(engine, pd.concat([listeners, more]), np.vstack([vectors, theirs]))
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_few_listeners_weigh_less_than_the_world() -> None:
    # Country 0: 20 listeners at 4; country 1: one at -17; country 2: none. The world is at 3.
    vectors = np.array([[4.0]] * 20 + [[-17.0]], dtype=np.float32)
    found = country_tastes(vectors, np.array([0] * 20 + [1]), countries=3)
    assert found[:, 0] == pytest.approx([(20 * 4 + 20 * 3) / 40, (-17 + 20 * 3) / 21, 3.0])


def test_equally_near_countries_stand_in_order_of_code(engine: DuckDBEngine) -> None:
    listeners, _ = planted(n=2)
    directions = np.eye(9, dtype=np.float32)[
        [sorted(GROUPS).index(c) for c in listeners["country"]]
    ]
    _, found = compared(engine, listeners, directions)
    for country, rows in found.groupby("country"):
        assert rows["neighbour"].tolist() == [c for c in sorted(GROUPS) if c != country]


def test_the_tables_are_as_declared_and_the_same_twice(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    store = WorkStore(tmp_path, engine.connection)
    first, second = (compared(engine, *planted()) for _ in range(2))
    for name, one, other in zip(("country_map", "country_neighbours"), first, second, strict=True):
        store.write(name, one)
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_tastes_are_seen_from_the_mean_of_all_countries(engine: DuckDBEngine) -> None:
    listeners, vectors = planted()
    codes = sorted(GROUPS)
    frame = pa.Table.from_pandas(listeners[["listener", "known_artists"]], preserve_index=False)
    found = map_countries(
        {
            "listener_vectors": engine.connection.from_arrow(
                frame.append_column("vector", vector_column(vectors))
            ),
            "split": engine.connection.from_df(listeners[["listener", "country", "part"]]),
            "countries": engine.connection.from_df(pd.DataFrame({"country": codes, "kept": True})),
        },
        engine=engine,
    )
    tastes = found["country_tastes"].to_pandas().set_index("country")["vector"]
    assert tastes.index.tolist() == [*codes, ""]
    unit = np.vstack(tastes[codes].tolist())
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-5)
    by_country = pd.DataFrame(vectors).groupby(listeners["country"].to_numpy())
    shrunk = (by_country.sum() + PRIOR * vectors.mean(axis=0)).div(
        by_country.size() + PRIOR, axis=0
    )
    np.testing.assert_allclose(tastes[""], shrunk.mean(), rtol=1e-4, atol=1e-6)
    near = found["country_neighbours"].to_pandas()
    for row in near.itertuples():
        pair = unit[codes.index(row.country)] @ unit[codes.index(row.neighbour)]
        assert row.similarity == pytest.approx(pair, abs=1e-5)
