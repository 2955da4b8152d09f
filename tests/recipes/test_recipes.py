"""What holds for every recipe that is declared, and for those not written yet."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.model.blend import open_recipe
from pipeline.core.model.hierarchy import combine
from pipeline.core.tables.contract import table
from pipeline.recipes import RECIPES, Sample, recipe
from pipeline.recipes._shared import trees

LAYERS = ("country", "region", "within")
FITTED = {}


def fit(name, world, config, **changes):
    return RECIPES[name].fit(world.given(config, **changes))


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


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_same_seed_same_files_whatever_the_threads(
    name, fitted, world, quick, tmp_path, monkeypatch
):
    # Else the trees of so few listeners would have one thread, however many they may use.
    monkeypatch.setattr(trees, "LISTENERS_A_THREAD", 50)
    again, log = fit(name, world, quick, threads=3)
    again.save(tmp_path / "again")
    fitted[0].save(tmp_path / "before")
    assert files(tmp_path / "again") == files(tmp_path / "before")
    features = world.test.features
    assert_array_equal(again.predict(features).country, fitted[0].predict(features).country)
    assert log.equals(fitted[1])


class Recorded:
    """A config that remembers which of its fields were read."""

    def __init__(self, config):
        self.config, self.read = config, set()

    def __getattr__(self, field):
        self.read.add(field)
        return getattr(self.config, field)


def test_exactly_the_declared_options_are_read(name, world, quick):
    config = Recorded(quick)
    fit(name, world, config)
    assert config.read == set(RECIPES[name].options)
    assert len(RECIPES[name].options) == len(config.read)


def test_no_other_options_are_read_where_little_is_there_to_fit_on(name, world, quick):
    nobody = np.array([], dtype=int)
    for few in (
        replace(world, valid=world.valid.rows(nobody)),
        replace(world, train=world.train.rows(world.train.country == 0)),
    ):
        config = Recorded(quick)
        fit(name, few, config)
        assert config.read <= set(RECIPES[name].options)


def test_an_option_that_is_not_declared_is_seen(world, quick):
    def fit_secretly(given):
        return RECIPES["flat"].fit(replace(given, seed=given.config.logistic.max_iterations))

    config = Recorded(quick)
    fit_secretly(world.given(config))
    assert config.read - set(RECIPES["flat"].options) == {"logistic"}


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


@pytest.fixture
def added(monkeypatch):
    """Recipes that a test declares, by name; the registry stays as it is."""
    added = {}
    monkeypatch.setattr(RECIPES, "add", added.__setitem__)
    return added


def test_a_recipe_fits_under_the_name_of_its_declaration(added, world, quick):
    def fit_name(given):
        return given.recipe, given.seed

    mine = recipe("mine", label="Mine", meaning="Does nothing.")(fit_name)
    recipe(label="Module's", meaning="Does nothing.", layers=2, options=("flat",))(fit_name)
    module = __name__.rpartition(".")[2]
    assert set(added) == {"mine", module}
    assert (added["mine"].layers, added["mine"].options) == (1, ())
    assert (added[module].layers, added[module].options) == (2, ("flat",))
    given = world.given(quick, seed=7, recipe="another's")
    assert mine(given) == added["mine"].fit(given) == ("mine", 7)
    assert added[module].fit(given) == (module, 7)
    # What a recipe's code is, is found by the module of its fit.
    assert added["mine"].fit.__module__ == __name__


def test_options_that_do_not_exist_are_refused(added):
    declare = recipe("mine", label="Mine", meaning="No.", options=("flat", "moss", "forests"))
    with pytest.raises(ValueError, match=r"'mine' declares.*: forests, moss; there are:.*flat"):
        declare(lambda given: None)
    assert not added
