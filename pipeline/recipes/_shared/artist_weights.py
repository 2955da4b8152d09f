"""How much each artist of a list counts in the models that read artists themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.evidence import VOCABULARY_LISTENERS
from pipeline.core.model.features import bag, inverse_frequencies

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ROOT = 0.5
"""Power by which lists are shortened: their length's root is left.

On validation listeners this beats equally long lists (1.0): a listener with 50 artists has said
more than one with five.
"""


def artist_weights(matrix: csr_matrix, *, norm_power: float) -> NDArray[np.float32]:
    """Weigh artists by rarity; those outside the vocabulary by 0.

    Weights are scaled so that the mean squared length of the lists that `bag` makes of them is 1:
    regularisation then means the same on every data set.

    Parameters
    ----------
    matrix : csr_matrix of shape (n_listeners, n_artists)
        Weights of training listeners' plays.
    norm_power : float
        As in `bag`.
    """
    listeners = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weights = inverse_frequencies(matrix)
    weights[listeners < VOCABULARY_LISTENERS] = 0
    if norm_power == 1 or not weights.any():
        return weights
    lists = bag(matrix, weights, norm_power=norm_power)
    mean_square = float(lists.multiply(lists).sum() / max(1, lists.shape[0]))
    # A list grows with its weights to the power of 1 - norm_power.
    return np.asarray(weights * mean_square ** (-0.5 / (1 - norm_power)), dtype=np.float32)
