"""What holds for every recipe that is declared, and for those not written yet."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.model.blend import open_recipe
from pipeline.core.model.hierarchy import combine
from pipeline.core.tables.contract import table
from pipeline.recipes import RECIPES, Classes, Sample, recipe

LAYERS = ("country", "region", "within")
FITTED = {}


def fit(name, world, config, **changes):
    given = {"seed": 0, "threads": 1, "progress": lambda done, what: None, **changes}
    return RECIPES[name].fit(world.train, world.valid, world.classes, config, **given)


@pytest.fixture(params=list(RECIPES))
def name(request):
    return request.param


@pytest.fixture
def fitted(name, world, quick):
    """Each recipe is fitted once."""
    if name not in FITTED:
        FITTED[name] = fit(name, world, quick)
    return FITTED[name]


def test_recipes_of_the_original_are_there():
    names = {"majority", "logistic", "flat", "flat_weighted", "two_layer", "two_layer_weighted"}
    assert names <= set(RECIPES)


def test_a_recipe_is_declared_in_full(name, fitted):
    declared = RECIPES[name]
    assert declared.name == name == fitted[0].recipe
    assert declared.label and declared.meaning.endswith(".")
    assert declared.layers == fitted[0].layers


def test_probabilities_sum_to_one(fitted, world):
    layers = fitted[0].predict(world.test.features)
    n = len(world.test)
    assert layers.country.shape == layers.within.shape == (n, 6)
    assert layers.region.shape == (n, 3)
    for layer in LAYERS:
        values = getattr(layers, layer)
        assert values.dtype == np.float64 and np.isfinite(values).all()
    assert_allclose(layers.country.sum(axis=1), 1, atol=1e-9)
    assert_allclose(layers.region.sum(axis=1), 1, atol=1e-9)
    for region in range(3):
        members = world.classes.within(region)
        assert_allclose(layers.within[:, members].sum(axis=1), 1, atol=1e-9)


def test_layers_agree(fitted, world):
    layers = fitted[0].predict(world.test.features)
    combined = combine(layers.region, layers.within, world.classes.region_of)
    assert_allclose(combined, layers.country, atol=1e-12)


def test_log_is_of_the_contract(fitted, name):
    log = fitted[1].assign(recipe=name)
    declared = {column.name: column for column in table("training_log").columns}
    assert set(log.columns) == set(declared)
    assert not log.isna().any(axis=None)
    assert str(log["iteration"].dtype) == "Int32" and str(log["log_loss"].dtype) == "Float64"
    assert set(log["part"]) <= set(declared["part"].one_of)
    assert not log.duplicated(list(table("training_log").key)).any()
    assert (log["iteration"] >= 1).all() and (log["log_loss"] >= 0).all()
    whole = {"countries", "regions", *fitted[0].regions}
    assert set(log["model"]) <= whole | set(getattr(fitted[0], "members", ()))


def test_planted_countries_are_found(name, fitted, world):
    predicted = fitted[0].predict(world.test.features).country.argmax(axis=1)
    accuracy = (predicted == world.test.country).mean()
    if name == "majority":
        assert accuracy == (world.test.country == 0).mean()
    else:
        assert accuracy > 0.8


def test_files_give_the_same_predictions_back(fitted, world, tmp_path):
    fitted[0].save(tmp_path)
    again = open_recipe(tmp_path, threads=2).predict(world.test.features)
    before = fitted[0].predict(world.test.features)
    for layer in LAYERS:
        assert_array_equal(getattr(again, layer), getattr(before, layer))


def test_same_seed_same_predictions_whatever_the_threads(name, fitted, world, quick):
    again, log = fit(name, world, quick, threads=2)
    features = world.test.features
    assert_array_equal(again.predict(features).country, fitted[0].predict(features).country)
    assert log.equals(fitted[1])


def test_progress_climbs_to_one(name, world, quick):
    told = []
    fit(name, world, quick, progress=lambda done, what: told.append((done, what)))
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert shares[0] >= 0 and shares[-1] == pytest.approx(1.0) and max(shares) <= 1.0
    assert all(what for _, what in told)


def test_one_listener_gets_what_many_get(fitted, world):
    at_once = fitted[0].predict(world.test.features).country
    for row in (0, 7):
        alone = fitted[0].predict(world.test.features.rows(slice(row, row + 1))).country
        assert_allclose(alone[0], at_once[row], atol=1e-12)


def test_a_source_without_scrobbles_is_fitted_and_predicted(name, world, quick):
    def without(sample):
        return Sample(replace(sample.features, log_scrobbles=None), sample.country)

    bare = replace(world, train=without(world.train), valid=without(world.valid))
    recipe_fitted, _ = fit(name, bare, quick)
    features = without(world.test).features
    alike = recipe_fitted.predict(world.test.features).country
    assert_array_equal(recipe_fitted.predict(features).country, alike)


def test_a_country_that_nobody_in_training_has_gets_next_to_nothing(name, world, quick):
    there = world.train.country != 1
    poor = replace(world, train=world.train.rows(there))
    layers = fit(name, poor, quick)[0].predict(world.test.features)
    assert np.isfinite(layers.country).all()
    assert (layers.country[:, 1] < 0.01).all()
    assert_allclose(layers.country.sum(axis=1), 1, atol=1e-9)


def test_without_validation_listeners_nothing_is_tempered(name, world, quick):
    nobody = replace(world, valid=world.valid.rows(np.array([], dtype=int)))
    recipe_fitted, log = fit(name, nobody, quick)
    members = getattr(recipe_fitted, "members", {name: recipe_fitted})
    assert {t for member in members.values() for t in member.temperatures.values()} <= {1.0}
    assert set(log["part"]) <= {"train"}


def test_a_name_is_given_or_the_modules(monkeypatch):
    added = {}
    monkeypatch.setattr(RECIPES, "add", added.__setitem__)

    def fit_nothing(*_, **__):
        raise NotImplementedError

    recipe("mine", label="Mine", meaning="Does nothing.")(fit_nothing)
    recipe(label="Module's", meaning="Does nothing.", layers=2)(fit_nothing)
    assert set(added) == {"mine", __name__.rpartition(".")[2]}
    assert added["mine"].layers == 1 and added["mine"].fit is fit_nothing


def test_classes_without_a_country_for_each_region_are_refused():
    with pytest.raises(ValueError, match="each of the regions"):
        Classes(("PL", "CZ"), ("Europe", "Asia"), (0, 0))
    with pytest.raises(ValueError, match="2 countries, 1 regions came"):
        Classes(("PL", "CZ"), ("Europe",), (0,))


def test_answers_of_other_listeners_are_refused(world):
    with pytest.raises(ValueError, match="500 listeners, 2 countries"):
        Sample(world.test.features, world.test.country[:2])
