"""Listeners predicted to have a class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Listeners predicted", unit="count", better="neither", views=("country", "region"))
def listeners_predicted(judged: Judged, k: int) -> Measured:
    """Listeners for whom the country or region is the most probable one."""
    return Measured(float(judged.taken_for[k]), judged.n)
