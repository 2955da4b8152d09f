"""Layers, temperature and priors: by hand, against SciPy, and as laws over random cases."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.model import hierarchy
from pipeline.core.model.hierarchy import (
    FIT_FLOOR,
    REPORT_FLOOR,
    adjust_prior,
    combine,
    fit_temperature,
    log_loss,
    losses,
    normalise,
    softmax,
    split,
    temper,
)

REGION_OF = (0, 1, 0, 1, 1)
REGION = np.array([[0.6, 0.4], [0.0, 1.0]])
WITHIN = np.array([[0.75, 0.5, 0.25, 0.3, 0.2], [0.5, 0.1, 0.5, 0.1, 0.8]])
COUNTRY = np.array([[0.45, 0.2, 0.15, 0.12, 0.08], [0.0, 0.1, 0.0, 0.1, 0.8]])


@st.composite
def worlds(draw):
    """P(country) with zeros here and there, and the region of each country; no region is empty."""
    n_regions = draw(st.integers(1, 5))
    extra = draw(st.lists(st.integers(0, n_regions - 1), max_size=8))
    region_of = draw(st.permutations([*range(n_regions), *extra]))
    weight = st.floats(0, 1, allow_subnormal=False)
    row = st.lists(weight, min_size=len(region_of), max_size=len(region_of))
    rows = draw(st.lists(row.filter(lambda r: sum(r) > 1e-6), min_size=1, max_size=6))
    return normalise(np.array(rows)), np.array(region_of)


def test_combine_multiplies_the_layers():
    assert_allclose(combine(REGION, WITHIN, REGION_OF), COUNTRY)


def test_combine_over_the_likeliest_regions_scales_them_up():
    region = np.array([[0.5, 0.2, 0.3]])
    within = np.array([[1.0, 0.4, 0.6, 1.0]])
    combined = combine(region, within, (0, 1, 1, 2), top_regions=2)
    assert_allclose(combined, [[0.625, 0, 0, 0.375]])


def test_combine_keeps_the_first_of_equally_likely_regions():
    region = np.full((1, 3), 1 / 3)
    assert_allclose(combine(region, np.ones((1, 3)), (0, 1, 2), top_regions=1), [[1, 0, 0]])


def test_combine_over_more_regions_than_there_are_is_over_all():
    assert_array_equal(
        combine(REGION, WITHIN, REGION_OF, top_regions=9), combine(REGION, WITHIN, REGION_OF)
    )


def test_split_reads_both_layers_out():
    layers = split(COUNTRY, REGION_OF)
    assert_allclose(layers.region, REGION)
    # The second listener's first region has no probability: its countries are equally likely.
    assert_allclose(layers.within, WITHIN)
    assert_allclose(layers.country, COUNTRY)


@given(worlds())
def test_split_then_combine_gives_the_countries_back(world):
    probabilities, region_of = world
    layers = split(probabilities, region_of)
    assert_allclose(combine(layers.region, layers.within, region_of), layers.country, atol=1e-12)
    assert_allclose(layers.country, probabilities, atol=1e-12)


@given(worlds(), st.integers(1, 6))
def test_every_layer_sums_to_one(world, top):
    probabilities, region_of = world
    layers = split(probabilities, region_of)
    for region in range(region_of.max() + 1):
        assert_allclose(layers.within[:, region_of == region].sum(axis=1), 1, atol=1e-9)
    combined = combine(layers.region, layers.within, region_of, top_regions=top)
    for rows in (layers.country, layers.region, combined):
        assert rows.dtype == np.float64
        assert_allclose(rows.sum(axis=1), 1, atol=1e-9)
        assert (rows >= 0).all()


@given(worlds(), st.integers(1, 6))
def test_only_the_likeliest_regions_keep_countries(world, top):
    probabilities, region_of = world
    layers = split(probabilities, region_of)
    combined = split(combine(layers.region, layers.within, region_of, top), region_of).region
    for before, after in zip(layers.region, combined, strict=True):
        kept = sorted(range(len(before)), key=lambda r: (-before[r], r))[:top]
        assert (np.delete(after, kept) == 0).all()


def test_temper_is_softmax_of_the_tempered_logarithm():
    # Square roots of 0.64, 0.16 and 0.2, scaled.
    roots = np.array([0.8, 0.4, np.sqrt(0.2)])
    assert_allclose(temper(np.array([[0.64, 0.16, 0.2]]), 2.0), [roots / roots.sum()])


@given(worlds(), st.floats(0.2, 5))
def test_temper_keeps_the_order_and_sums_to_one(world, temperature):
    tempered = temper(world[0], temperature)
    assert_allclose(tempered.sum(axis=1), 1, atol=1e-9)
    for before, after in zip(world[0], tempered, strict=True):
        assert (np.diff(after[np.argsort(before)]) >= -1e-15).all()


@given(worlds())
def test_temper_at_one_changes_nothing_and_zero_stays_zero(world):
    assert_allclose(temper(world[0], 1.0), world[0], atol=1e-12)
    assert (temper(world[0], 5.0)[world[0] == 0] < 1e-50).all()


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_of_zero_or_less_is_refused(temperature):
    with pytest.raises(ValueError, match="above 0"):
        temper(COUNTRY, temperature)


def sure_sample(n=4000, k=6):
    """Logits, and truths drawn from their softmax: temperature 1 fits by construction."""
    draw = np.random.default_rng(3)
    logits = draw.normal(scale=2.0, size=(n, k))
    truth = np.array([draw.choice(k, p=p) for p in scipy.special.softmax(logits, axis=1)])
    return logits, truth


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_fitted_temperature_undoes_false_confidence(temperature):
    logits, truth = sure_sample()
    fitted = fit_temperature(softmax(logits * temperature), truth)
    assert fitted == pytest.approx(temperature, rel=0.06)


def test_fitted_temperature_has_the_least_loss():
    logits, truth = sure_sample(n=300)
    probabilities = softmax(logits * 1.7)
    fitted = fit_temperature(probabilities, truth)
    best = log_loss(temper(probabilities, fitted), truth)
    for other in np.geomspace(0.2, 5, 60):
        assert best <= log_loss(temper(probabilities, other), truth) + 1e-6


def test_fitted_temperature_stays_in_bounds_when_all_is_right_or_wrong():
    probabilities = np.array([[0.9, 0.1]] * 5)
    low, high = hierarchy.TEMPERATURE_BOUNDS
    assert fit_temperature(probabilities, np.zeros(5, int)) == pytest.approx(low, rel=1e-3)
    assert fit_temperature(probabilities, np.ones(5, int)) == pytest.approx(high, rel=1e-3)


def test_no_choice_leaves_the_temperature_at_one():
    assert fit_temperature(np.ones((4, 1)), np.zeros(4, int)) == 1.0
    assert fit_temperature(np.empty((0, 3)), np.zeros(0, int)) == 1.0


@pytest.mark.parametrize(
    ("floor", "most"), [(FIT_FLOOR, 15 * np.log(10)), (REPORT_FLOOR, 23 * np.log(2))]
)
def test_losses_by_hand_end_at_their_floor(floor, most):
    told = losses(np.array([1.0, 0.5, 2 * floor, floor / 2, 0.0]), floor=floor)
    assert_allclose(told, [0, np.log(2), most - np.log(2), most, most])


def test_losses_keep_the_precision_that_comes():
    single = losses(np.array([0.3, 0.0], dtype=np.float32))
    assert single.dtype == np.float32
    assert single[1] == pytest.approx(15 * np.log(10))


def test_log_loss_by_hand_finite_at_zero_and_undefined_over_nobody():
    assert log_loss(np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([0, 1])) == pytest.approx(
        (np.log(2) - np.log(0.8)) / 2
    )
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(15 * np.log(10))
    assert np.isnan(log_loss(np.empty((0, 2)), np.zeros(0, int)))


def test_adjusting_by_the_whole_prior_divides_by_it():
    # 0.6 / 0.75 and 0.4 / 0.25 are 0.8 and 1.6.
    adjusted = adjust_prior(np.array([[0.6, 0.4]]), np.array([0.75, 0.25]), 1.0)
    assert_allclose(adjusted, [[1 / 3, 2 / 3]])


@given(worlds(), st.floats(-1, 2))
def test_adjusting_sums_to_one_and_nothing_at_zero(world, tau):
    probabilities, _ = world
    prior = normalise(np.arange(1, probabilities.shape[1] + 1)[None])[0]
    assert_allclose(adjust_prior(probabilities, prior, tau).sum(axis=1), 1, atol=1e-9)
    assert_allclose(adjust_prior(probabilities, prior, 0.0), probabilities, atol=1e-12)


def test_a_prior_of_zero_is_refused_with_its_places():
    with pytest.raises(ValueError, match=r"\[0, 2\]"):
        adjust_prior(np.full((1, 3), 1 / 3), np.array([0.0, 1.0, 0.0]), 1.0)


@given(st.lists(st.lists(st.floats(-700, 700), min_size=3, max_size=3), min_size=1, max_size=5))
def test_softmax_equals_that_of_scipy(logits):
    assert_allclose(softmax(np.array(logits)), scipy.special.softmax(logits, axis=1), atol=1e-12)
