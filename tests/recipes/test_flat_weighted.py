"""Weighted flat trees."""

from pipeline.recipes.flat import fit as fit_flat
from pipeline.recipes.flat_weighted import fit


def test_the_rare_country_gets_more_than_without_weights(world, quick):
    features = world.test.features
    weighted, plain = (
        # Before temperature, which may sharpen either.
        recipe(world.given(quick))
        .fitted.models["countries"]
        .predict_proba(features.read(features.names))
        for recipe in (fit, fit_flat)
    )
    rare, common = 1, 0
    assert weighted[:, rare].mean() > 1.05 * plain[:, rare].mean()
    assert weighted[:, common].mean() < plain[:, common].mean()
