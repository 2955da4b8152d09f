"""The baseline."""

import numpy as np
from numpy.testing import assert_allclose

from pipeline.config import TrainConfig
from pipeline.recipes.majority import fit


def test_everybody_gets_the_shares_of_training(world):
    fitted, log = fit(world.given(TrainConfig()))
    shares = np.bincount(world.train.country) / len(world.train)
    assert_allclose(fitted.predict(world.test.features).country, [shares] * len(world.test))
    assert len(log) == 0
