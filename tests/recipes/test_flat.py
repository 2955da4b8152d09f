"""Flat trees."""

import numpy as np
from sklearn.metrics import log_loss

from pipeline.recipes.flat import fit
from pipeline.recipes.majority import fit as fit_majority


def fitted(recipe, world, config):
    given = {"seed": 0, "threads": 1, "progress": lambda done, what: None}
    return recipe(world.train, world.valid, world.classes, config, **given)


def test_flat_trees_beat_the_majority_by_far(world, quick):
    labels = np.arange(6)
    losses = [
        log_loss(
            world.test.country,
            fitted(recipe, world, quick)[0].predict(world.test.features).country,
            labels=labels,
        )
        for recipe in (fit, fit_majority)
    ]
    assert losses[0] < 0.4 * losses[1]


def test_flat_trees_log_one_model(world, quick):
    log = fitted(fit, world, quick)[1]
    assert set(log["model"]) == {"countries"}
    assert set(log["part"]) == {"train", "valid"}
