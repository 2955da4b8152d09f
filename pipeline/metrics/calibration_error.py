"""Expected calibration error."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.calibration import BINS, bins
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Calibration error", unit="share", better="lower", views=("countries", "regions"))
def calibration_error(judged: Judged) -> Measured:
    """How far the top probability is from how often it is right, on average over listeners.

    The expected calibration error of Guo et al. (2017), "On calibration of modern neural
    networks", with 15 bins of equal width: the distance of mean probability and accuracy in each
    bin, weighted by its listeners. A probability on an edge belongs to the bin above.
    """
    probability = judged.top_probability.astype(np.float64)
    surplus = probability - (judged.predicted == judged.truth)
    summed = np.bincount(bins(probability), weights=surplus, minlength=BINS)
    return share(np.abs(summed).sum(), judged.n)
