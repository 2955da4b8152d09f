"""Lay artists out on a plane, and list the nearest neighbours of each."""

from __future__ import annotations

import warnings

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.config import MapArtistsConfig
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.core.tables.store import vectors_of
from pipeline.stages import Outputs, stage
from pipeline.stages._shared.plane import framed, principal_plane, unit_vectors

SHOWN = 10
"""Neighbours listed of each artist."""

BLOCK_BYTES = 100_000_000
"""What a block of similarities may take."""

GROUPS = 8
"""Groups of columns for each neighbour wanted, at least; see `nearest`."""

DECIMALS = 6
"""Similarities equal to so many decimals are equal: the last bit depends on how a product is cut
into blocks."""


@stage(
    "Mapping artists",
    reads=("artist_vectors",),
    writes=("artist_map", "artist_neighbours"),
    share=12,
)
def map_artists(
    tables: Tables, *, progress: Progress, map_artists: MapArtistsConfig, seed: int
) -> Outputs:
    """Find exact neighbours by cosine; place artists with umap over them, or by principal axes.

    Both look at the angle between vectors alone. Umap needs more artists than it looks at around
    each; with fewer, the principal axes are taken.
    """
    embedded = tables["artist_vectors"].order("artist").to_arrow_table()
    artists = embedded["artist"].to_numpy()
    unit = unit_vectors(vectors_of(embedded["vector"])).astype(np.float32, copy=False)
    by_umap = map_artists.method == "umap" and len(unit) > map_artists.neighbours
    k = max(SHOWN, map_artists.neighbours - 1) if by_umap else SHOWN
    until = 0.3 if by_umap else 0.9
    rows, similarity = nearest(
        unit, k=k, progress=lambda share, words: progress(until * share, words)
    )
    points = principal_plane(unit)
    # Umap starts from the principal axes and stretches both alike, so both have to differ.
    if by_umap and np.ptp(points, axis=0).min() > 0:
        points = _umap(
            unit,
            _with_self(rows, similarity, map_artists.neighbours),
            start=points,
            config=map_artists,
            seed=seed,
            progress=lambda share, words: progress(until + (1 - until) * share, words),
        )
    return {
        "artist_map": _map_table(artists, framed(points)),
        "artist_neighbours": _neighbour_table(artists, rows[:, :SHOWN], similarity[:, :SHOWN]),
    }


def nearest(
    unit: NDArray[np.float32], *, k: int, progress: Progress
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the k nearest rows of each row by cosine, exactly, without all pairs in memory.

    In a block of similarities, the columns are divided into groups and the largest of each group
    is found first: that is quick. As k groups reach the k-th largest of these, at least k columns
    do, so every neighbour, and little else, is at or above it.

    Done here, in 64 s for 100,000 vectors of 128 on two busy cores, because scikit-learn's
    ``NearestNeighbors`` takes as long (57 s), orders equally near ones by their last bits and
    wants the cosine of a vector of length 0 apart; pynndescent takes 10 s once it is compiled,
    but misses 3 neighbours in 1,000 and finds others with another number of threads.

    Parameters
    ----------
    unit : ndarray of shape (n, d)
        Vectors of length 1, or 0.
    k : int
        Neighbours of each; n - 1 where that is less.
    progress : callable
        Told the share of rows done.

    Returns
    -------
    rows : ndarray of shape (n, k)
        Positions of the neighbours, the nearest first and the smaller position where two are as
        near; never the row itself.
    similarity : ndarray of shape (n, k)
        Cosines, rounded to DECIMALS.
    """
    n = len(unit)
    k = min(k, max(n - 1, 0))
    rows = np.empty((n, k), dtype=np.int32)
    similarity = np.empty((n, k), dtype=np.float32)
    step = max(BLOCK_BYTES // (4 * max(n, 1)), 1)
    for start in range(0, n if k else 0, step):
        progress(start / n, f"neighbours of artist {start} of {n}")
        block = unit[start : start + step] @ unit.T
        block[np.arange(len(block)), np.arange(start, start + len(block))] = -np.inf
        done = slice(start, start + len(block))
        rows[done], similarity[done] = _largest(block, k)
    return rows, similarity


def _largest(block: NDArray[np.float32], k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Columns and values of the k largest of each row, in order; smaller columns first in ties."""
    least = _kth_of_groups(block, k) - 10.0**-DECIMALS
    flat = np.flatnonzero(block >= least[:, None])
    row, column = np.divmod(flat, block.shape[1])
    value = np.round(block.ravel()[flat], DECIMALS)
    order = np.lexsort((column, -value, row))
    first = np.searchsorted(row, np.arange(len(block)))
    chosen = order[first[:, None] + np.arange(k)]
    return column[chosen].astype(np.int32), value[chosen]


def _kth_of_groups(block: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """Give a bound of each row that at least k of its columns reach; most often few more."""
    n = block.shape[1]
    size = max(n // max(GROUPS * k, int(n**0.5)), 1)
    groups = n // size
    largest = block[:, : groups * size].reshape(len(block), size, groups).max(axis=1)
    bound: NDArray[np.float32] = np.partition(largest, groups - k, axis=1)[:, groups - k]
    return bound


def _with_self(
    rows: NDArray[np.int32], similarity: NDArray[np.float32], neighbours: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Give positions and cosine distances as umap wants them: each row first among its own."""
    own = np.arange(len(rows), dtype=np.int32)[:, None]
    distance = np.clip(1 - similarity, 0, None)
    return (
        np.hstack([own, rows])[:, :neighbours],
        np.hstack([np.zeros_like(own, dtype=np.float32), distance])[:, :neighbours],
    )


class _Epochs:
    """Stands for the screen on which umap draws its bar, and reads the epoch off it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def write(self, text: str) -> None:
        """Take what would be drawn: ``epoch/epochs``."""
        done, slash, total = text.strip().partition("/")
        if slash and int(total):
            self._progress(int(done) / int(total), f"epoch {done} of {total}")

    def flush(self) -> None:
        """Nothing is held back."""


def _umap(
    unit: NDArray[np.float32],
    neighbours: tuple[NDArray[np.int32], NDArray[np.float32]],
    *,
    start: NDArray[np.floating],
    config: MapArtistsConfig,
    seed: int,
    progress: Progress,
) -> NDArray[np.float32]:
    """Give coordinates of shape (n, 2); one thread, as only then is the same seed the same map."""
    from umap import UMAP

    progress(0.0, "joining neighbours")
    model = UMAP(
        n_neighbors=config.neighbours,
        min_dist=config.min_distance,
        n_epochs=config.epochs,
        metric="cosine",
        init=start.astype(np.float32),
        precomputed_knn=neighbours,
        random_state=seed,
        n_jobs=1,
        tqdm_kwds={
            "disable": False,
            "file": _Epochs(progress),
            "bar_format": "{n_fmt}/{total_fmt}",
            "mininterval": 0.5,
        },
    )
    with warnings.catch_warnings():
        # New artists are never placed, so the index that umap misses is not needed.
        warnings.filterwarnings("ignore", message="precomputed_knn", category=UserWarning)
        points: NDArray[np.float32] = model.fit_transform(unit)
    return points


def _map_table(artists: NDArray[np.int32], points: NDArray[np.float32]) -> pa.Table:
    return pa.table({"artist": artists, "x": points[:, 0], "y": points[:, 1]})


def _neighbour_table(
    artists: NDArray[np.int32], rows: NDArray[np.int32], similarity: NDArray[np.float32]
) -> pa.Table:
    n, k = rows.shape
    return pa.table(
        {
            "artist": np.repeat(artists, k),
            "rank": np.tile(np.arange(1, k + 1, dtype=np.int32), n),
            "neighbour": artists[rows.ravel()],
            "similarity": similarity.ravel(),
        }
    )
