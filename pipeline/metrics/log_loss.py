"""Log loss."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, mean

LEAST = float(np.finfo(np.float32).eps)
"""Smallest probability that counts as it is: one listener costs at most 15.9 nats."""


@metric("Log loss", unit="nats", better="lower", views=("countries", "regions"))
def log_loss(sample: Sample) -> Measured:
    """Mean of minus the natural logarithm of the probability given to the truth.

    Probabilities below the machine epsilon of 32-bit floats count as that, as in scikit-learn's
    ``log_loss`` of 32-bit floats.
    """
    return mean(-np.log(np.maximum(sample.probability_of_truth.astype(np.float64), LEAST)))
