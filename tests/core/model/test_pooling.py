"""Pooling against logistic regression and values worked out by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import log_softmax

from pipeline.core.model.hierarchy import log_loss, softmax
from pipeline.core.model.pooling import (
    MOST_WEIGHT,
    fit_shrinkage,
    fit_weights,
    pool,
    pool_within,
    shrink_within,
)

ONE = np.array([[0.8, 0.2], [0.5, 0.5]])
OTHER = np.array([[0.2, 0.8], [0.9, 0.1]])


def test_pool_multiplies_powers_of_probabilities():
    # 0.8 · 0.2 = 0.2 · 0.8, and 0.5 · 0.9 against 0.5 · 0.1.
    assert_allclose(pool([ONE, OTHER], [1, 1]), [[0.5, 0.5], [0.9, 0.1]])
    # 0.8² against 0.2², and 0.5² against 0.5².
    assert_allclose(pool([ONE, OTHER], [2, 0]), [[16 / 17, 1 / 17], [0.5, 0.5]])


def test_pool_within_sums_to_one_in_each_region():
    within = np.array([[0.8, 1.0, 0.2]])
    assert_allclose(pool_within([within], [2], [0, 1, 0]), [[16 / 17, 1.0, 1 / 17]])


def noisy(truth, n_classes, strength, seed):
    """Probabilities that know the truth more or less."""
    logits = np.random.default_rng(seed).normal(size=(len(truth), n_classes))
    logits[np.arange(len(truth)), truth] += strength
    return softmax(logits)


def test_weights_are_those_of_least_loss():
    truth = np.random.default_rng(0).integers(0, 3, 40_000)
    members = [noisy(truth, 3, s, seed) for seed, s in enumerate((2.0, 1.0, 0.0))]
    weights = fit_weights(members, truth)
    # Independent normal noise: the best weight of each is its strength.
    assert_allclose(weights, (2.0, 1.0, 0.0), atol=0.05)
    best = log_loss(pool(members, weights), truth)
    for change in np.eye(3) * 0.1:
        for sign in (-1, 1):
            moved = np.maximum(np.array(weights) + sign * change, 0)
            assert log_loss(pool(members, moved), truth) > best - 1e-4


def test_weights_within_regions_look_at_the_own_region_alone():
    region_of = np.array([0, 0, 1, 1])
    truth = np.random.default_rng(1).integers(0, 4, 3000)
    good = noisy(truth, 4, 1.5, 2)
    within = np.exp(
        np.hstack([log_softmax(np.log(good[:, :2]), 1), log_softmax(np.log(good[:, 2:]), 1)])
    )
    shouting = within.copy()
    # What a member says of regions that the listener is not from must not count.
    other = region_of[None] != region_of[truth][:, None]
    shouting[other] = np.random.default_rng(3).random(other.sum())
    assert_allclose(
        fit_weights([within, within], truth, region_of),
        fit_weights([within, shouting], truth, region_of),
        atol=1e-3,
    )


def test_few_listeners_do_not_tell_twins_apart():
    truth = np.random.default_rng(4).integers(0, 3, 60)
    twins = [noisy(truth, 3, 1.0, seed) for seed in (5, 6)]
    first, second = fit_weights(twins, truth)
    assert abs(first - second) < 0.15
    many = np.random.default_rng(4).integers(0, 3, 20_000)
    strong, weak = fit_weights([noisy(many, 3, 1.5, 5), noisy(many, 3, 0.5, 6)], many)
    assert strong - weak > 0.8


def test_without_listeners_members_weigh_the_same():
    assert fit_weights([ONE[:0], OTHER[:0]], np.array([], dtype=int)) == (0.5, 0.5)


def test_weights_stay_in_bounds():
    truth = np.zeros(50, dtype=int)
    sure = np.tile([0.99, 0.01], (50, 1))
    assert max(fit_weights([sure, 1 - sure], truth)) <= MOST_WEIGHT
    many = np.zeros(20_000, dtype=int)
    right = np.tile([0.9, 0.1], (20_000, 1))
    assert min(fit_weights([right, 1 - right], many)) == 0


def test_few_listeners_draw_a_second_layer_to_its_prior():
    within = np.array([[0.9, 0.1, 1.0]])
    prior = np.array([0.5, 0.5, 1.0])
    listeners = np.array([30, 30, 10])
    # 30 of 40 parts its own, 10 of 40 the prior's.
    assert_allclose(shrink_within(within, prior, listeners, 10), [[0.8, 0.2, 1.0]])
    assert_allclose(shrink_within(within, prior, listeners, 0), within)


def test_shrinkage_is_chosen_by_loss():
    truth = np.array([0] * 50 + [1] * 50)
    prior, listeners = np.array([0.5, 0.5]), np.array([20, 20])
    wrong = np.tile([0.95, 0.05], (100, 1))
    right = np.where(truth[:, None] == [0, 1], 0.95, 0.05)
    assert fit_shrinkage(wrong, truth, prior, listeners) == 100.0
    assert fit_shrinkage(right, truth, prior, listeners) == 0.0
    assert fit_shrinkage(right[:0], truth[:0], prior, listeners) == 0.0


def test_weights_must_be_as_many_as_members():
    with pytest.raises(ValueError, match="zip"):
        pool([ONE, OTHER], [1.0, 1.0, 1.0])
