"""Artist evidence alone: each artist's word added up, in two layers, with one number a layer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.evidence import Expected
from pipeline.core.model.features import EVIDENCE
from pipeline.core.model.fitted import REGIONS, FittedRecipe
from pipeline.core.model.hierarchy import log, log_loss, softmax, softmax_within
from pipeline.core.model.models import Model, ScaledEvidence
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import fitted, no_log

MOST_BELIEF = 5.0
"""Largest scale that is sought."""

FIRST_BELIEF = 0.5
"""Scale where there is nobody to fit it on."""


@recipe(
    label="Artist evidence",
    meaning="Adds up what each artist says of each region, then of each country within it.",
    layers=2,
)
def fit(
    train: Sample,
    valid: Sample,
    classes: Classes,
    config: TrainConfig,
    *,
    seed: int,
    threads: int,
    progress: Progress,
) -> tuple[FittedRecipe, pd.DataFrame]:
    """Fit how far evidence is to be believed in each layer, on validation listeners.

    The evidence itself was counted on training listeners, so that on them it would seem to be
    worth more than it is.
    """
    first, second = scales(train, valid, classes)
    known = expected(train, classes)
    n_regions = len(classes.regions)
    columns = tuple(range(n_regions))
    models: dict[str, Model] = {
        REGIONS: ScaledEvidence(tuple(known.region.tolist()), columns, first)
    }
    for position, region in enumerate(classes.regions):
        members = classes.within(position)
        share = tuple(known.within[members].tolist())
        places = tuple((n_regions + members).tolist())
        models[region] = ScaledEvidence(share, places, second)
    progress(1.0, REGIONS)
    return fitted("evidence", models, {}, train, classes, names=(EVIDENCE,)), no_log()


def expected(train: Sample, classes: Classes) -> Expected:
    """Shares of the training listeners."""
    listeners = np.bincount(train.country, minlength=len(classes.countries))
    return Expected.of(listeners, classes.region_of)


def scales(train: Sample, valid: Sample, classes: Classes) -> tuple[float, float]:
    """Scale of each layer's evidence with the least log loss on validation listeners."""
    if not len(valid):
        return FIRST_BELIEF, FIRST_BELIEF
    from scipy.optimize import minimize_scalar

    known = expected(train, classes)
    of_region, of_country = np.split(valid.features.evidence, [len(classes.regions)], axis=1)
    home = np.asarray(classes.region_of)[valid.country]

    def region_loss(scale: float) -> float:
        return log_loss(softmax(log(known.region) + scale * of_region), home)

    def within_loss(scale: float) -> float:
        logits = log(known.within) + scale * of_country
        return log_loss(softmax_within(logits, classes.region_of), valid.country)

    found = [
        minimize_scalar(loss, bounds=(0.0, MOST_BELIEF), method="bounded").x
        for loss in (region_loss, within_loss)
    ]
    return round(float(found[0]), 4), round(float(found[1]), 4)
