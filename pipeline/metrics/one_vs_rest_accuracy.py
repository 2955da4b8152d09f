"""Accuracy of one class against the rest."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Accuracy against the rest", unit="share", better="higher", views=("country", "region"))
def one_vs_rest_accuracy(judged: Judged, k: int) -> Measured:
    """Share of all listeners for whom it is right that they belong here, or that they do not.

    Near 1 for anything rare, whatever is predicted: read it beside recall.
    """
    wrong = judged.of_class[k] + judged.taken_for[k] - 2 * judged.right[k]
    return share(judged.n - wrong, judged.n)
