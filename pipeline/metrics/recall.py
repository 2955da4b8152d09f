"""Recall of one class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Recall", unit="share", better="higher", views=("country", "region"))
def recall(judged: Judged, k: int) -> Measured:
    """Share of the listeners who belong here who are predicted to."""
    return share(judged.right[k], judged.of_class[k])
