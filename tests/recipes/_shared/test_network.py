"""The network: its gradient against differences, and that it finds what was planted."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from planted_data import lists
from scipy.sparse import csr_matrix

from pipeline.config import NetworkConfig
from pipeline.core.model.models import Constant
from pipeline.core.progress import no_progress
from pipeline.recipes._shared.model_data import Data
from pipeline.recipes._shared.network import Parameters, backpropagate, fit_network

SMALL = NetworkConfig(units=8, epochs=15, batch=32, learning_rate=0.02)


def fit(data, config=SMALL, *, seed=0, progress=no_progress):
    return fit_network(data, config, name="it", seed=seed, progress=progress)


def step(*, seed, dropout):
    """What a step sees, in double precision: six listeners, five artists, four units."""
    draw = np.random.default_rng(seed)
    parameters = Parameters(
        hidden=draw.normal(size=(5, 4)),
        hidden_biases=draw.normal(size=4),
        output=draw.normal(size=(4, 3)),
        output_biases=draw.normal(size=3),
    )
    shown = csr_matrix(draw.random((6, 5)) * (draw.random((6, 5)) < 0.6))
    return parameters, shown, draw.integers(0, 3, 6), draw.random((6, 4)) >= dropout


def test_loss_by_hand():
    parameters = Parameters(
        hidden=np.array([[1.0, -1.0], [0.0, 2.0]]),
        hidden_biases=np.array([0.5, 0.0]),
        output=np.array([[np.log(2), 0.0], [0.0, np.log(3)]]),
        output_biases=np.array([0.0, 0.0]),
    )
    # Units: (1.5, 0 for -1) and (0.5, 2). The second unit of the second listener is left out.
    shown, kept = csr_matrix(np.eye(2)), np.array([[True, True], [True, False]])
    # What is kept counts twice: logits (3 ln 2, 0) and (ln 2, 0).
    loss, _ = backpropagate(parameters, shown, np.array([0, 1]), kept, kept_share=0.5)
    assert loss == pytest.approx((np.log(9 / 8) + np.log(3)) / 2)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_is_that_of_differences(seed, dropout):
    parameters, *rest = step(seed=seed, dropout=dropout)

    def loss(name, at, change):
        array = getattr(parameters, name).copy()
        array[at] += change
        moved = parameters._replace(**{name: array})
        return backpropagate(moved, *rest, kept_share=1 - dropout)[0]

    gradient = backpropagate(parameters, *rest, kept_share=1 - dropout)[1]
    slopes = []
    for name, array in parameters._asdict().items():
        assert getattr(gradient, name).shape == array.shape
        for at in np.ndindex(array.shape):
            slope = (loss(name, at, 1e-6) - loss(name, at, -1e-6)) / 2e-6
            assert getattr(gradient, name)[at] == pytest.approx(slope, abs=1e-6)
            slopes.append(slope)
    assert np.count_nonzero(np.abs(slopes) > 1e-3) > 15


def test_the_network_finds_what_was_planted():
    data = lists(n=1000)
    network, log = fit(data, seed=3)
    predicted = network.predict_proba(data.valid_x)
    assert (predicted.argmax(axis=1) == data.valid_y).mean() > 0.85
    losses = log.pivot(index="iteration", columns="part", values="log_loss")
    assert losses["valid"].iloc[-1] < losses["valid"].iloc[0] < np.log(3) + 0.1
    assert losses.index.tolist() == list(range(1, 16))


def test_it_starts_from_the_shares_of_the_classes():
    data = lists()
    # Steps of nearly no size leave the network as it began: small vectors, and ln of the shares.
    still = SMALL.model_copy(update={"learning_rate": 1e-9, "epochs": 1})
    network, log = fit(data, still)
    shares = np.bincount(data.y) / len(data.y)
    assert_allclose(network.output_biases, np.log(shares), rtol=1e-5)
    assert not network.hidden_biases.round(6).any()
    assert np.abs(network.hidden).max() < 0.3
    entropy = -(shares * np.log(shares)).sum()
    assert log["log_loss"].to_numpy() == pytest.approx([entropy] * 2, abs=0.1)


def test_a_network_is_the_same_twice_and_another_with_another_seed():
    data = lists()
    first, again, other = (fit(data, seed=seed)[0] for seed in (1, 1, 2))
    assert_array_equal(first.hidden, again.hidden)
    assert_array_equal(first.output, again.output)
    assert np.abs(first.hidden - other.hidden).max() > 0.01


def test_artists_outside_the_vocabulary_have_no_vector():
    data = lists()
    rare = np.zeros((len(data.y), 1))
    rare[:3] = 1
    X = csr_matrix(np.hstack([data.X.toarray(), rare]), dtype=np.float32)
    valid_x = csr_matrix(np.hstack([data.valid_x.toarray(), np.ones((len(data.valid_y), 1))]))
    network, _ = fit(Data(X, data.y, valid_x, data.valid_y, 3))
    assert network.artist_weights[-1] == 0 and not network.hidden[-1].any()
    assert network.hidden[:-1].any(axis=1).all()


def test_updates_are_limited():
    told = []
    few = SMALL.model_copy(update={"most_updates": 14})
    fit(lists(), few, progress=lambda *what: told.append(what))
    # 200 listeners make 7 steps of 32 a pass.
    assert told == [(0.5, "it: pass 1 of 2"), (1.0, "it: pass 2 of 2")]


@pytest.mark.parametrize("rows", [[], [0, 1]])
def test_one_class_or_nobody_is_the_prior(rows):
    data = lists()
    one = Data(data.X[rows], np.full(len(rows), 2), data.valid_x, data.valid_y, 3)
    network, log = fit(one)
    assert network == Constant((0.0, 0.0, 1.0) if rows else (1 / 3, 1 / 3, 1 / 3))
    assert log.empty and str(log["log_loss"].dtype) == "Float64"


def test_without_validation_listeners_only_training_is_logged():
    data = lists()
    alone = Data(data.X, data.y, data.valid_x[:0], data.valid_y[:0], 3)
    assert set(fit(alone)[1]["part"]) == {"train"}
