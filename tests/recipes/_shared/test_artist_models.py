"""Models of artists against scikit-learn, hand-made gradients, and what was planted."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from pipeline.config import ArtistLogisticConfig, NetworkConfig
from pipeline.core.model.evidence import VOCABULARY_LISTENERS
from pipeline.core.model.features import bag
from pipeline.core.model.models import Constant
from pipeline.recipes._shared.artist_models import (
    ROOT,
    _Learner,
    artist_weights,
    fit_network,
    fit_sparse_linear,
)
from pipeline.recipes._shared.fitting import Data

CONFIG = ArtistLogisticConfig(max_iterations=500)
SMALL = NetworkConfig(units=8, epochs=15, batch=32, learning_rate=0.02)


def planted(n=400, n_artists=30, seed=0):
    """Three classes, each with ten artists that it prefers."""
    draw = np.random.default_rng(seed)
    y = draw.integers(0, 3, n)
    odds = 0.05 + 0.25 * (np.arange(n_artists) // 10 == y[:, None])
    X = csr_matrix((draw.random((n, n_artists)) < odds).astype(np.float32))
    half = n // 2
    return Data(X[:half], y[:half], X[half:], y[half:], 3)


def test_weights_make_the_mean_square_length_one():
    data = planted()
    weights = artist_weights(data.X, norm_power=ROOT)
    lists = bag(data.X, weights, norm_power=ROOT)
    assert lists.multiply(lists).sum() / lists.shape[0] == pytest.approx(1, rel=1e-4)
    # Rarer artists weigh more.
    listeners = np.bincount(data.X.indices, minlength=30)
    assert (np.diff(weights[np.argsort(listeners)]) <= 1e-6).all()


def test_artists_of_few_listeners_are_left_out():
    rows = np.concatenate([np.arange(VOCABULARY_LISTENERS), np.arange(VOCABULARY_LISTENERS - 1)])
    columns = np.repeat([0, 1], [VOCABULARY_LISTENERS, VOCABULARY_LISTENERS - 1])
    X = csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(9, 3))
    assert_array_equal(artist_weights(X, norm_power=1.0) > 0, [True, False, False])
    assert not artist_weights(X[:0], norm_power=ROOT).any()


def test_the_linear_model_is_scikit_learns():
    data = planted()
    weights = artist_weights(data.X, norm_power=1.0)
    ours = fit_sparse_linear(data, weights, CONFIG, strength=0.7, norm_power=1.0)
    theirs = LogisticRegression(C=0.7, max_iter=500).fit(
        bag(data.X, weights, norm_power=1.0), data.y
    )
    asked = bag(data.valid_x, weights, norm_power=1.0)
    assert_allclose(ours.predict_proba(data.valid_x), theirs.predict_proba(asked), atol=1e-4)


def test_two_classes_of_three_leave_the_third_out():
    data = planted()
    there = data.y != 1
    fewer = Data(data.X[there], data.y[there], data.valid_x, data.valid_y, 3)
    weights = artist_weights(fewer.X, norm_power=ROOT)
    found = fit_sparse_linear(fewer, weights, CONFIG, strength=2.0, norm_power=ROOT)
    said = found.predict_proba(data.valid_x)
    assert (said[:, 1] < 1e-9).all()
    others = data.valid_y != 1
    assert (said.argmax(axis=1) == data.valid_y)[others].mean() > 0.8


@pytest.mark.parametrize("rows", [[], [0, 1]])
def test_one_class_or_nobody_is_the_prior(rows):
    data = planted()
    one = Data(data.X[rows], np.full(len(rows), 2), data.valid_x, data.valid_y, 3)
    weights = artist_weights(data.X, norm_power=ROOT)
    linear = fit_sparse_linear(one, weights, CONFIG, strength=1.0, norm_power=ROOT)
    network, log = fit_network(one, SMALL, name="it", seed=0, progress=lambda *_: None)
    assert isinstance(linear, Constant) and linear == network
    assert log.empty


def test_the_network_finds_what_was_planted():
    data = planted(n=1000)
    network, log = fit_network(data, SMALL, name="it", seed=3, progress=lambda *_: None)
    said = network.predict_proba(data.valid_x)
    assert (said.argmax(axis=1) == data.valid_y).mean() > 0.85
    losses = log.pivot(index="iteration", columns="part", values="log_loss")
    assert losses["valid"].iloc[-1] < losses["valid"].iloc[0] < np.log(3) + 0.1
    assert losses.index.tolist() == list(range(1, 16))


def test_a_network_is_the_same_twice_and_another_with_another_seed():
    data = planted()
    first, again, other = (
        fit_network(data, SMALL, name="it", seed=seed, progress=lambda *_: None)[0]
        for seed in (1, 1, 2)
    )
    assert_array_equal(first.hidden, again.hidden)
    assert_array_equal(first.output, again.output)
    assert np.abs(first.hidden - other.hidden).max() > 0.01


def test_updates_are_limited():
    data = planted()
    told = []
    few = SMALL.model_copy(update={"most_updates": 14})
    fit_network(data, few, name="it", seed=0, progress=lambda *what: told.append(what))
    # 200 listeners make 7 steps of 32 a pass.
    assert [done for done, _ in told] == [0.5, 1.0]


def test_the_first_step_goes_against_the_gradient():
    """Adam's first step is the learning rate against the sign of each derivative."""
    data = planted(n=64)
    whole = SMALL.model_copy(update={"least_kept": 1.0, "unit_dropout": 0.0, "batch": 32})
    learner = _Learner(data, whole, np.random.default_rng(0))
    before = {name: array.astype(np.float64) for name, array in learner._arrays.items()}
    vocabulary, lists = learner._vocabulary, bag(data.X, learner._weights, norm_power=ROOT)
    lists = lists[:, vocabulary].toarray().astype(np.float64)

    def loss(arrays):
        units = np.maximum(lists @ arrays["hidden"] + arrays["hidden_biases"], 0)
        logits = units @ arrays["output"] + arrays["output_biases"]
        logits -= logits.max(axis=1, keepdims=True)
        chosen = logits[np.arange(len(data.y)), data.y]
        return (np.log(np.exp(logits).sum(axis=1)) - chosen).mean()

    learner._step = 1
    assert learner._update(np.arange(len(data.y)), 0.01) == pytest.approx(loss(before), rel=1e-4)
    checked = 0
    for name, array in before.items():
        moved = learner._arrays[name] - array
        for place in np.ndindex(*array.shape):
            lower, upper = ({n: a.copy() for n, a in before.items()} for _ in range(2))
            lower[name][place] -= 1e-5
            upper[name][place] += 1e-5
            slope = (loss(upper) - loss(lower)) / 2e-5
            if abs(slope) > 1e-4:
                assert moved[place] == pytest.approx(-0.01 * np.sign(slope), rel=0.02)
                checked += 1
    assert checked > 100
