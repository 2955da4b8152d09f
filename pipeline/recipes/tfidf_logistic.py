"""TF-IDF of the artists and multinomial logistic regression: the plain peer to beat.

After Krismayer, Schedl, Knees and Rabiser, "Predicting user demographics from music listening
information" (Multimedia Tools and Applications, 2019).
"""

from __future__ import annotations

import pandas as pd

from pipeline.config import TrainConfig
from pipeline.core.model.features import ARTISTS
from pipeline.core.model.fitted import COUNTRIES, FittedRecipe
from pipeline.core.model.hierarchy import log_loss
from pipeline.recipes import Classes, Progress, Sample, recipe
from pipeline.recipes._shared.artist_models import artist_weights, fit_sparse_linear
from pipeline.recipes._shared.fitting import countries_data, fitted, no_log, validation_temperature

UNIT_LENGTH = 1.0
"""Every list is as long as any other, as TF-IDF has it."""


@recipe(
    label="TF-IDF logistic",
    meaning="Weighs each artist of the list linearly, rare ones more, all countries at once.",
    layers=1,
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
    """Fit with every strength, and keep the one with the least log loss on validation."""
    data = countries_data(train, valid, classes, (ARTISTS,))
    weights = artist_weights(data.X, norm_power=UNIT_LENGTH)
    strengths = config.artist_logistic.strengths
    best, least = None, float("inf")
    for done, strength in enumerate(strengths, 1):
        model = fit_sparse_linear(
            data, weights, config.artist_logistic, strength=strength, norm_power=UNIT_LENGTH
        )
        loss = log_loss(model.predict_proba(data.valid_x), data.valid_y)
        if best is None or loss < least:
            best, least = model, loss
        progress(done / len(strengths), f"{COUNTRIES}: strength {strength:g}")
    assert best is not None
    temperatures = {COUNTRIES: validation_temperature(best, data)}
    recipe_fitted = fitted(
        "tfidf_logistic", {COUNTRIES: best}, temperatures, train, classes, names=(ARTISTS,)
    )
    return recipe_fitted, no_log()
