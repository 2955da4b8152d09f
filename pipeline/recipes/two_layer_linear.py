"""Logistic regression over artists in two layers: regions, then the countries of each."""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.features import ARTISTS
from pipeline.core.model.fitted import REGIONS, FittedRecipe
from pipeline.core.model.hierarchy import log_loss
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.artist_models import ROOT, artist_weights, fit_sparse_linear
from pipeline.recipes._shared.fitting import (
    Data,
    countries_data,
    fitted,
    no_log,
    part_of,
    regions_data,
    validation_temperature,
    within_data,
)


@recipe(
    label="Two layers, linear",
    meaning="Weighs each artist for the region, then again for the country within each region.",
    layers=2,
    options=("artist_logistic",),
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
    """Fit both layers with every strength, and keep the one with the least log loss.

    The loss is that of the countries of validation listeners. Few listeners pull the coefficients
    of a region towards 0, and so its second layer towards the region's own shares.
    """
    countries = countries_data(train, valid, classes, (ARTISTS,))
    steps = {REGIONS: regions_data(countries, classes)}
    for position, region in enumerate(classes.regions):
        steps[region] = within_data(countries, classes, position)
    strengths = config.artist_logistic.strengths
    best, least = None, float("inf")
    for done, strength in enumerate(strengths):
        told = part_of(progress, done / len(strengths), 1 / len(strengths))
        found = _fit(steps, train, classes, config, strength=strength, progress=told)
        loss = log_loss(found.predict(valid.features).country, countries.valid_y)
        if best is None or loss < least:
            best, least = found, loss
    assert best is not None
    return best, no_log()


def _fit(
    steps: dict[str, Data],
    train: Sample,
    classes: Classes,
    config: TrainConfig,
    *,
    strength: float,
    progress: Progress,
) -> FittedRecipe:
    weights = artist_weights(steps[REGIONS].X, norm_power=ROOT)
    models = {}
    for done, (name, data) in enumerate(steps.items(), 1):
        models[name] = fit_sparse_linear(
            data, weights, config.artist_logistic, strength=strength, norm_power=ROOT
        )
        progress(done / len(steps), f"{name}: strength {strength:g}")
    temperatures = {n: validation_temperature(models[n], data) for n, data in steps.items()}
    return fitted("two_layer_linear", models, temperatures, train, classes, names=(ARTISTS,))
