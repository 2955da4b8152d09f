"""Effective number of a region's countries."""

from __future__ import annotations

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Effective countries", unit="classes", better="neither", views=("within",))
def effective_classes(judged: Judged) -> Measured:
    """Number of equally large countries that would make the region as concentrated as it is.

    1 / Σp² over the countries' shares p of training listeners. Rests on these, whatever the part.
    """
    total = int(judged.support.sum())
    if not total:
        return Measured(None, 0)
    return Measured(float(1 / ((judged.support / total) ** 2).sum()), total)
