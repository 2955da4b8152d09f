"""Artist vectors by a truncated singular value decomposition of listeners by artists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.config import EmbedArtistsConfig

SMALLEST_AXIS = 1e-4
"""Singular value, as a share of the largest, below which an axis holds only rounding."""


def factorise(
    listener: NDArray[np.int32],
    artist: NDArray[np.int32],
    config: EmbedArtistsConfig,
    *,
    seed: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Give artists the axes along which lists differ most.

    The matrix has 1 / (the artist's listeners)^`config.damping` where a listener plays an artist,
    so that what everybody plays does not fill the axes. Right singular vectors are divided in the
    same way: the sum of a list's vectors is then exactly the list's place on the axes, and the
    mean of the vectors that place on the scale of the mean.

    Parameters
    ----------
    listener, artist : int32 ndarrays of shape (n_plays,)
        Who plays whom; no pair comes twice.
    config : EmbedArtistsConfig
    seed : int
        Start of the randomised search.

    Returns
    -------
    artists : int32 ndarray of shape (n,)
        Those with `config.min_count` listeners, ascending; none when there are none.
    vectors : float32 ndarray of shape (n, n_dimensions)
        Of `config.vector_size` dimensions, or as many as the matrix has, the widest axis first.
    """
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    artists, column, listeners = np.unique(artist, return_inverse=True, return_counts=True)
    frequent = listeners >= config.min_count
    if not frequent.any():
        return artists[:0], np.empty((0, config.vector_size), dtype=np.float32)
    place = np.cumsum(frequent) - 1
    rows, row = np.unique(listener[frequent[column]], return_inverse=True)
    column = place[column[frequent[column]]]
    damping = (listeners[frequent] ** -config.damping).astype(np.float32)
    matrix = csr_matrix((damping[column], (row, column)), shape=(len(rows), len(damping)))
    # The last digits of a dense product depend on the number of threads.
    with threadpool_limits(limits=1):
        _, size, axes = randomized_svd(
            matrix,
            min(config.vector_size, *matrix.shape),
            n_iter=config.iterations,
            random_state=seed,
        )
    wide = size > SMALLEST_AXIS * size[0]
    return artists[frequent], np.ascontiguousarray(axes[wide].T * damping[:, None])
