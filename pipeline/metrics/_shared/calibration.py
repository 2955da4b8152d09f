"""Bins of the top probability, in which calibration is measured and shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Bins of equal width between 0 and 1."""


def bins(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of each probability's bin, from 0; one on an edge belongs to the bin above."""
    return np.minimum((probability * BINS).astype(np.int64), BINS - 1)
