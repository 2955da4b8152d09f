"""Accuracy in the ten largest countries."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Accuracy, 10 largest countries", unit="share", better="higher", views=("countries",))
def accuracy_largest_10(judged: Judged) -> Measured:
    """Accuracy among listeners of the ten countries with the most training listeners.

    Of countries with equally many, the first by position are taken.
    """
    largest = np.argsort(-judged.support, kind="stable")[:10]
    return share(judged.right[largest].sum(), judged.of_class[largest].sum())
