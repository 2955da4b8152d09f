"""Boosted trees over all countries at once."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.fitted import FittedRecipe
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import fit_flat


@recipe(
    label="Flat trees",
    meaning="Boosted trees on the mean vector, all countries at once.",
    layers=1,
    options=("flat",),
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
    """Fit trees that count every listener alike."""
    return fit_flat(
        "flat",
        train,
        valid,
        classes,
        config,
        weighted=False,
        seed=seed,
        threads=threads,
        progress=progress,
    )
