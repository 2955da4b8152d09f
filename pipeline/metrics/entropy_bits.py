"""Entropy of a region's countries."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import metric
from pipeline.metrics._shared.judged import Judged, Measured


@metric("Entropy", unit="bits", better="neither", views=("within",))
def entropy_bits(judged: Judged) -> Measured:
    """How evenly the region's training listeners spread over its countries; 0 is one country.

    Entropy of the countries' shares of training listeners, to base 2. Rests on these, whatever
    the part.
    """
    total = int(judged.support.sum())
    if not total:
        return Measured(None, 0)
    shares = judged.support[judged.support > 0] / total
    # Adding 0 turns the -0.0 of a single country into 0.
    return Measured(float(-(shares * np.log2(shares)).sum()) + 0.0, total)
