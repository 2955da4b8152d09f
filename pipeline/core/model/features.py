"""Plays become what models read: weights, listeners by artists, mean vectors; one or a million."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNKNOWN_PLAYCOUNT_WEIGHT = 1.0
"""Weight of an artist with no play count, as of one played 9 times, whatever its rank.

On a data set without play counts, weights that fall with the rank (1 / log2(rank + 1), rank^-0.3)
placed validation listeners worse than equal ones.
"""

VECTORS = "vectors"
LOG_SCROBBLES = "log_scrobbles"
EVIDENCE = "evidence"
ARTISTS = "artists"
OUTSIDE = "outside"


def play_weights(playcount: NDArray[Any], rank: NDArray[Any]) -> NDArray[np.float64]:
    """How much each play says of its listener: log10(playcount + 1).

    Parameters
    ----------
    playcount : float ndarray of shape (n_plays,)
        Times played; NaN where unknown.
    rank : integer ndarray of shape (n_plays,)
        Rank among the listener's artists, from 1. It does not change the weight today: see
        `UNKNOWN_PLAYCOUNT_WEIGHT`.

    Returns
    -------
    float64 ndarray of shape (n_plays,)
        Weights of 0 or more, never NaN.

    Raises
    ------
    ValueError
        When the lengths differ or a play count is negative.

    Examples
    --------
    >>> play_weights(np.array([9.0, 99.0, np.nan]), rank=np.array([2, 1, 3]))
    array([1., 2., 1.])
    """
    counts = np.asarray(playcount, dtype=np.float64)
    if counts.shape != np.shape(rank):
        raise ValueError(
            f"one rank a play is expected: {counts.shape} play counts, {np.shape(rank)} ranks"
        )
    negative = int((counts < 0).sum())
    if negative:
        raise ValueError(
            f"play counts of 0 or more are expected, {negative} of {counts.size} are negative; "
            "clean the plays first"
        )
    return np.where(np.isnan(counts), UNKNOWN_PLAYCOUNT_WEIGHT, np.log10(counts + 1.0))


def artist_matrix(
    listener_row: NDArray[Any],
    artist: NDArray[Any],
    playcount: NDArray[Any],
    rank: NDArray[Any],
    *,
    n_listeners: int,
    n_artists: int,
) -> csr_matrix:
    """Lay plays out as a sparse matrix of weights, listeners by artists.

    Parameters
    ----------
    listener_row, artist : integer ndarrays of shape (n_plays,)
        Row and column of each play; a repeated pair is added up.
    playcount, rank : ndarrays of shape (n_plays,)
        As in `play_weights`.
    n_listeners, n_artists : int
        Shape of the matrix; a listener without plays is an empty row.

    Returns
    -------
    float32 csr_matrix of shape (n_listeners, n_artists)

    Examples
    --------
    >>> listener, artist = np.array([0, 0, 1]), np.array([0, 2, 2])
    >>> playcount, rank = np.array([9.0, 99.0, 9.0]), np.array([2, 1, 1])
    >>> artist_matrix(listener, artist, playcount, rank, n_listeners=2, n_artists=3).toarray()
    array([[1., 0., 2.],
           [0., 0., 1.]], dtype=float32)
    """
    from scipy.sparse import csr_matrix

    weights = play_weights(playcount, rank).astype(np.float32)
    return csr_matrix((weights, (listener_row, artist)), shape=(n_listeners, n_artists))


def mean_vectors(
    matrix: csr_matrix, vectors: NDArray[np.float32], known: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Mean of each listener's artists' vectors, weighted, over the artists that have one.

    Parameters
    ----------
    matrix : csr_matrix of shape (n_listeners, n_artists)
        Weights, from `artist_matrix`.
    vectors : float32 ndarray of shape (n_artists, n_dimensions)
        Rows of artists without a vector are 0.
    known : bool ndarray of shape (n_artists,)
        Whether the artist has a vector.

    Returns
    -------
    means : float32 ndarray of shape (n_listeners, n_dimensions)
        All 0 where no artist is known or all weights are 0.
    known_artists : int32 ndarray of shape (n_listeners,)
        How many of the listener's artists have a vector.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> vectors = np.array([[0, 4], [2, 0], [0, 0]], dtype=np.float32)
    >>> weights = csr_matrix([[1.0, 3.0, 5.0]])
    >>> means, known_artists = mean_vectors(weights, vectors, np.array([True, True, False]))
    >>> means
    array([[1.5, 1. ]], dtype=float32)
    >>> known_artists
    array([2], dtype=int32)
    """
    from scipy.sparse import csr_matrix

    if not matrix.shape[1] == len(vectors) == len(known):
        raise ValueError(
            "weights, vectors and known must be of the same artists: "
            f"{matrix.shape[1]}, {len(vectors)} and {len(known)} came"
        )
    as_weights = known.astype(np.float32)
    sums = np.asarray(matrix @ vectors, dtype=np.float32)
    totals = np.asarray(matrix @ as_weights, dtype=np.float32)
    means = np.divide(sums, totals[:, None], out=np.zeros_like(sums), where=totals[:, None] > 0)
    ones = np.ones_like(matrix.data)
    listened = csr_matrix((ones, matrix.indices, matrix.indptr), shape=matrix.shape)
    return means, np.asarray(listened @ as_weights).astype(np.int32)


def log_scrobbles(total_scrobbles: NDArray[Any]) -> NDArray[np.float32]:
    """Natural logarithm of 1 + total scrobbles, float32; NaN stays NaN: unknown.

    Examples
    --------
    >>> log_scrobbles(np.array([0, 999, np.nan])).round(2)
    array([0.  , 6.91,  nan], dtype=float32)
    """
    return np.log1p(np.asarray(total_scrobbles, dtype=np.float64)).astype(np.float32)


def bag(
    matrix: csr_matrix, artist_weights: NDArray[np.float32], *, norm_power: float
) -> csr_matrix:
    """Weigh artists and shorten long lists: rows of x · w / |x · w|^norm_power.

    Parameters
    ----------
    matrix : csr_matrix of shape (n_listeners, n_artists)
        Weights of plays, from `artist_matrix`.
    artist_weights : float32 ndarray of shape (n_artists,)
        Weight of each artist; one of 0 leaves the artist out.
    norm_power : float
        1 makes all lists equally long; 0.5 lets a list with more artists say more.

    Returns
    -------
    float32 csr_matrix of shape (n_listeners, n_artists)
        A list without an artist that counts stays empty.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> weights = csr_matrix(np.array([[3, 4, 5]], dtype=np.float32))
    >>> vocabulary = np.array([1, 1, 0], dtype=np.float32)
    >>> bag(weights, vocabulary, norm_power=1).toarray().round(2)
    array([[0.6, 0.8, 0. ]], dtype=float32)
    """
    from scipy.sparse import csr_matrix

    data = matrix.data * artist_weights[matrix.indices]
    weighted = csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
    squares = np.asarray(weighted.multiply(weighted).sum(axis=1), dtype=np.float32).ravel()
    lengths = np.where(squares > 0, squares, 1) ** np.float32(norm_power / 2)
    data = data / np.repeat(lengths, np.diff(matrix.indptr)).astype(np.float32)
    return csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def inverse_frequencies(matrix: csr_matrix) -> NDArray[np.float32]:
    """How rare each artist is: ln((1 + n) / (1 + listeners)) + 1, as in scikit-learn.

    Returns
    -------
    float32 ndarray of shape (n_artists,)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> inverse_frequencies(csr_matrix([[1, 1], [1, 0], [1, 0]])).round(2)
    array([1.  , 1.69], dtype=float32)
    """
    listeners = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rarity = np.log((1 + matrix.shape[0]) / (1 + listeners)) + 1
    return np.asarray(rarity, dtype=np.float32)


@dataclass(frozen=True)
class Features:
    """What is known of n listeners, in one order.

    Attributes
    ----------
    vectors : float32 ndarray of shape (n, n_dimensions)
        Means of the artists' vectors, from `mean_vectors`.
    log_scrobbles : float32 ndarray of shape (n,) or None
        From `log_scrobbles`; NaN where unknown, None when the whole source has none.
    artists : float32 csr_matrix of shape (n, n_artists)
        Weights, from `artist_matrix`.
    known_artists : int32 ndarray of shape (n,)
        Artists of the listener that have a vector.
    evidence : float32 ndarray of shape (n, n_regions + n_countries)
        What the artists say together, as in the table listener_evidence.
    outside : float32 ndarray of shape (n, n_regions + n_countries)
        The part of `evidence` from artists that too few training listeners have for a weight of
        their own, and from names that the build does not know.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> nothing = np.zeros((2, 5), dtype=np.float32)
    >>> features = Features(
    ...     vectors=np.ones((2, 3), dtype=np.float32),
    ...     log_scrobbles=None,
    ...     artists=csr_matrix((2, 9), dtype=np.float32),
    ...     known_artists=np.array([4, 0], dtype=np.int32),
    ...     evidence=nothing,
    ...     outside=nothing,
    ... )
    >>> len(features), features.names
    (2, ('vectors',))
    >>> features.read(("vectors", "evidence")).shape
    (2, 8)
    >>> features.rows(slice(1)).known_artists
    array([4], dtype=int32)
    """

    vectors: NDArray[np.float32]
    log_scrobbles: NDArray[np.float32] | None
    artists: csr_matrix
    known_artists: NDArray[np.int32]
    evidence: NDArray[np.float32]
    outside: NDArray[np.float32]

    def __post_init__(self) -> None:
        rows = {
            "vectors": len(self.vectors),
            "artists": self.artists.shape[0],
            "known_artists": len(self.known_artists),
            "evidence": len(self.evidence),
            "outside": len(self.outside),
        }
        if self.log_scrobbles is not None:
            rows["log_scrobbles"] = len(self.log_scrobbles)
        if len(set(rows.values())) > 1:
            raise ValueError(f"features must be of the same listeners; rows came as {rows}")

    def __len__(self) -> int:
        """How many listeners."""
        return len(self.vectors)

    @property
    def names(self) -> tuple[str, ...]:
        """What the trees of one layer read, in the order of `dense`'s columns."""
        return (VECTORS,) if self.log_scrobbles is None else (VECTORS, LOG_SCROBBLES)

    def rows(self, index: NDArray[Any] | slice) -> Features:
        """Take the listeners at `index`: positions, a mask or a slice."""
        return Features(
            vectors=self.vectors[index],
            log_scrobbles=None if self.log_scrobbles is None else self.log_scrobbles[index],
            artists=self.artists[index],
            known_artists=self.known_artists[index],
            evidence=self.evidence[index],
            outside=self.outside[index],
        )

    def read(self, names: tuple[str, ...]) -> NDArray[np.float32] | csr_matrix:
        """Give what a model reads: the artists alone, sparse; or dense columns side by side.

        Parameters
        ----------
        names : tuple of str
            What the model was fitted on: `ARTISTS` alone, or any of the others.

        Returns
        -------
        csr_matrix of shape (n, n_artists), or float32 ndarray of shape (n, columns)
            Scrobbles that are asked for and absent are NaN: unknown.

        Raises
        ------
        ValueError
            When a name stands for no feature, or artists are asked for among dense ones.
        """
        if names == (ARTISTS,):
            return self.artists
        dense = {
            VECTORS: self.vectors,
            EVIDENCE: self.evidence,
            OUTSIDE: self.outside,
            LOG_SCROBBLES: self.log_scrobbles,
        }
        if wrong := [name for name in names if name not in dense]:
            raise ValueError(
                f"features are {ARTISTS} alone, or any of {', '.join(dense)}; {wrong} came"
            )
        unknown = np.full(len(self), np.nan, dtype=np.float32)
        columns = [unknown if (known := dense[n]) is None else known for n in names]
        return columns[0] if len(columns) == 1 else np.column_stack(columns)
