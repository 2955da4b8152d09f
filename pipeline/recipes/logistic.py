"""Multinomial logistic regression, as the original: L2 0.01, ten steps."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.fitted import COUNTRIES, FittedRecipe
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.fitting import (
    countries_data,
    fit_linear,
    fitted,
    no_log,
    validation_temperature,
)


@recipe(
    label="Logistic regression",
    meaning="Weighs each dimension of the mean vector linearly, all countries at once.",
    layers=1,
    options=("logistic",),
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
    """Fit the coefficients on training listeners, the temperature on validation listeners."""
    data = countries_data(train, valid, classes)
    model = fit_linear(data, config.logistic)
    progress(1.0, COUNTRIES)
    temperatures = {COUNTRIES: validation_temperature(model, data)}
    return fitted("logistic", {COUNTRIES: model}, temperatures, train, classes), no_log()
