"""Ranks, confusion and counts, against the plainest loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics._shared import judged as module
from pipeline.metrics._shared.judged import Judged, Measured, mean, share


@st.composite
def judgements(draw):
    """Listeners with many ties: probabilities are small integers out of their sum."""
    k = draw(st.integers(1, 6))
    n = draw(st.integers(0, 20))
    row = st.lists(st.integers(0, 3), min_size=k, max_size=k).map(lambda r: [v + 1 for v in r])
    weights = np.array(draw(st.lists(row, min_size=n, max_size=n))).reshape(n, k)
    probabilities = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    truth = np.array(draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n)), dtype=np.int32)
    return Judged(truth, probabilities, np.ones(k, dtype=np.int64))


@given(judgements())
def test_ranks_order_by_probability_then_position(judged):
    for row, truth, rank in zip(
        judged.probabilities, judged.truth, judged.rank_of_truth, strict=True
    ):
        order = sorted(range(len(row)), key=lambda k: (-row[k], k))
        assert order.index(truth) + 1 == rank


@given(judgements())
def test_rank_one_is_the_prediction(judged):
    assert ((judged.rank_of_truth == 1) == (judged.predicted == judged.truth)).all()
    assert (judged.in_top(1) == judged.right).all()
    assert (judged.in_top(judged.classes) == judged.of_class).all()


@given(judgements())
def test_confusion_counts_each_listener_once(judged):
    expected = np.zeros((judged.classes, judged.classes), dtype=int)
    for truth, predicted in zip(judged.truth, judged.predicted, strict=True):
        expected[truth, predicted] += 1
    assert (judged.confusion == expected).all()
    assert judged.of_class.sum() == judged.taken_for.sum() == judged.n


def test_ranks_do_not_depend_on_how_many_rows_are_taken_at_once(monkeypatch):
    rng = np.random.default_rng(3)
    given_ = (rng.integers(0, 9, size=11), rng.dirichlet(np.ones(9), size=11), np.ones(9, int))
    at_once = Judged(*given_).rank_of_truth
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 4)
    assert Judged(*given_).rank_of_truth.tolist() == at_once.tolist()


def test_macro_leaves_out_classes_that_nobody_has():
    judged = Judged(np.array([0, 0, 1]), np.eye(3)[[0, 2, 2]], np.ones(3, int))
    assert judged.macro(judged.right, judged.of_class) == Measured(pytest.approx(1 / 4), 3)


def test_share_and_mean_of_nobody_are_undefined():
    assert share(0, 0) == mean(np.empty(0)) == Measured(None, 0)
    assert share(1, 4) == Measured(0.25, 4)
    assert mean(np.array([0.25, 0.75], dtype=np.float32)) == Measured(0.5, 2)
