"""Listeners who have a class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Listeners", unit="count", better="neither", views=("country", "region"))
def listeners_true(judged: Judged, k: int) -> Measured:
    """Listeners who state the country or a country of the region."""
    return Measured(float(judged.of_class[k]), judged.n)
