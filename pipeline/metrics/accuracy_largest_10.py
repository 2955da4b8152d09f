"""Accuracy in the ten largest countries."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Accuracy, 10 largest countries", unit="share", better="higher", views=("countries",))
def accuracy_largest_10(sample: Sample) -> Measured:
    """Accuracy among listeners of the ten countries with the most training listeners.

    Of countries with equally many, the first by position are taken.
    """
    largest = np.argsort(-sample.support, kind="stable")[:10]
    return share(sample.right[largest].sum(), sample.of_class[largest].sum())
