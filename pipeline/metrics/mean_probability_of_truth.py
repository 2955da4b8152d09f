"""Mean probability of the truth."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, mean


@metric("Mean probability of the truth", unit="share", better="higher", views=("within",))
def mean_probability_of_truth(sample: Sample) -> Measured:
    """Probability given to the true country, on average over listeners."""
    return mean(sample.probability_of_truth)
