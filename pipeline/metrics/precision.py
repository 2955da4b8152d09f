"""Precision of one class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Precision", unit="share", better="higher", views=("country", "region"))
def precision(judged: Judged, k: int) -> Measured:
    """Share of the listeners predicted to belong here who do; undefined where none is predicted."""
    return share(judged.right[k], judged.taken_for[k])
