"""Mean F1."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.sample import Measured, Sample


@metric("Macro F1", unit="share", better="higher", views=("countries", "regions", "within"))
def macro_f1(sample: Sample) -> Measured:
    """F1 averaged over the countries or regions, each weighing the same.

    Over those that some listener has: scikit-learn's ``f1_score(truth, predicted,
    labels=np.unique(truth), average="macro", zero_division=0)``.
    """
    return sample.macro(2 * sample.right, sample.of_class + sample.taken_for)
