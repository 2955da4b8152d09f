"""Expected calibration error."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share

BINS = 15


@metric("Calibration error", unit="share", better="lower", views=("countries", "regions"))
def calibration_error(sample: Sample) -> Measured:
    """How far the top probability is from how often it is right, on average over listeners.

    The expected calibration error of Guo et al. (2017), "On calibration of modern neural
    networks", with 15 bins of equal width: the distance of mean probability and accuracy in each
    bin, weighted by its listeners. A probability on an edge belongs to the bin above.
    """
    probability = sample.top_probability.astype(np.float64)
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    surplus = probability - (sample.predicted == sample.truth)
    return share(np.abs(np.bincount(bins, weights=surplus, minlength=BINS)).sum(), sample.n)
