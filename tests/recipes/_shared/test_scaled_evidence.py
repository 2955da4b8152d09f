"""How far evidence is believed: as far as it is true."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pipeline.core.model.hierarchy import softmax, softmax_within
from pipeline.recipes import Sample
from pipeline.recipes._shared.scaled_evidence import LARGEST_SCALE, expected, scales


def with_evidence(world, evidence, country):
    features = world.test.features.rows(np.zeros(len(country), dtype=int))
    features = replace(features, evidence=evidence.astype(np.float32))
    return replace(world, valid=Sample(features, country))


def drawn(world, quick, *, first, second, n=20_000):
    """Listeners whose country follows from their evidence, believed `first` and `second`."""
    draw = np.random.default_rng(0)
    known, region_of = expected(world.given(quick)), world.classes.region_of
    evidence = draw.normal(size=(n, 3 + 6))
    region = softmax(np.log(known.region) + first * evidence[:, :3])
    within = softmax_within(np.log(known.within) + second * evidence[:, 3:], region_of)
    share = region[:, region_of] * within
    country = (draw.random((n, 1)) > share.cumsum(axis=1)).sum(axis=1).clip(0, 5)
    return with_evidence(world, evidence, country.astype(np.int32))


def test_what_is_expected_are_the_shares_of_training(world, quick):
    known = expected(world.given(quick))
    n = np.bincount(world.train.country, minlength=6)
    regions = [n[:2].sum(), n[2:5].sum(), n[5]]
    assert_allclose(known.region, np.array(regions) / n.sum())
    assert_allclose(known.within, n / np.array(regions)[[0, 0, 1, 1, 1, 2]])


@pytest.mark.parametrize(("first", "second"), [(0.5, 1.5), (2.0, 0.0)])
def test_scales_are_those_that_were_planted(world, quick, first, second):
    found = scales(drawn(world, quick, first=first, second=second).given(quick))
    assert found == pytest.approx((first, second), abs=0.06)


def test_scales_have_an_end(world, quick):
    n = 300
    country = np.arange(n, dtype=np.int32) % 6
    region = np.array(world.classes.region_of)[country]
    # Always right, however little it says: the more it is believed the better.
    evidence = np.hstack([np.eye(3)[region], np.eye(6)[country]])
    found = scales(with_evidence(world, evidence, country).given(quick))
    assert found == pytest.approx((LARGEST_SCALE, LARGEST_SCALE), abs=0.01)


def test_without_validation_listeners_evidence_is_half_believed(world, quick):
    nobody = replace(world, valid=world.valid.rows(np.array([], dtype=int)))
    assert scales(nobody.given(quick)) == (0.5, 0.5)
