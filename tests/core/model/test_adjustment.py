"""Moving the prior, and prediction sets that keep their word."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.model.adjustment import (
    COVERAGE,
    PSEUDO_LISTENERS,
    TAUS,
    Adjustment,
    Step,
    fit_adjustment,
    fit_thresholds,
)
from pipeline.core.model.hierarchy import adjust_prior, softmax, split, temper

REGION_OF = (0, 0, 1)
LAYERS = split(np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]]), REGION_OF)


def simple(default=0.0):
    steps = (Step(0.0, 1.0, (0.2, 0.4)), Step(1.0, 2.0, (0.4, 0.0)))
    return Adjustment((0.6, 0.3, 0.1), REGION_OF, steps, default)


def test_strength_nought_leaves_everything():
    assert simple().apply(LAYERS) is LAYERS
    assert simple(default=1.0).apply(LAYERS, 0.0) is LAYERS


def test_strength_one_takes_the_prior_out_and_tempers():
    found = simple().apply(LAYERS, 1.0)
    # 0.6 / 0.6, 0.3 / 0.3 and 0.1 / 0.1 are alike.
    assert_allclose(found.country[0], [1 / 3] * 3)
    assert_allclose(found.region[0], [2 / 3, 1 / 3])
    expected = temper(adjust_prior(LAYERS.country, np.array([0.6, 0.3, 0.1]), 1.0), 2.0)
    assert_allclose(found.country, expected)
    assert_allclose(simple(default=1.0).apply(LAYERS).country, expected)


def test_strengths_between_are_in_proportion():
    step = simple().at(0.25)
    assert (step.tau, step.temperature) == (0.25, 1.25)
    assert_allclose(step.thresholds, (0.25, 0.3))


@pytest.mark.parametrize("tau", [-0.1, 1.5, float("nan")])
def test_strengths_out_of_range_are_refused(tau):
    with pytest.raises(ValueError, match="from 0 to 1"):
        simple().at(tau)


def test_sets_use_the_threshold_of_the_region_and_are_never_empty():
    country = np.array([[0.6, 0.15, 0.25], [0.1, 0.1, 0.45], [0.19, 0.18, 0.39]])
    expected = [[True, False, False], [False, False, True], [False, False, True]]
    assert_array_equal(simple().sets(country), expected)


def test_json_gives_the_same_back():
    again = Adjustment.from_json(json.loads(json.dumps(simple(1.0).to_json())), REGION_OF)
    assert again == simple(1.0)


def listeners(n, seed):
    """Countries of uneven size, and probabilities that are right about themselves."""
    rng = np.random.default_rng(seed)
    shares = np.array([0.6, 0.25, 0.1, 0.05])
    signal = rng.normal(size=(n, 4)) * 1.2
    country = softmax(signal + np.log(shares))
    truth = (country.cumsum(axis=1) > rng.random(n)[:, None]).argmax(axis=1)
    return country, truth, shares


def test_sets_cover_new_listeners_as_promised():
    regions = (0, 0, 1, 1)
    country, truth, shares = listeners(4000, 0)
    fitted = fit_adjustment(
        country, truth, listeners=shares * 1000, region_of=regions, choose=False
    )
    new, home, _ = listeners(8000, 1)
    held = fitted.sets(new)[np.arange(len(home)), home]
    assert COVERAGE - 0.02 < held.mean() < COVERAGE + 0.02
    for region in (0, 1):
        assert held[np.array(regions)[home] == region].mean() > COVERAGE - 0.03
    # After adjusting, too.
    raised = fitted.apply(split(new, regions), 0.4).country
    assert fitted.sets(raised, 0.4)[np.arange(len(home)), home].mean() > COVERAGE - 0.02


def test_a_threshold_is_the_quantile_of_the_truth():
    # One region: everybody's and its own listeners are the same.
    of_truth = np.arange(1, 101) / 101
    country = np.column_stack([of_truth, 1 - of_truth])
    (threshold,) = fit_thresholds(country, np.zeros(100, dtype=int), (0, 0))
    weight = 1 + PSEUDO_LISTENERS / 100
    missed = (1 - COVERAGE) * (100 * weight + 1) - 1
    assert threshold == of_truth[int(missed // weight)]


def test_nobody_to_measure_leaves_every_country_in():
    nobody = np.empty((0, 3))
    assert fit_thresholds(nobody, np.array([], dtype=int), REGION_OF) == (0.0, 0.0)
    fitted = fit_adjustment(
        nobody,
        np.array([], dtype=int),
        listeners=np.array([5, 0, 2]),
        region_of=REGION_OF,
        choose=True,
    )
    assert fitted.default == 0.0
    assert all(step.temperature == 1.0 for step in fitted.steps)
    assert fitted.sets(LAYERS.country).all()
    # A country that nobody has in training keeps a share, so that it can be divided by.
    assert min(fitted.prior) > 0


def test_the_default_raises_macro_f1_and_costs_little():
    country, truth, shares = listeners(6000, 3)
    # A model that leans to the large countries more than it should.
    leaning = softmax(np.log(country) + 0.6 * np.log(shares))
    given = {"listeners": shares * 1000, "region_of": (0, 0, 1, 1)}
    chosen = fit_adjustment(leaning, truth, choose=True, **given)
    left = fit_adjustment(leaning, truth, choose=False, **given)
    assert left.default == 0.0
    assert 0.2 <= chosen.default <= 1.0
    assert [step.tau for step in chosen.steps] == list(TAUS)
    plain = (leaning.argmax(axis=1) == truth).mean()
    moved = chosen.apply(split(leaning, (0, 0, 1, 1))).country.argmax(axis=1)
    assert (moved == truth).mean() > plain - 0.01
    assert (moved[truth == 3] == 3).mean() > (leaning.argmax(axis=1)[truth == 3] == 3).mean()
