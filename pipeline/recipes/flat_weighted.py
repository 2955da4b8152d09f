"""Boosted trees over all countries at once; rare countries count for more."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.fitted import FittedRecipe
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import fit_flat


@recipe(
    label="Flat trees, weighted",
    meaning="Boosted trees over all countries, in which listeners of rare ones count for more.",
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
    """Fit trees that count a listener by their country's weight: min(cap, sqrt(N / (K · n_c))).

    When to stop and how far to temper go by the unweighted log loss of validation listeners, so
    that the probabilities stay as honest as the leaning towards rare countries allows.
    """
    return fit_flat(
        "flat_weighted",
        train,
        valid,
        classes,
        config,
        weighted=True,
        seed=seed,
        threads=threads,
        progress=progress,
    )
