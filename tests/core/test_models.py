"""Models: what they predict, and that files give the same predictions back."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.models import KINDS, Constant, Linear, Trees, prior


def linear():
    return Linear(
        means=np.array([1.0, 10.0]),
        scales=np.array([2.0, 5.0]),
        coefficients=np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 1 / 3]]),
        intercepts=np.array([0.0, np.log(2), -1.0]),
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
    for model, rows in [(Constant((0.1, 0.2, 0.7)), X), (linear(), X[:, :2]), (trees[0], X)]:
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
