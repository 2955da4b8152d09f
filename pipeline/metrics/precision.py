"""Precision of one class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Precision", unit="share", better="higher", views=("country", "region"))
def precision(sample: Sample, k: int) -> Measured:
    """Share of the listeners predicted to belong here who do; undefined where none is predicted."""
    return share(sample.right[k], sample.taken_for[k])
