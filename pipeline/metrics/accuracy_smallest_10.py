"""Accuracy in the ten smallest countries."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Accuracy, 10 smallest countries", unit="share", better="higher", views=("countries",))
def accuracy_smallest_10(judged: Judged) -> Measured:
    """Accuracy among listeners of the ten countries with the fewest training listeners.

    Of countries with equally many, the first by position are taken.
    """
    smallest = np.argsort(judged.support, kind="stable")[:10]
    return share(judged.right[smallest].sum(), judged.of_class[smallest].sum())
