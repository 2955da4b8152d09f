"""Recall with five guesses."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Top-5 recall", unit="share", better="higher", views=("country",))
def top_5_recall(sample: Sample, k: int) -> Measured:
    """Share of the country's listeners who have it among their five most probable."""
    return share(sample.in_top(5)[k], sample.of_class[k])
