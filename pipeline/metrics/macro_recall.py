"""Mean recall."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Macro recall", unit="share", better="higher", views=("countries", "regions", "within"))
def macro_recall(judged: Judged) -> Measured:
    """Recall averaged over the countries or regions, each weighing the same.

    Over those that some listener has: scikit-learn's
    ``recall_score(truth, predicted, labels=np.unique(truth), average="macro")``.
    """
    return judged.macro(judged.right, judged.of_class)
