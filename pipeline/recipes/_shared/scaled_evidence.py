"""How far what artists say is to be believed, by validation listeners."""

from __future__ import annotations

import numpy as np

from pipeline.core.model.evidence import Expected
from pipeline.core.model.hierarchy import log, log_loss, softmax, softmax_within
from pipeline.recipes._shared.fitting import Fitting

LARGEST_SCALE = 5.0
"""Largest scale that is sought."""

SCALE_OF_NOBODY = 0.5
"""Scale where there is nobody to fit it on."""


def expected(given: Fitting) -> Expected:
    """Shares of the training listeners."""
    return Expected.of(given.listeners, given.classes.region_of)


def scales(given: Fitting) -> tuple[float, float]:
    """Scale of each layer's evidence with the least log loss on validation listeners.

    The evidence itself was counted on training listeners, so that on them it would seem to be
    worth more than it is.
    """
    valid, classes = given.valid, given.classes
    if not len(valid):
        return SCALE_OF_NOBODY, SCALE_OF_NOBODY
    from scipy.optimize import minimize_scalar

    known = expected(given)
    of_region, of_country = np.split(valid.features.evidence, [len(classes.regions)], axis=1)
    home = classes.regions_of(valid.country)

    def region_loss(scale: float) -> float:
        return log_loss(softmax(log(known.region) + scale * of_region), home)

    def within_loss(scale: float) -> float:
        logits = log(known.within) + scale * of_country
        return log_loss(softmax_within(logits, classes.region_of), valid.country)

    found = [
        minimize_scalar(loss, bounds=(0.0, LARGEST_SCALE), method="bounded").x
        for loss in (region_loss, within_loss)
    ]
    return round(float(found[0]), 4), round(float(found[1]), 4)
