"""Trees: weights of classes, early stopping, the log, and what they fall back on."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from planted_data import blobs
from sklearn.metrics import log_loss as sklearn_log_loss

from pipeline.config import TreesConfig
from pipeline.core.model.models import Constant, Trees
from pipeline.core.progress import no_progress
from pipeline.recipes._shared import trees as module
from pipeline.recipes._shared.model_data import Data
from pipeline.recipes._shared.trees import class_weights, fit_trees

SMALL = TreesConfig(rounds=8, min_in_leaf=5, leaves=5, learning_rate=0.3)


def trees(data, config=SMALL, *, weighted=False, seed=0, threads=1, progress=no_progress):
    return fit_trees(
        data, config, name="m", weighted=weighted, seed=seed, threads=threads, progress=progress
    )


def test_class_weights_by_hand():
    # 100 listeners of 2 classes: sqrt(100 / (2 · 80)) and sqrt(100 / (2 · 20)); nobody: the cap.
    y = np.repeat([0, 1], [80, 20])
    assert_allclose(class_weights(y, 2, 5.0), [np.sqrt(0.625), np.sqrt(2.5)])
    assert_allclose(class_weights(y, 2, 1.2), [np.sqrt(0.625), 1.2])
    assert class_weights(y, 3, 5.0)[2] == 5.0


def test_trees_that_cannot_split_give_the_prior():
    data = blobs((120, 60, 20))
    model, log = trees(data, TreesConfig(rounds=8, min_in_leaf=300))
    assert isinstance(model, Trees)
    assert_allclose(model.predict_proba(data.valid_x), [[0.6, 0.3, 0.1]] * len(data.valid_y))
    assert log["log_loss"].notna().all()


def test_one_class_is_a_constant_and_logs_nothing():
    data = blobs((50,))
    model, log = trees(data)
    assert model == Constant((1.0,))
    assert len(log) == 0 and str(log["log_loss"].dtype) == "Float64"


def test_one_class_of_several_is_a_constant():
    data = blobs((50, 40))
    only = Data(data.X[data.y == 1], data.y[data.y == 1], data.valid_x, data.valid_y, 2)
    assert trees(only)[0] == Constant((0.0, 1.0))


@pytest.mark.parametrize("weighted", [False, True])
def test_log_holds_the_mean_loss_of_single_listeners(weighted):
    data = blobs()
    model, log = trees(data, weighted=weighted)
    last = log[log["iteration"] == SMALL.rounds].set_index("part")["log_loss"]
    assert list(log.groupby("part").size()) == [SMALL.rounds] * 2
    expected = sklearn_log_loss(data.y, model.predict_proba(data.X))
    assert last["train"] == pytest.approx(expected, rel=1e-4)
    expected = sklearn_log_loss(data.valid_y, model.predict_proba(data.valid_x))
    assert last["valid"] == pytest.approx(expected, rel=1e-4)


def test_trees_stop_early_and_keep_the_best_round():
    data = blobs()
    config = TreesConfig(rounds=300, min_in_leaf=2, learning_rate=0.5, patience=5)
    model, log = trees(data, config)
    losses = log[log["part"] == "valid"].set_index("iteration")["log_loss"]
    best = int(losses.idxmin())
    assert len(losses) == best + 5 < 300
    predicted = model.predict_proba(data.valid_x)
    assert sklearn_log_loss(data.valid_y, predicted) == pytest.approx(losses[best], rel=1e-4)


def test_weighted_trees_lean_towards_the_rare_class():
    data = blobs((300, 300, 30), apart=1.0)
    plain, weighted = trees(data)[0], trees(data, weighted=True)[0]
    rare = data.valid_y == 2
    before = plain.predict_proba(data.valid_x)[rare, 2].mean()
    assert weighted.predict_proba(data.valid_x)[rare, 2].mean() > before * 1.2


def test_the_seed_decides_what_trees_draw():
    data = blobs()
    one, same, other = (trees(data, seed=s)[0].predict_proba(data.valid_x) for s in (1, 1, 2))
    assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_progress_is_told_each_round():
    told = []
    trees(blobs(), progress=lambda done, what: told.append((done, what)))
    assert told[0] == (1 / 8, "m: round 1 of 8")
    assert [done for done, _ in told[:8]] == [i / 8 for i in range(1, 9)]


def test_a_file_does_not_tell_how_many_threads_there_were(monkeypatch):
    monkeypatch.setattr(module, "LISTENERS_A_THREAD", 50)
    one, three = (trees(blobs(), threads=threads)[0].text for threads in (1, 3))
    assert one == three
    assert one.count("[num_threads: 1]") == 1
