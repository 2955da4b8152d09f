"""Mean F1."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Macro F1", unit="share", better="higher", views=("countries", "regions", "within"))
def macro_f1(judged: Judged) -> Measured:
    """F1 averaged over the countries or regions, each weighing the same.

    Over those that some listener has: scikit-learn's ``f1_score(truth, predicted,
    labels=np.unique(truth), average="macro", zero_division=0)``.
    """
    return judged.macro(2 * judged.right, judged.of_class + judged.taken_for)
