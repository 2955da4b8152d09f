"""Logistic regression over artists in two layers: regions, then the countries of each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.features import ARTISTS
from pipeline.core.model.fitted import REGIONS, FittedRecipe
from pipeline.core.model.hierarchy import log_loss
from pipeline.core.model.models import Model
from pipeline.recipes import Fitting, Outcome, recipe
from pipeline.recipes._shared.artist_weights import ROOT, artist_weights
from pipeline.recipes._shared.linear import fit_sparse_linear
from pipeline.recipes._shared.model_data import Data, layers_data
from pipeline.recipes._shared.temperature import tempered
from pipeline.recipes._shared.training_log import no_log


@recipe(
    label="Two layers, linear",
    meaning="Weighs each artist for the region, then again for the country within each region.",
    layers=2,
    options=("artist_logistic",),
)
def fit(given: Fitting) -> Outcome:
    """Fit both layers with every strength, and keep the one with the least log loss.

    The loss is that of the countries of validation listeners. Few listeners pull the coefficients
    of a region towards 0, and so its second layer towards the region's own shares.
    """
    data = layers_data(given, (ARTISTS,))
    weights = artist_weights(data[REGIONS].X, norm_power=ROOT)
    strengths = given.config.artist_logistic.strengths
    share = 1 / len(strengths)
    fits = (
        _fit(given.part(done * share, share), data, weights, strength=strength)
        for done, strength in enumerate(strengths)
    )

    def loss(fitted: FittedRecipe) -> float:
        return log_loss(fitted.predict(given.valid.features).country, given.valid.country)

    return Outcome(min(fits, key=loss), no_log())


def _fit(
    given: Fitting, data: Mapping[str, Data], weights: NDArray[np.float32], *, strength: float
) -> FittedRecipe:
    config = given.config.artist_logistic
    models: dict[str, Model] = {}
    for done, (name, one) in enumerate(data.items(), 1):
        models[name] = fit_sparse_linear(one, weights, config, strength=strength, norm_power=ROOT)
        given.progress(done / len(data), f"{name}: strength {strength:g}")
    return tempered(given, models, data, features=(ARTISTS,))
