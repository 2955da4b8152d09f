"""Accuracy with five guesses."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Top-5 accuracy", unit="share", better="higher", views=("countries",))
def top_5_accuracy(judged: Judged) -> Measured:
    """Share of listeners whose true country is among the five most probable."""
    return share(judged.in_top(5).sum(), judged.n)
