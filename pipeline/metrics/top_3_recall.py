"""Recall with three guesses."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured, share


@metric("Top-3 recall", unit="share", better="higher", views=("region", "within"))
def top_3_recall(judged: Judged, k: int | None = None) -> Measured:
    """Share of listeners with the truth in the top three; within a region, the countries' mean.

    Of one class where `k` is given; else averaged over the classes that some listener has, each
    weighing the same. It is 1 by nature where there are three classes or fewer.
    """
    found = judged.in_top(3)
    if k is None:
        return judged.macro(found, judged.of_class)
    return share(found[k], judged.of_class[k])
