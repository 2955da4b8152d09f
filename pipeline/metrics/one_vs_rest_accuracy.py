"""Accuracy of one class against the rest."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample, share


@metric("Accuracy against the rest", unit="share", better="higher", views=("country", "region"))
def one_vs_rest_accuracy(sample: Sample, k: int) -> Measured:
    """Share of all listeners for whom it is right that they belong here, or that they do not.

    Near 1 for anything rare, whatever is predicted: read it beside recall.
    """
    wrong = sample.of_class[k] + sample.taken_for[k] - 2 * sample.right[k]
    return share(sample.n - wrong, sample.n)
