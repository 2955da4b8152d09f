"""Recall of one class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Recall", unit="share", better="higher", views=("country", "region"))
def recall(sample: Sample, k: int) -> Measured:
    """Share of the listeners who belong here who are predicted to."""
    return share(sample.right[k], sample.of_class[k])
