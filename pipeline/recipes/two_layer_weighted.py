"""Boosted trees over regions, then countries; rare ones of both count for more."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.fitted import FittedRecipe
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import fit_two_layers


@recipe(
    label="Two layers, weighted",
    meaning="Boosted trees, region first, in which listeners of rare places count for more.",
    layers=2,
    options=("region", "within", "within_sizes", "within_leaf_share", "top_regions"),
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
    """Fit both layers by class weights: over regions, and within each over countries.

    Temperatures go by the unweighted log loss of validation listeners, as in the other recipes.
    """
    return fit_two_layers(
        "two_layer_weighted",
        train,
        valid,
        classes,
        config,
        weighted=True,
        seed=seed,
        threads=threads,
        progress=progress,
    )
