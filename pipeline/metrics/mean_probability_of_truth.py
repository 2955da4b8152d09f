"""Mean probability of the truth."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, mean


@metric("Mean probability of the truth", unit="share", better="higher", views=("within",))
def mean_probability_of_truth(judged: Judged) -> Measured:
    """Probability given to the true country, on average over listeners."""
    return mean(judged.probability_of_truth)
