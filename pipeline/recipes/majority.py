"""The baseline: every listener gets the shares of the countries in training."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.fitted import COUNTRIES, FittedRecipe
from pipeline.core.model.models import prior
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import fitted, no_log


@recipe(
    label="Majority",
    meaning="Gives each country its share of the training listeners, whoever asks.",
    layers=1,
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
    """Count the training listeners of each country."""
    model = prior(train.country, len(classes.countries))
    progress(1.0, COUNTRIES)
    return fitted("majority", {COUNTRIES: model}, {}, train, classes), no_log()
