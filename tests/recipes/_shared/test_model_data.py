"""What single models are fitted on."""

import numpy as np
from numpy.testing import assert_array_equal

from pipeline.core.model.features import ARTISTS
from pipeline.recipes._shared.model_data import (
    countries_data,
    layers_data,
    regions_data,
    within_data,
)


def test_regions_and_their_countries_are_cut_out_of_all(world, quick):
    everyone = countries_data(world.given(quick))
    assert_array_equal(everyone.y, world.train.country)
    regions = regions_data(everyone, world.classes)
    assert_array_equal(regions.y, np.array([0, 0, 1, 1, 1, 2])[world.train.country])
    eastern = within_data(everyone, world.classes, 1)
    members = np.isin(world.train.country, [2, 3, 4])
    assert eastern.n_classes == 3
    assert_array_equal(eastern.y, world.train.country[members] - 2)
    assert_array_equal(eastern.X, everyone.X[members])
    assert (
        len(eastern.valid_x)
        == len(eastern.valid_y)
        == (world.valid.country // 2 > 0).sum() - (world.valid.country == 5).sum()
    )


def test_two_layers_are_fitted_on_all_regions_then_on_each(world, quick):
    given = world.given(quick)
    data = layers_data(given)
    assert list(data) == ["regions", *world.classes.regions]
    assert [one.n_classes for one in data.values()] == [3, 2, 3, 1]
    assert_array_equal(data["regions"].X, countries_data(given).X)
    expected = within_data(countries_data(given), world.classes, 2)
    assert_array_equal(data["East Asia"].X, expected.X)
    assert (data["East Asia"].y == 0).all()
    inside = [len(one.y) for name, one in data.items() if name != "regions"]
    assert sum(inside) == len(world.train)


def test_what_is_read_of_listeners_can_be_chosen(world, quick):
    data = countries_data(world.given(quick), (ARTISTS,))
    assert_array_equal(data.X.toarray(), world.train.features.artists.toarray())
    assert_array_equal(data.valid_x.toarray(), world.valid.features.artists.toarray())
