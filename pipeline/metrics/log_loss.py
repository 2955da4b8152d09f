"""Log loss."""

from __future__ import annotations

import numpy as np

from pipeline.core.model.hierarchy import REPORT_FLOOR, losses
from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, mean


@metric("Log loss", unit="nats", better="lower", views=("countries", "regions"))
def log_loss(judged: Judged) -> Measured:
    """Mean of minus the natural logarithm of the probability given to the truth.

    Probabilities below the machine epsilon of 32-bit floats count as that, as in scikit-learn's
    ``log_loss`` of 32-bit floats.
    """
    return mean(losses(judged.probability_of_truth.astype(np.float64), floor=REPORT_FLOOR))
