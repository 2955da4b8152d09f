"""Listeners who have a class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample


@metric("Listeners", unit="count", better="neither", views=("country", "region"))
def listeners_true(sample: Sample, k: int) -> Measured:
    """Listeners who state the country or a country of the region."""
    return Measured(float(sample.of_class[k]), sample.n)
