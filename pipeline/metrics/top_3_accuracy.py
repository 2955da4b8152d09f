"""Accuracy with three guesses."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Top-3 accuracy", unit="share", better="higher", views=("regions", "within"))
def top_3_accuracy(judged: Judged) -> Measured:
    """Share of listeners whose true country or region is among the three most probable."""
    return share(judged.in_top(3).sum(), judged.n)
