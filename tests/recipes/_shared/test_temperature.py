"""Temperatures by validation listeners."""

import numpy as np
import pytest
from planted_data import blobs
from sklearn.metrics import log_loss as sklearn_log_loss

from pipeline.config import TreesConfig
from pipeline.core.model.hierarchy import temper
from pipeline.core.model.models import Constant
from pipeline.core.progress import no_progress
from pipeline.recipes._shared.model_data import Data, layers_data
from pipeline.recipes._shared.temperature import (
    FEWEST_LISTENERS,
    tempered,
    validation_temperature,
)
from pipeline.recipes._shared.trees import fit_trees


def test_temperature_cools_an_overfitted_model():
    data = blobs((300, 300), apart=0.5)
    # 300 rounds of tiny leaves know the training listeners by heart.
    config = TreesConfig(rounds=60, min_in_leaf=1, learning_rate=0.5, patience=60, l2=0.0)
    model = fit_trees(
        Data(data.X, data.y, data.X, data.y, 2),
        config,
        name="m",
        weighted=False,
        seed=0,
        threads=1,
        progress=no_progress,
    )[0]
    fitted = validation_temperature(model, data)
    assert fitted > 1.5
    raw = model.predict_proba(data.valid_x)
    tempered = sklearn_log_loss(data.valid_y, temper(raw, fitted))
    assert tempered < sklearn_log_loss(data.valid_y, raw)


def test_temperature_of_a_handful_of_listeners_is_left_at_one():
    data = blobs((30, 24))
    assert len(data.valid_y) == 18 < FEWEST_LISTENERS
    assert validation_temperature(Constant((0.9, 0.1)), data) == 1.0


def test_each_model_is_tempered_by_the_listeners_of_its_own_data(world, quick):
    given = world.given(quick, recipe="mine")
    data = layers_data(given)
    sure = {
        name: Constant(tuple([0.98] + [0.02 / (one.n_classes - 1)] * (one.n_classes - 1)))
        for name, one in data.items()
        if one.n_classes > 1
    }
    models = {**sure, "East Asia": Constant((1.0,))}
    fitted = tempered(given, models, data, top_regions=2)
    expected = {name: validation_temperature(model, data[name]) for name, model in models.items()}
    assert fitted.temperatures == expected
    assert fitted.temperatures["East Asia"] == 1.0
    # Odds of 49 that should be those of Brazilians against Argentinians: 49^(1 / T).
    brazilians, argentinians = ((world.valid.country == country).sum() for country in (0, 1))
    by_hand = np.log(49) / np.log(brazilians / argentinians)
    assert fitted.temperatures["Latin America"] == pytest.approx(by_hand, rel=1e-3)
    assert len(set(fitted.temperatures.values())) == 4
    assert (fitted.recipe, fitted.top_regions) == ("mine", 2)
    assert fitted.features == world.train.features.names
