"""Accuracy over all classes."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Accuracy", unit="share", better="higher", views=("countries", "regions", "within"))
def accuracy(judged: Judged) -> Measured:
    """Share of listeners whose most probable country or region is the true one."""
    return share(judged.right.sum(), judged.n)
