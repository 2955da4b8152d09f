"""Mean recall."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample


@metric("Macro recall", unit="share", better="higher", views=("countries", "regions", "within"))
def macro_recall(sample: Sample) -> Measured:
    """Recall averaged over the countries or regions, each weighing the same.

    Over those that some listener has: scikit-learn's
    ``recall_score(truth, predicted, labels=np.unique(truth), average="macro")``.
    """
    return sample.macro(sample.right, sample.of_class)
