"""Models: what they predict, and that files give the same predictions back."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from pipeline.core.model.models import (
    KINDS,
    Constant,
    Linear,
    Network,
    ScaledEvidence,
    SparseLinear,
    Trees,
    prior,
)


def linear():
    return Linear(
        means=np.array([1.0, 10.0]),
        scales=np.array([2.0, 5.0]),
        coefficients=np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 1 / 3]]),
        intercepts=np.array([0.0, np.log(2), -1.0]),
    )


WEIGHTS = np.array([1, 0, 2], dtype=np.float32)
LISTS = csr_matrix(np.array([[3.0, 7.0, 2.0], [0, 1, 0]], dtype=np.float32))
"""Weighted and shortened by the root of its length, 5, the first is (3, 0, 4) / √5."""


def sparse_linear():
    return SparseLinear(
        artist_weights=WEIGHTS,
        norm_power=0.5,
        coefficients=np.array([[1, 0], [9, 9], [0, 1]], dtype=np.float32),
        intercepts=np.array([0.0, np.log(3)]),
    )


def network():
    return Network(
        artist_weights=WEIGHTS,
        norm_power=0.5,
        hidden=np.array([[1, -1], [9, 9], [0, 1]], dtype=np.float32),
        hidden_biases=np.array([0, -1], dtype=np.float32),
        output=np.array([[1, 0, 0], [0, 2, 0]], dtype=np.float32),
        output_biases=np.array([0, 0, 1 / 3], dtype=np.float32),
    )


@pytest.fixture(scope="module")
def trees():
    import lightgbm

    draw = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 60)
    X = (draw.normal(size=(180, 4)) + 2 * np.eye(3, 4)[y]).astype(np.float32)
    parameters = {"objective": "multiclass", "num_class": 3, "verbosity": -1, "num_threads": 1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(X, y), 5)
    return Trees(booster.model_to_string()), X, booster


def test_constant_repeats_itself():
    assert_allclose(Constant((0.25, 0.75)).predict_proba(np.zeros((3, 2))), [[0.25, 0.75]] * 3)


def test_prior_counts_shares():
    model = prior(np.array([0, 2, 2, 2]), 4)
    assert model == Constant((0.25, 0.0, 0.75, 0.0))


def test_prior_of_nobody_is_even():
    assert prior(np.array([], dtype=int), 2) == Constant((0.5, 0.5))


def test_linear_is_a_softmax_of_standardised_features():
    # (3 - 1) / 2 = 1 and (5 - 10) / 5 = -1 give the logits 1, log 2 - 1 and 0.1 - 1 / 3 - 1.
    powers = np.exp([1.0, np.log(2) - 1, 0.1 - 1 / 3 - 1])
    predicted = linear().predict_proba(np.array([[3.0, 5.0]], dtype=np.float32))
    assert predicted.dtype == np.float64
    assert_allclose(predicted, [powers / powers.sum()])


def test_linear_takes_the_mean_for_what_is_unknown():
    unknown, mean = np.array([[3.0, np.nan]]), np.array([[3.0, 10.0]])
    assert_array_equal(linear().predict_proba(unknown), linear().predict_proba(mean))


def test_sparse_linear_reads_weighted_and_shortened_lists():
    powers = np.exp([3 / 5**0.5, 4 / 5**0.5 + np.log(3)])
    predicted = sparse_linear().predict_proba(LISTS)
    assert predicted.dtype == np.float64
    # The second list has no artist of the vocabulary: the intercepts speak.
    assert_allclose(predicted, [powers / powers.sum(), [0.25, 0.75]], rtol=1e-6)


def test_network_rectifies_its_units():
    # Units: 3 / √5, and (4 - 3) / √5 - 1 < 0, which counts as 0.
    powers = np.exp([3 / 5**0.5, 0, 1 / 3])
    nobody = np.exp([0, 0, 1 / 3])
    expected = [powers / powers.sum(), nobody / nobody.sum()]
    assert_allclose(network().predict_proba(LISTS), expected, rtol=1e-6)


def test_evidence_moves_the_prior():
    model = ScaledEvidence(prior=(0.2, 0.6), columns=(2, 0), scale=0.5)
    predicted = model.predict_proba(np.array([[0.0, 9.0, np.log(9)], [0.0, 0.0, 0.0]]))
    # 0.25 · 3 against 0.75: nine times likelier, half believed.
    assert_allclose(predicted, [[0.5, 0.5], [0.25, 0.75]])


def test_artists_outside_the_vocabulary_are_not_saved():
    model = network()
    again = Network.load(model.save())
    assert_array_equal(again.hidden, [[1, -1], [0, 0], [0, 1]])
    none = Network.load(replace(model, artist_weights=np.zeros(3, dtype=np.float32)).save())
    assert none.hidden.shape == (3, 2) and not none.hidden.any()


def test_trees_predict_as_lightgbm_does(trees):
    model, X, booster = trees
    predicted = model.predict_proba(X)
    assert predicted.dtype == np.float64 and predicted.shape == (180, 3)
    assert_allclose(predicted, booster.predict(X), atol=1e-12)
    assert_allclose(predicted.sum(axis=1), 1, atol=1e-9)


def test_trees_read_their_text_when_first_asked():
    model = Trees.load({".txt": b"no trees at all"})
    with pytest.raises(Exception, match="odel"):
        model.predict_proba(np.zeros((1, 4), dtype=np.float32))


def test_trees_predict_nobody(trees):
    assert trees[0].predict_proba(np.zeros((0, 4), dtype=np.float32)).shape == (0, 3)


@pytest.mark.parametrize("threads", [None, 1, 2])
def test_files_give_the_same_predictions_back(trees, threads):
    X = trees[1]
    evidence = ScaledEvidence((0.1, 0.9), (1, 0), 1 / 3)
    saved = {
        Constant((0.1, 0.2, 0.7)): X,
        linear(): X[:, :2],
        trees[0]: X,
        sparse_linear(): LISTS,
        network(): LISTS,
        evidence: X,
    }
    assert {model.kind for model in saved} == set(KINDS)
    for model, rows in saved.items():
        again = KINDS[model.kind].load(model.save(), threads=threads)
        assert_array_equal(again.predict_proba(rows), model.predict_proba(rows))


def test_what_is_saved_is_text(trees):
    for model in (Constant((1.0,)), linear()):
        assert isinstance(json.loads(model.save()[".json"]), dict)
    assert trees[0].save()[".txt"].decode().startswith("tree\n")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_missing_content_is_named(kind):
    with pytest.raises(ValueError, match=r"a file \.\w+ is expected, there are: \['\.bin'\]"):
        kind.load({".bin": b""})
