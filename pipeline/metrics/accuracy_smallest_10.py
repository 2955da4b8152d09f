"""Accuracy in the ten smallest countries."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Accuracy, 10 smallest countries", unit="share", better="higher", views=("countries",))
def accuracy_smallest_10(sample: Sample) -> Measured:
    """Accuracy among listeners of the ten countries with the fewest training listeners.

    Of countries with equally many, the first by position are taken.
    """
    smallest = np.argsort(sample.support, kind="stable")[:10]
    return share(sample.right[smallest].sum(), sample.of_class[smallest].sum())
