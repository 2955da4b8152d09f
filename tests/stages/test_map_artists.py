from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from pipeline.config import MapArtistsConfig
from pipeline.core.progress import Progress
from pipeline.core.tables.store import WorkStore, vector_column
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import map_artists as module
from pipeline.stages._shared.plane import REACH, unit_vectors
from pipeline.stages.map_artists import SHOWN, map_artists, nearest

PCA = MapArtistsConfig(method="pca")
UMAP = MapArtistsConfig(method="umap", neighbours=5, epochs=60)


def silent(share: float, words: str) -> None: ...


def random_units(n: int, d: int = 8, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return unit_vectors(vectors).astype(np.float32)


def scenes(n: int, d: int = 8) -> NDArray[np.float32]:
    """Even artists point one way, odd ones another, all with some noise and uneven length."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(n, d), scale=0.2)
    vectors[np.arange(n), np.arange(n) % 2] += 1.0
    return (vectors * rng.uniform(1, 9, size=(n, 1))).astype(np.float32)


def mapped(
    engine: DuckDBEngine,
    vectors: NDArray[np.float32],
    config: MapArtistsConfig = PCA,
    artists: Sequence[int] | None = None,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    numbers = np.array(range(len(vectors)) if artists is None else artists, dtype=np.int32)
    table = pa.table({"artist": numbers, "vector": vector_column(vectors)})
    found = map_artists(
        {"artist_vectors": engine.connection.from_arrow(table)},
        progress=progress,
        map_artists=config,
        seed=0,
    )
    return found["artist_map"].to_pandas(), found["artist_neighbours"].to_pandas()


# --- neighbours ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 11, 12, 90, 1500])
@pytest.mark.parametrize("block", [1, 20_000, 100_000_000], ids=["a row", "rows", "all"])
def test_neighbours_are_those_of_scikit_learn(
    monkeypatch: pytest.MonkeyPatch, n: int, block: int
) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", block)
    unit = random_units(n)
    k = min(10, n - 1)
    rows, similarity = nearest(unit, k=10, progress=silent)
    distance, expected = (
        NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(unit).kneighbors()
    )
    np.testing.assert_array_equal(rows, expected)
    np.testing.assert_allclose(similarity, 1 - distance, atol=2e-6)


def test_equally_near_artists_stand_in_order_of_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", 4000)
    kinds = random_units(5)
    unit = kinds[np.arange(400) % 5]
    rows, similarity = nearest(unit, k=10, progress=silent)
    # Of its 79 likes, each has the first ten that are not itself.
    for i in (0, 7, 49, 50, 399):
        likes = [j for j in range(i % 5, 400, 5) if j != i]
        assert rows[i].tolist() == likes[:10]
    assert (similarity == 1).all()


def test_a_difference_in_the_last_bits_does_not_order() -> None:
    cosine = np.array([1.0, 0.5, 0.5000002, 0.49])
    unit = np.column_stack([cosine, np.sqrt(1 - cosine**2)]).astype(np.float32)
    rows, _ = nearest(unit, k=1, progress=silent)
    assert rows[0].tolist() == [1]


def test_an_artist_without_a_direction_is_as_far_from_all() -> None:
    unit = np.vstack([np.zeros((1, 8), dtype=np.float32), random_units(30)])
    rows, similarity = nearest(unit, k=10, progress=silent)
    assert rows[0].tolist() == list(range(1, 11))
    assert not similarity[0].any()


def test_neighbours_are_listed_by_artist_number(engine: DuckDBEngine) -> None:
    # The first and third point nearly the same way, the second between.
    vectors = np.array([[1, 0], [1, 1], [2, 0.2]], dtype=np.float32)
    _, found = mapped(engine, vectors, artists=[4, 17, 90])
    assert found["artist"].tolist() == [4, 4, 17, 17, 90, 90]
    assert found["rank"].tolist() == [1, 2] * 3
    assert found["neighbour"].tolist() == [90, 17, 90, 4, 4, 17]
    assert found["similarity"].iloc[1] == pytest.approx(np.sqrt(0.5), abs=1e-6)


# --- the map -------------------------------------------------------------------------------------


def separation(points: pd.DataFrame) -> float:
    """How far apart even and odd artists are, in units of the wider of both."""
    xy = points[["x", "y"]].to_numpy()
    even, odd = xy[::2], xy[1::2]
    width = max(np.linalg.norm(s - s.mean(axis=0), axis=1).max() for s in (even, odd))
    return float(np.linalg.norm(even.mean(axis=0) - odd.mean(axis=0)) / width)


def test_scenes_lie_apart_by_principal_axes(engine: DuckDBEngine) -> None:
    points, neighbours = mapped(engine, scenes(60))
    assert separation(points) > 1.5
    assert ((neighbours["artist"] - neighbours["neighbour"]) % 2 == 0).all()


def test_scenes_lie_apart_by_umap_and_the_same_seed_gives_the_same_map(
    engine: DuckDBEngine,
) -> None:
    told: list[float] = []
    points, neighbours = mapped(
        engine, scenes(60), UMAP, progress=lambda share, _: told.append(share)
    )
    assert separation(points) > 1.5
    again, _ = mapped(engine, scenes(60), UMAP)
    pd.testing.assert_frame_equal(points, again, check_exact=True)
    # Neighbours are the same whichever way the map is drawn, and ten, not the map's five.
    pd.testing.assert_frame_equal(neighbours, mapped(engine, scenes(60))[1])
    assert len(neighbours) == 60 * SHOWN
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("method", [PCA, UMAP], ids=["pca", "umap"])
def test_the_map_is_centred_and_fills_its_frame(
    engine: DuckDBEngine, method: MapArtistsConfig
) -> None:
    points, _ = mapped(engine, scenes(40), method)
    xy = points[["x", "y"]].to_numpy()
    np.testing.assert_allclose(xy.mean(axis=0), 0, atol=1e-4)
    assert np.abs(xy).max() == pytest.approx(REACH)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_too_few_artists_for_umap_are_placed_by_principal_axes(
    engine: DuckDBEngine, n: int
) -> None:
    few = random_units(n)
    pd.testing.assert_frame_equal(mapped(engine, few, UMAP)[0], mapped(engine, few, PCA)[0])


def test_artists_that_are_all_alike_lie_in_the_middle(engine: DuckDBEngine) -> None:
    points, neighbours = mapped(engine, np.repeat(random_units(1), 20, axis=0), UMAP)
    assert not points[["x", "y"]].to_numpy().any()
    assert neighbours.query("artist == 3")["neighbour"].tolist() == [0, 1, 2, *range(4, 11)]


def test_copies_of_a_few_artists_can_be_mapped(engine: DuckDBEngine) -> None:
    points, _ = mapped(engine, np.tile(random_units(3), (12, 1)), UMAP)
    assert np.isfinite(points[["x", "y"]].to_numpy()).all()


def test_a_lone_artist_has_a_place_and_no_neighbour(engine: DuckDBEngine, tmp_path: Path) -> None:
    points, neighbours = mapped(engine, random_units(1), UMAP)
    assert points.to_dict("records") == [{"artist": 0, "x": 0.0, "y": 0.0}]
    assert neighbours.empty
    WorkStore(tmp_path, engine.connection).write("artist_neighbours", neighbours)


def test_the_tables_are_as_declared(engine: DuckDBEngine, tmp_path: Path) -> None:
    store = WorkStore(tmp_path, engine.connection)
    # Copies and opposites: similarities at either bound.
    vectors = np.vstack([random_units(20), random_units(20), -random_units(20)])
    points, neighbours = mapped(engine, vectors)
    store.write("artist_map", points)
    store.write("artist_neighbours", neighbours)
    assert neighbours["similarity"].max() == 1.0
