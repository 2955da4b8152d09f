"""Linear models against scikit-learn, and the classes that they never saw."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from planted_data import blobs, lists
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pipeline.config import ArtistLogisticConfig, LogisticConfig
from pipeline.core.model.features import bag
from pipeline.core.model.models import Constant
from pipeline.recipes._shared.artist_weights import ROOT, artist_weights
from pipeline.recipes._shared.linear import fit_linear, fit_sparse_linear
from pipeline.recipes._shared.model_data import Data

ARTISTS = ArtistLogisticConfig(max_iterations=500)


@pytest.mark.parametrize("counts", [(120, 60, 20), (120, 60)], ids=["three", "two"])
def test_linear_fit_equals_that_of_scikit_learn(counts):
    data = blobs(counts)
    fitted = fit_linear(data, LogisticConfig(max_iterations=200))
    scaler = StandardScaler().fit(data.X.astype(float))
    reference = LogisticRegression(C=1 / (len(data.y) * 0.01), max_iter=200)
    reference.fit(scaler.transform(data.X), data.y)
    expected = reference.predict_proba(scaler.transform(data.valid_x))
    assert_allclose(fitted.predict_proba(data.valid_x), expected, atol=1e-6)


def test_linear_fit_knows_the_classes_that_it_saw():
    data = blobs((120, 60, 20))
    poor = Data(data.X[data.y != 1], data.y[data.y != 1], data.valid_x, data.valid_y, 3)
    predicted = fit_linear(poor, LogisticConfig()).predict_proba(data.valid_x)
    assert (predicted[:, 1] < 1e-100).all()
    assert (predicted.argmax(axis=1) == data.valid_y)[data.valid_y != 1].mean() > 0.8


def test_linear_fit_of_one_class_always_says_so():
    data = blobs((120, 60))
    only = Data(data.X[data.y == 1], data.y[data.y == 1], data.valid_x, data.valid_y, 2)
    predicted = fit_linear(only, LogisticConfig()).predict_proba(data.valid_x)
    assert_allclose(predicted[:, 1], 1)


def test_linear_fit_leaves_unknown_and_equal_features_alone():
    data = blobs((80, 80))
    X = np.column_stack([data.X, np.full((160, 1), 3.0), np.full((160, 1), np.nan)])
    X[::5, 0] = np.nan
    holed = Data(X.astype(np.float32), data.y, X[:9].astype(np.float32), data.y[:9], 2)
    fitted = fit_linear(holed, LogisticConfig())
    assert_allclose(fitted.means[[0, 2, 3]], [np.nanmean(X[:, 0]), 3, 0], rtol=1e-6)
    assert_allclose(fitted.scales[2:], 1)
    assert_allclose(fitted.coefficients[:, 2:], 0)
    assert np.isfinite(fitted.predict_proba(holed.valid_x)).all()


def test_the_linear_model_is_scikit_learns():
    data = lists()
    weights = artist_weights(data.X, norm_power=1.0)
    ours = fit_sparse_linear(data, weights, ARTISTS, strength=0.7, norm_power=1.0)
    theirs = LogisticRegression(C=0.7, max_iter=500).fit(
        bag(data.X, weights, norm_power=1.0), data.y
    )
    asked = bag(data.valid_x, weights, norm_power=1.0)
    assert_allclose(ours.predict_proba(data.valid_x), theirs.predict_proba(asked), atol=1e-4)


def test_two_classes_of_three_leave_the_third_out():
    data = lists()
    there = data.y != 1
    fewer = Data(data.X[there], data.y[there], data.valid_x, data.valid_y, 3)
    weights = artist_weights(fewer.X, norm_power=ROOT)
    found = fit_sparse_linear(fewer, weights, ARTISTS, strength=2.0, norm_power=ROOT)
    predicted = found.predict_proba(data.valid_x)
    assert (predicted[:, 1] < 1e-9).all()
    others = data.valid_y != 1
    assert (predicted.argmax(axis=1) == data.valid_y)[others].mean() > 0.8


@pytest.mark.parametrize("rows", [[], [0, 1]])
def test_one_class_or_nobody_is_the_prior(rows):
    data = lists()
    one = Data(data.X[rows], np.full(len(rows), 2), data.valid_x, data.valid_y, 3)
    weights = artist_weights(data.X, norm_power=ROOT)
    found = fit_sparse_linear(one, weights, ARTISTS, strength=1.0, norm_power=ROOT)
    assert found == Constant((0.0, 0.0, 1.0) if rows else (1 / 3, 1 / 3, 1 / 3))
