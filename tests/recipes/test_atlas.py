"""The pool: what it is made of, what each member weighs, and that it loses to none of them."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.model.fitted import FittedRecipe
from pipeline.core.model.hierarchy import Layers, combine, log_loss, softmax, softmax_within
from pipeline.core.model.models import Constant
from pipeline.core.model.pooling import MOST_WEIGHT, fit_shrinkage, pool_within, shrink_within
from pipeline.recipes import RECIPES
from pipeline.recipes.atlas import MOST_BELIEF, fit, pooled


@pytest.fixture(scope="module")
def outcome(world, quick):
    return fit(world.given(quick))


@dataclass
class Voice:
    """A member whose layers are given; it counts how often it is asked."""

    layers: Layers
    classes: object
    asked: list = field(default_factory=list)

    countries = property(lambda self: self.classes.countries)
    regions = property(lambda self: self.classes.regions)
    region_of = property(lambda self: self.classes.region_of)

    def predict(self, features, *, tau=None):
        self.asked.append(len(features))
        return Layers(*(getattr(self.layers, n) for n in ("country", "region", "within")))


def voice(world, *, region, within, seed=0):
    """A member that knows the validation listeners' region and country more or less well.

    0 is noise, 3 is good; the two layers are noisy apart from each other.
    """
    draw = np.random.default_rng(seed)
    country, classes = world.valid.country, world.classes
    home = classes.regions_of(country)
    of_region = draw.normal(size=(len(country), 3)) + region * np.eye(3)[home]
    of_country = draw.normal(size=(len(country), 6)) + within * np.eye(6)[country]
    p, q = softmax(of_region), softmax_within(of_country, classes.region_of)
    return Voice(Layers(combine(p, q, classes.region_of), p, q), classes)


def layer_losses(layers, world):
    """Log loss of the regions, of the countries within them, and of the countries."""
    country = world.valid.country
    home = world.classes.regions_of(country)
    return (
        log_loss(layers.region, home),
        log_loss(layers.within, country),
        log_loss(layers.country, country),
    )


def test_it_pools_a_linear_recipe_networks_and_trees(outcome, world, quick):
    blend = outcome.fitted
    assert list(blend.members) == ["linear", "network_1", "trees"]
    linear = RECIPES["two_layer_linear"].fit(world.given(quick)).fitted
    features = world.test.features
    assert_array_equal(
        blend.members["linear"].predict(features).country, linear.predict(features).country
    )
    assert blend.members["network_1"].features == ("artists",)
    assert blend.members["trees"].features == ("evidence", "vectors", "log_scrobbles")
    assert set(outcome.log["model"]) == {
        "network_1",
        "regions",
        "Latin America",
        "Central & Eastern Europe",
    }


def test_networks_differ_by_their_seed_alone(world, quick):
    two = quick.model_copy(update={"network": quick.network.model_copy(update={"networks": 2})})
    members = fit(world.given(two, seed=5)).fitted.members
    assert list(members) == ["linear", "network_1", "network_2", "trees"]
    alone = fit(world.given(quick, seed=6)).fitted.members
    first, second = (members[f"network_{n}"].models["countries"].hidden for n in (1, 2))
    assert not np.array_equal(first, second)
    assert_array_equal(second, alone["network_1"].models["countries"].hidden)


def test_the_trees_are_those_made_for_evidence(world, quick):
    small = quick.evidence_region.model_copy(update={"rounds": 2})
    config = quick.model_copy(update={"evidence_region": small, "within_sizes": ()})
    log = fit(world.given(config)).log
    rounds = log.groupby("model")["iteration"].max()
    assert rounds["regions"] == 2 and rounds["Latin America"] == 25


def test_it_loses_to_no_member_on_validation(outcome, world):
    features = world.valid.features
    mine = layer_losses(outcome.fitted.predict(features), world)
    for member in outcome.fitted.members.values():
        theirs = layer_losses(member.predict(features), world)
        # Weights are drawn to each other a little, hence a thousandth.
        assert (np.array(mine) <= np.array(theirs) + 1e-3).all()


def test_it_loses_to_no_member_on_listeners_that_it_never_saw(outcome, world):
    features, country = world.test.features, world.test.country
    mine = log_loss(outcome.fitted.predict(features).country, country)
    theirs = [
        log_loss(member.predict(features).country, country)
        for member in outcome.fitted.members.values()
    ]
    assert mine <= min(theirs) + 0.005
    assert mine < np.mean(theirs) - 0.02


def test_a_member_weighs_in_each_layer_by_what_it_knows_there(world, quick):
    given = world.given(quick, recipe="mine")
    members = {
        "regional": voice(world, region=3, within=0.2, seed=1),
        "local": voice(world, region=0.2, within=3, seed=2),
    }
    blend = pooled(given, members)
    assert blend.recipe == "mine"
    assert blend.region_weights["regional"] > blend.region_weights["local"] + 0.5
    assert blend.within_weights["local"] > blend.within_weights["regional"] + 0.3
    for weights in (blend.region_weights, blend.within_weights):
        assert all(0 <= weight <= MOST_WEIGHT for weight in weights.values())
    mine = layer_losses(blend.predict(world.valid.features), world)
    for one in members.values():
        assert (np.array(mine) < np.array(layer_losses(one.layers, world))).all()


def test_a_member_without_weight_in_either_layer_is_not_asked_again(world, quick):
    wrong = voice(world, region=-3, within=-3, seed=1)
    blend = pooled(world.given(quick), {"right": voice(world, region=3, within=3), "wrong": wrong})
    assert (blend.region_weights["wrong"], blend.within_weights["wrong"]) == (0, 0)
    assert wrong.asked == [len(world.valid)]
    blend.predict(world.valid.features)
    assert wrong.asked == [len(world.valid)]


def test_a_member_that_counts_in_one_layer_is_asked(world, quick):
    half = voice(world, region=3, within=-3, seed=1)
    blend = pooled(world.given(quick), {"whole": voice(world, region=3, within=3), "half": half})
    assert blend.region_weights["half"] > 0 == blend.within_weights["half"]
    blend.predict(world.valid.features)
    assert len(half.asked) == 2


def test_training_listeners_stand_behind_the_prior_of_each_region(world, quick):
    blend = pooled(world.given(quick), {"one": voice(world, region=1, within=1)})
    assert blend.listeners == tuple(np.bincount(world.train.country, minlength=6).tolist())
    # A second layer that knows nothing is drawn to the region's shares, one that knows is not.
    knowing, noise = (
        pooled(world.given(quick), {"one": voice(world, region=1, within=within)}).shrinkage
        for within in (6, 0)
    )
    assert knowing < noise


def test_rare_artists_are_never_believed_beyond_what_was_counted(world, quick):
    # Evidence that is always right, however softly it speaks, would be believed five times over.
    home = world.classes.regions_of(world.valid.country)
    evidence = np.hstack([np.eye(3)[home], np.eye(6)[world.valid.country]]).astype(np.float32)
    features = replace(world.valid.features, evidence=evidence)
    soft = replace(world, valid=replace(world.valid, features=features))
    assert RECIPES["evidence"].fit(soft.given(quick)).fitted.models["regions"].scale > 4
    blend = pooled(soft.given(quick), {"one": voice(world, region=1, within=1)})
    assert blend.outside_scales == (MOST_BELIEF, MOST_BELIEF)


def test_evidence_that_is_noise_is_believed_as_little_as_it_deserves(world, quick):
    noise = np.random.default_rng(0).normal(size=world.valid.features.evidence.shape)
    features = replace(world.valid.features, evidence=noise.astype(np.float32))
    deaf = replace(world, valid=replace(world.valid, features=features))
    first, second = pooled(
        deaf.given(quick), {"one": voice(world, region=1, within=1)}
    ).outside_scales
    assert first < 0.2 and second < 0.2


def test_without_validation_listeners_members_weigh_the_same(world, quick):
    nobody = replace(world, valid=world.valid.rows(np.array([], dtype=int)))
    blend = fit(nobody.given(quick)).fitted
    third = pytest.approx(1 / 3)
    assert blend.region_weights == blend.within_weights == dict.fromkeys(blend.members, third)
    assert blend.shrinkage == 0 and blend.outside_scales == (0.5, 0.5)


def test_members_that_predict_other_countries_are_refused(world, quick):
    other = FittedRecipe(
        recipe="other",
        countries=world.classes.countries[::-1],
        regions=world.classes.regions,
        region_of=world.classes.region_of,
        features=("evidence",),
        dimensions=6,
        models={"countries": Constant((0.5, 0.1, 0.1, 0.1, 0.1, 0.1))},
        temperatures={},
    )
    members = {"one": voice(world, region=1, within=1), "other": other}
    with pytest.raises(ValueError, match=r"'mine' must predict the same countries.*2 different"):
        pooled(world.given(quick, recipe="mine"), members)


@pytest.mark.parametrize("within", [0, 0.5, 1, 2])
def test_the_second_layer_is_shrunk_to_the_shares_of_training(world, quick, within):
    one = voice(world, region=1, within=within)
    blend = pooled(world.given(quick), {"one": one})
    n = np.bincount(world.train.country, minlength=6)
    of_region = np.array([n[:2].sum(), n[2:5].sum(), n[5]])[[0, 0, 1, 1, 1, 2]]
    weighed = pool_within(
        [one.layers.within], [blend.within_weights["one"]], world.classes.region_of
    )
    best = fit_shrinkage(weighed, world.valid.country, n / of_region, of_region)
    assert blend.shrinkage == best
    shrunk = shrink_within(weighed, n / of_region, of_region, best)
    features = replace(world.valid.features, outside=np.zeros((len(world.valid), 9)))
    assert_allclose(blend.predict(features).within, shrunk)
