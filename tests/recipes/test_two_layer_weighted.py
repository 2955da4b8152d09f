"""Two weighted layers."""

import pytest

from pipeline.recipes.two_layer import fit as fit_plain
from pipeline.recipes.two_layer_weighted import fit


@pytest.fixture(scope="module")
def both(world, quick):
    given = {"seed": 0, "threads": 1, "progress": lambda done, what: None}
    return [
        recipe(world.train, world.valid, world.classes, quick, **given)[0]
        for recipe in (fit, fit_plain)
    ]


@pytest.mark.parametrize(("model", "rare"), [("regions", 2), ("Latin America", 1)])
def test_the_rare_get_more_in_either_layer(both, world, model, rare):
    weighted, plain = (
        fitted.models[model].predict_proba(world.test.features.read(world.test.features.names))
        for fitted in both
    )
    assert weighted[:, rare].mean() > plain[:, rare].mean()
