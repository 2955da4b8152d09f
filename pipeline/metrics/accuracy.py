"""Accuracy over all classes."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Accuracy", unit="share", better="higher", views=("countries", "regions", "within"))
def accuracy(sample: Sample) -> Measured:
    """Share of listeners whose most probable country or region is the true one."""
    return share(sample.right.sum(), sample.n)
