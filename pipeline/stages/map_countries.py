"""Compare the tastes of countries: how alike each pair is, and all of them on a plane."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.tables import Tables
from pipeline.core.tables.store import vector_column, vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, stage
from pipeline.stages._shared.plane import framed, principal_plane, unit_vectors

PRIOR = 20
"""Pseudo-listeners with the mean taste of the world who join each country: the mean of a few
listeners is mostly chance. Listeners of one country vary about 20 times as much as the countries
of Last.fm do, which makes 20 the weight of least error."""

DECIMALS = 6
"""Similarities equal to so many decimals are equal."""


@stage(
    "Comparing countries",
    reads=("listener_vectors", "split", "countries"),
    writes=("country_map", "country_neighbours", "country_tastes"),
    statements=("training_vectors",),
    share=1,
)
def map_countries(tables: Tables, *, engine: DuckDBEngine) -> Outputs:
    """Compare the mean training listeners of kept countries, seen from the mean of all countries.

    Seen from 0, all countries would be alike: what everybody plays hides what tells them apart.
    The plane is that of classical multidimensional scaling, for distances of the square root of
    2 - 2 * cosine; these are those between vectors of length 1, so it is their principal plane.
    """
    kept = tables["countries"].filter("kept").order("country").to_arrow_table()
    codes = kept["country"].to_numpy(zero_copy_only=False).astype(str)
    rows = engine.run("training_vectors", tables).to_arrow_table()
    position = np.searchsorted(codes, rows["country"].to_numpy(zero_copy_only=False).astype(str))
    tastes = country_tastes(vectors_of(rows["vector"]), position, countries=len(codes))
    origin = tastes.mean(axis=0)
    unit = unit_vectors(tastes - origin)
    points = framed(principal_plane(unit))
    return {
        "country_map": pa.table({"country": codes, "x": points[:, 0], "y": points[:, 1]}),
        "country_neighbours": _neighbours(codes, np.round(unit @ unit.T, DECIMALS)),
        "country_tastes": pa.table(
            {
                "country": np.concatenate([codes, [""]]),
                "vector": vector_column(np.vstack([unit, origin]).astype(np.float32)),
            }
        ),
    }


def country_tastes(
    vectors: NDArray[np.float32], position: NDArray[np.integer], *, countries: int
) -> NDArray[np.float64]:
    """Give the mean listener of each country, shrunk towards the mean of all listeners.

    Parameters
    ----------
    vectors : ndarray of shape (n, d)
        One row a listener, in order of country.
    position : ndarray of shape (n,)
        The listener's country, ascending, below `countries`.
    countries : int
        Number of countries.

    Returns
    -------
    ndarray of shape (countries, d)
        (n · mean + PRIOR · world) / (n + PRIOR); a country without a listener is as the world.
    """
    present, start, n = np.unique(position, return_index=True, return_counts=True)
    world = vectors.mean(axis=0, dtype=np.float64)
    total = np.tile(PRIOR * world, (countries, 1))
    size = np.full((countries, 1), float(PRIOR))
    if len(present):
        total[present] += np.add.reduceat(vectors, start, axis=0, dtype=np.float64)
        size[present, 0] += n
    tastes: NDArray[np.float64] = total / size
    return tastes


def _neighbours(codes: NDArray[np.str_], similarity: NDArray[np.floating]) -> pa.Table:
    """Rank the others of each country by similarity, then by code."""
    n = len(codes)
    ranked = similarity.copy()
    np.fill_diagonal(ranked, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :-1]
    return pa.table(
        {
            "country": np.repeat(codes, n - 1),
            "rank": np.tile(np.arange(1, n, dtype=np.int32), n),
            "neighbour": codes[order.ravel()],
            "similarity": np.take_along_axis(similarity, order, axis=1).ravel(),
        }
    )
