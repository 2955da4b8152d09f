"""Mean precision."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Macro precision", unit="share", better="higher", views=("countries", "regions", "within"))
def macro_precision(judged: Judged) -> Measured:
    """Precision averaged over the countries or regions, 0 for those never predicted.

    Over those that some listener has: scikit-learn's ``precision_score(truth, predicted,
    labels=np.unique(truth), average="macro", zero_division=0)``.
    """
    return judged.macro(judged.right, judged.taken_for)
