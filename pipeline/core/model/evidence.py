"""What each artist says of where its listeners live, and what a listener's artists say together.

An artist's audience is counted on training listeners and shrunk: its regions towards what the
name lets expect, and its countries within each region likewise, so that an artist that few have
says little more than its name, and one that many have speaks for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.features import Features, mean_vectors
from pipeline.core.model.hierarchy import Layers

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

PSEUDO_LISTENERS = 20.0
"""Listeners, spread as expected, that are added to each artist's audience in each layer.

On real listeners 10 to 40 placed validation listeners alike.
"""

VOCABULARY_LISTENERS = 5
"""Training listeners from whom on an artist has weights of its own in the models of artists."""


@dataclass(frozen=True)
class Expected:
    """The audience to expect of an artist before anybody is counted.

    Attributes
    ----------
    region : float64 ndarray of shape (n_regions,)
        Share of the training listeners.
    within : float64 ndarray of shape (n_countries,)
        Share of the training listeners of the country's region.
    region_of : integer ndarray of shape (n_countries,)
        Position of each country's region.

    Examples
    --------
    >>> expected = Expected.of(np.array([3, 1, 4]), region_of=(0, 0, 1))
    >>> expected.region
    array([0.5, 0.5])
    >>> expected.within
    array([0.75, 0.25, 1.  ])
    """

    region: NDArray[np.float64]
    within: NDArray[np.float64]
    region_of: NDArray[np.intp]

    @classmethod
    def of(cls, listeners: NDArray[Any], region_of: Any) -> Expected:
        """Read the shares out of the training listeners of each country, shape (n_countries,)."""
        positions = np.asarray(region_of, dtype=np.intp)
        counts = np.maximum(np.asarray(listeners, dtype=np.float64), 1e-9)
        by_region = np.bincount(positions, weights=counts)
        return cls(by_region / by_region.sum(), counts / by_region[positions], positions)


def artist_evidence(counts: NDArray[Any], named: Layers, expected: Expected) -> NDArray[np.float32]:
    """Weigh what each artist says of each region, and of each country within its region.

    Parameters
    ----------
    counts : ndarray of shape (n_artists, n_countries)
        Training listeners who have the artist.
    named : Layers of n_artists
        The audience that the names let expect.
    expected : Expected
        The audience of all.

    Returns
    -------
    float32 ndarray of shape (n_artists, n_regions + n_countries)
        ln of how many times likelier the artist makes each region, then each country within its
        region. All 0 for an artist that is had as everybody's are.

    Examples
    --------
    >>> from pipeline.core.model.hierarchy import split
    >>> expected = Expected.of(np.array([50, 50]), region_of=(0, 1))
    >>> named = split(np.array([[0.5, 0.5]]), region_of=(0, 1))

    Twenty listeners, all in the first of two regions, and as many as expected: 30 of 40.

    >>> artist_evidence(np.array([[20, 0]]), named, expected).round(2)  # ln 1.5, ln 0.5
    array([[ 0.41, -0.69,  0.  ,  0.  ]], dtype=float32)
    """
    region_of = expected.region_of
    membership = (region_of[:, None] == np.arange(len(expected.region))).astype(np.float64)
    in_country = np.asarray(counts, dtype=np.float64)
    in_region = in_country @ membership
    total = in_region.sum(axis=1, keepdims=True)
    region = (in_region + PSEUDO_LISTENERS * named.region) / (total + PSEUDO_LISTENERS)
    within = (in_country + PSEUDO_LISTENERS * named.within) / (
        in_region[:, region_of] + PSEUDO_LISTENERS
    )
    return np.hstack([np.log(region / expected.region), np.log(within / expected.within)]).astype(
        np.float32
    )


def name_evidence(named: Layers, expected: Expected) -> NDArray[np.float32]:
    """Weigh what names alone say: `artist_evidence` of artists that nobody has.

    Examples
    --------
    >>> from pipeline.core.model.hierarchy import split
    >>> expected = Expected.of(np.array([50, 50]), region_of=(0, 1))
    >>> name_evidence(split(np.array([[0.75, 0.25]]), region_of=(0, 1)), expected).round(2)
    array([[ 0.41, -0.69,  0.  ,  0.  ]], dtype=float32)
    """
    return artist_evidence(np.zeros_like(named.country), named, expected)


def listener_evidence(
    matrix: csr_matrix, evidence: NDArray[np.float32], totals: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Add up what artists say, over the root of the listener's weight.

    Artists of one listener repeat each other, hence the root: twice as many say about 1.4 times
    as much.

    Parameters
    ----------
    matrix : csr_matrix of shape (n_listeners, n_artists)
        Weights, from `features.artist_matrix`.
    evidence : float32 ndarray of shape (n_artists, n)
        From `artist_evidence`.
    totals : float32 ndarray of shape (n_listeners,)
        Weight of all the listener's artists.

    Returns
    -------
    float32 ndarray of shape (n_listeners, n)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> matrix = csr_matrix(np.array([[1, 3]], dtype=np.float32))
    >>> evidence = np.array([[1.0], [0.5]], dtype=np.float32)
    >>> listener_evidence(matrix, evidence, weight_of(matrix))  # (1 · 1 + 3 · 0.5) / √4
    array([[1.25]], dtype=float32)
    """
    sums = np.asarray(matrix @ evidence, dtype=np.float32)
    roots = np.sqrt(np.where(totals > 0, totals, 1)).astype(np.float32)
    return np.asarray(sums / roots[:, None], dtype=np.float32)


def weight_of(matrix: csr_matrix) -> NDArray[np.float32]:
    """Weight of all of each listener's artists, shape (n_listeners,).

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> weight_of(csr_matrix([[1, 3], [0, 0]]))
    array([4., 0.], dtype=float32)
    """
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def outside_vocabulary(matrix: csr_matrix, vocabulary: NDArray[np.bool_]) -> csr_matrix:
    """Keep the weights of the artists that `vocabulary`, of shape (n_artists,), does not name.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> outside_vocabulary(csr_matrix([[1.0, 3.0]]), np.array([True, False])).toarray()
    array([[0., 3.]])
    """
    from scipy.sparse import csr_matrix

    data = np.where(vocabulary[matrix.indices], np.float32(0), matrix.data)
    return csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


@dataclass(frozen=True)
class ArtistKnowledge:
    """What a build knows of each of its artists: all that turns plays into features.

    Attributes
    ----------
    vectors : float32 ndarray of shape (n_artists, n_dimensions)
        0 where the artist has none.
    embedded : bool ndarray of shape (n_artists,)
        Whether the artist has a vector.
    evidence : float32 ndarray of shape (n_artists, n_regions + n_countries)
        From `artist_evidence`.
    vocabulary : bool ndarray of shape (n_artists,)
        Whether `VOCABULARY_LISTENERS` have the artist.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> knowledge = ArtistKnowledge(
    ...     vectors=np.array([[2, 0], [0, 0]], dtype=np.float32),
    ...     embedded=np.array([True, False]),
    ...     evidence=np.array([[1.0], [0.5]], dtype=np.float32),
    ...     vocabulary=np.array([True, False]),
    ... )
    >>> features = knowledge.features(csr_matrix(np.array([[1, 3]], dtype=np.float32)), None)
    >>> features.vectors
    array([[2., 0.]], dtype=float32)
    >>> features.evidence, features.outside  # of both artists, and of the second alone
    (array([[1.25]], dtype=float32), array([[0.75]], dtype=float32))
    """

    vectors: NDArray[np.float32]
    embedded: NDArray[np.bool_]
    evidence: NDArray[np.float32]
    vocabulary: NDArray[np.bool_]

    def features(
        self,
        matrix: csr_matrix,
        log_scrobbles: NDArray[np.float32] | None,
        *,
        strangers: csr_matrix | None = None,
        stranger_evidence: NDArray[np.float32] | None = None,
    ) -> Features:
        """Turn weights of plays into features.

        Parameters
        ----------
        matrix : csr_matrix of shape (n, n_artists)
            Weights of the known artists.
        log_scrobbles : float32 ndarray of shape (n,) or None
            As in `Features`.
        strangers : csr_matrix of shape (n, n_strangers), optional
            Weights of artists that the build does not know.
        stranger_evidence : float32 ndarray of shape (n_strangers, n_regions + n_countries)
            What their names say, from `name_evidence`.
        """
        means, known = mean_vectors(matrix, self.vectors, self.embedded)
        totals = weight_of(matrix)
        if strangers is not None:
            totals = totals + weight_of(strangers)
        heard = listener_evidence(matrix, self.evidence, totals)
        rare = outside_vocabulary(matrix, self.vocabulary)
        outside = listener_evidence(rare, self.evidence, totals)
        if strangers is not None and stranger_evidence is not None:
            unheard = listener_evidence(strangers, stranger_evidence, totals)
            heard, outside = heard + unheard, outside + unheard
        return Features(
            vectors=means,
            log_scrobbles=log_scrobbles,
            artists=matrix,
            known_artists=known,
            evidence=heard,
            outside=outside,
        )
