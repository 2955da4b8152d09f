"""Two layers: each finds what was planted for it."""

import numpy as np
import pytest

from pipeline.core.model.hierarchy import combine
from pipeline.core.model.models import Constant, Trees
from pipeline.recipes.two_layer import fit


@pytest.fixture(scope="module")
def fitted(world, quick):
    return fit(world.given(quick))


def test_each_layer_finds_its_own(fitted, world):
    layers = fitted[0].predict(world.test.features)
    region = np.array(world.classes.region_of)[world.test.country]
    assert (layers.region.argmax(axis=1) == region).mean() > 0.95
    for position in (0, 1):
        members = world.classes.within(position)
        mine = region == position
        found = members[layers.within[mine][:, members].argmax(axis=1)]
        assert (found == world.test.country[mine]).mean() > 0.8


def test_a_region_of_one_country_is_a_constant(fitted):
    models = fitted[0].models
    assert models["East Asia"] == Constant((1.0,))
    others = ("regions", "Latin America", "Central & Eastern Europe")
    assert all(isinstance(models[name], Trees) for name in others)


def test_each_model_logs_but_the_constant(fitted):
    names = {"regions", "Latin America", "Central & Eastern Europe"}
    assert set(fitted[1]["model"]) == names


def test_layers_are_tempered_apart(fitted):
    temperatures = fitted[0].temperatures
    assert set(temperatures) == set(fitted[0].models)
    assert temperatures["East Asia"] == 1.0
    assert len({temperatures[n] for n in ("regions", "Central & Eastern Europe")}) == 2


def test_top_regions_of_the_config_count(world, quick):
    only = fit(world.given(quick.model_copy(update={"top_regions": 1}))).fitted
    layers = only.predict(world.test.features)
    expected = combine(layers.region, layers.within, world.classes.region_of, top_regions=1)
    assert np.array_equal(layers.country, expected)
    likeliest = layers.region.argmax(axis=1)
    elsewhere = np.array(world.classes.region_of)[None, :] != likeliest[:, None]
    assert (layers.country[elsewhere] == 0).all()


def test_parts_of_the_work_follow_each_other(world, quick):
    told = []
    fit(world.given(quick, progress=lambda done, what: told.append(what.split(":")[0])))
    assert list(dict.fromkeys(told)) == ["regions", *world.classes.regions]
