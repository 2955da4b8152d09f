"""Two weighted layers."""

import pytest

from pipeline.recipes.two_layer import fit as fit_plain
from pipeline.recipes.two_layer_weighted import fit


@pytest.fixture(scope="module")
def both(world, quick):
    return [recipe(world.given(quick)).fitted for recipe in (fit, fit_plain)]


@pytest.mark.parametrize(("model", "rare"), [("regions", 2), ("Latin America", 1)])
def test_the_rare_get_more_in_either_layer(both, world, model, rare):
    weighted, plain = (
        fitted.models[model].predict_proba(world.test.features.read(world.test.features.names))
        for fitted in both
    )
    assert weighted[:, rare].mean() > plain[:, rare].mean()
