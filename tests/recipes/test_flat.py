"""Flat trees."""

import numpy as np
from sklearn.metrics import log_loss

from pipeline.recipes.flat import fit
from pipeline.recipes.majority import fit as fit_majority


def test_flat_trees_beat_the_majority_by_far(world, quick):
    labels = np.arange(6)
    losses = [
        log_loss(
            world.test.country,
            recipe(world.given(quick)).fitted.predict(world.test.features).country,
            labels=labels,
        )
        for recipe in (fit, fit_majority)
    ]
    assert losses[0] < 0.4 * losses[1]


def test_flat_trees_log_one_model(world, quick):
    log = fit(world.given(quick)).log
    assert set(log["model"]) == {"countries"}
    assert set(log["part"]) == {"train", "valid"}
