"""Accuracy with five guesses."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Top-5 accuracy", unit="share", better="higher", views=("countries",))
def top_5_accuracy(sample: Sample) -> Measured:
    """Share of listeners whose true country is among the five most probable."""
    return share(sample.in_top(5).sum(), sample.n)
