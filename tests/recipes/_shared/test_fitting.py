"""What a recipe is given: its parts, its names, and what is put together of it."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.core.model.models import Constant
from pipeline.recipes import Sample


def test_training_listeners_are_counted_by_country(world, quick):
    given = world.given(quick)
    expected = [(world.train.country == country).sum() for country in range(6)]
    assert given.listeners.tolist() == expected
    fewer = replace(world, train=world.train.rows(world.train.country < 4))
    assert fewer.given(quick).listeners[4:].tolist() == [0, 0]


def test_parts_of_a_fit_tell_their_share(world, quick):
    told = []
    given = world.given(quick, progress=lambda done, what: told.append((done, what)))
    given.part(0.5, 0.25).progress(0.0, "begun")
    given.part(0.5, 0.25).part(0.5, 0.5).progress(1.0, "done")
    assert told == [(0.5, "begun"), (0.75, "done")]


def test_name_and_seed_change_nothing_else(world, quick):
    given = world.given(quick, seed=3, threads=2, recipe="mine")
    other = given.named("yours").with_seed(9)
    assert (other.recipe, other.seed) == ("yours", 9)
    assert (given.recipe, given.seed) == ("mine", 3)
    for field in ("train", "valid", "classes", "config", "threads", "progress"):
        assert getattr(other, field) is getattr(given, field)


def test_models_are_put_together_with_what_they_were_fitted_on(world, quick):
    given = world.given(quick, recipe="mine")
    models = {"countries": Constant((0.5, 0.1, 0.1, 0.1, 0.1, 0.1))}
    fitted = given.fitted(models, {"countries": 2.0})
    assert (fitted.recipe, fitted.models, fitted.temperatures) == (
        "mine",
        models,
        {"countries": 2.0},
    )
    assert fitted.countries == world.classes.countries
    assert (fitted.regions, fitted.region_of) == (world.classes.regions, world.classes.region_of)
    assert fitted.features == world.train.features.names
    assert fitted.dimensions == 6 and fitted.top_regions is None
    chosen = given.fitted(models, {}, features=("evidence",), top_regions=2)
    assert (chosen.features, chosen.top_regions) == (("evidence",), 2)


def test_a_sample_takes_rows_by_position_or_mask(world):
    sample = world.test
    by_position = sample.rows(np.array([3, 1]))
    assert by_position.country.tolist() == [sample.country[3], sample.country[1]]
    assert (by_position.features.vectors == sample.features.vectors[[3, 1]]).all()
    assert len(sample.rows(sample.country == 2)) == (sample.country == 2).sum()


def test_countries_of_other_listeners_are_refused(world):
    with pytest.raises(ValueError, match="500 listeners, 2 countries"):
        Sample(world.test.features, world.test.country[:2])
