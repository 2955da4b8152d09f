"""Boosted trees over regions, then over the countries of each region."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.fitted import FittedRecipe
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import fit_two_layers


@recipe(
    label="Two layers",
    meaning="Boosted trees find the region, then others the country within each region.",
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
    """Fit both layers, every listener alike, and temper each model on validation listeners.

    All regions count in the combination unless `top_regions` says otherwise. A region of one
    country needs no trees: its second layer is the constant 1.
    """
    return fit_two_layers(
        "two_layer",
        train,
        valid,
        classes,
        config,
        weighted=False,
        seed=seed,
        threads=threads,
        progress=progress,
    )
