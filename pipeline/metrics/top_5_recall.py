"""Recall with five guesses."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Top-5 recall", unit="share", better="higher", views=("country",))
def top_5_recall(judged: Judged, k: int) -> Measured:
    """Share of the country's listeners who have it among their five most probable."""
    return share(judged.in_top(5)[k], judged.of_class[k])
