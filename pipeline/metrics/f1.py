"""F1 of one class."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("F1", unit="share", better="higher", views=("country", "region"))
def f1(judged: Judged, k: int) -> Measured:
    """Harmonic mean of precision and recall.

    As 2 · right / (true + predicted), which is 0 where nobody is right, and null only where
    nobody belongs here and nobody is predicted to. Rests on those who do either.
    """
    both = int(judged.of_class[k] + judged.taken_for[k])
    right = int(judged.right[k])
    return Measured(2 * right / both if both else None, both - right)
