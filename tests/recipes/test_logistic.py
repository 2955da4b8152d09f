"""The logistic regression: near the best that can be done where classes are Gaussian."""

import numpy as np

from pipeline.config import LogisticConfig, TrainConfig
from pipeline.core.model.hierarchy import log_loss
from pipeline.recipes.logistic import fit


def accuracy(world, config):
    fitted = fit(world.given(config)).fitted
    predicted = fitted.predict(world.test.features).country
    return (predicted.argmax(axis=1) == world.test.country).mean(), predicted, fitted


def test_linear_borders_between_gaussians_are_found(world):
    right, predicted, fitted = accuracy(world, TrainConfig(logistic=LogisticConfig()))
    assert right > 0.9
    assert log_loss(predicted, world.test.country) < 0.35
    assert 0.2 < fitted.temperatures["countries"] < 1.2


def test_heavy_l2_leaves_little_but_the_prior(world):
    config = TrainConfig(logistic=LogisticConfig(l2=1e4, max_iterations=100))
    model = accuracy(world, config)[2].models["countries"]
    raw = model.predict_proba(world.test.features.read(world.test.features.names))
    shares = np.bincount(world.train.country) / len(world.train)
    assert np.abs(raw - shares).max() < 0.02
