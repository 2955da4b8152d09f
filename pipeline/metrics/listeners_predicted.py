"""Listeners predicted to have a class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample


@metric("Listeners predicted", unit="count", better="neither", views=("country", "region"))
def listeners_predicted(sample: Sample, k: int) -> Measured:
    """Listeners for whom the country or region is the most probable one."""
    return Measured(float(sample.taken_for[k]), sample.n)
