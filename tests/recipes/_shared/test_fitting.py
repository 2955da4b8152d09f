"""What recipes share: weights of classes, sizes of trees, linear fits, priors, the log."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.preprocessing import StandardScaler

from pipeline.config import LogisticConfig, TrainConfig, TreesConfig
from pipeline.core.model.hierarchy import temper
from pipeline.core.model.models import Constant, Trees
from pipeline.recipes._shared import fitting
from pipeline.recipes._shared.fitting import (
    Data,
    class_weights,
    countries_data,
    fit_linear,
    fit_trees,
    regions_data,
    validation_temperature,
    within_config,
    within_data,
)

SMALL = TreesConfig(rounds=8, min_in_leaf=5, leaves=5, learning_rate=0.3)


def quiet(done, what):
    """Hear of no progress."""


def trees(data, config=SMALL, *, weighted=False, seed=0, progress=quiet):
    return fit_trees(
        data, config, name="m", weighted=weighted, seed=seed, threads=1, progress=progress
    )


def blobs(counts=(120, 60, 20), *, seed=0, apart=1.5):
    """Overlapping classes of these sizes, a third as many in validation."""
    draw = np.random.default_rng(seed)
    k = len(counts)

    def part(sizes):
        y = np.repeat(np.arange(k), sizes)
        return (draw.normal(size=(len(y), k)) + apart * np.eye(k)[y]).astype(np.float32), y

    X, y = part(counts)
    valid_x, valid_y = part([max(1, c // 3) for c in counts])
    return Data(X=X, y=y, valid_x=valid_x, valid_y=valid_y, n_classes=k)


def test_class_weights_by_hand():
    # 100 listeners of 2 classes: sqrt(100 / (2 · 80)) and sqrt(100 / (2 · 20)); nobody: the cap.
    y = np.repeat([0, 1], [80, 20])
    assert_allclose(class_weights(y, 2, 5.0), [np.sqrt(0.625), np.sqrt(2.5)])
    assert_allclose(class_weights(y, 2, 1.2), [np.sqrt(0.625), 1.2])
    assert class_weights(y, 3, 5.0)[2] == 5.0


@pytest.mark.parametrize(
    ("per_country", "leaves", "min_in_leaf"),
    [
        (199, 15, 300),
        (200, 31, 200),
        (599, 31, 200),
        (600, 31, 150),
        (1200, 47, 100),
        (1999, 47, 100),
        (2000, 63, 50),
        (90_000, 63, 50),
    ],
)
def test_tree_sizes_are_the_originals(per_country, leaves, min_in_leaf):
    config = TrainConfig(within_leaf_share=1.0)
    size = within_config(config, listeners=per_country * 4, countries=4)
    assert (size.leaves, size.min_in_leaf) == (leaves, min_in_leaf)
    assert size.learning_rate == 0.03


def test_leaves_of_a_small_region_hold_a_twentieth_of_it():
    config = TrainConfig()
    assert within_config(config, listeners=200, countries=3).min_in_leaf == 10
    assert within_config(config, listeners=5, countries=3).min_in_leaf == 1
    assert within_config(config, listeners=6000, countries=60).min_in_leaf == 300


def test_regions_and_their_countries_are_cut_out_of_all(world):
    everyone = countries_data(world.train, world.valid, world.classes)
    assert_array_equal(everyone.y, world.train.country)
    regions = regions_data(everyone, world.classes)
    assert_array_equal(regions.y, np.array([0, 0, 1, 1, 1, 2])[world.train.country])
    eastern = within_data(everyone, world.classes, 1)
    members = np.isin(world.train.country, [2, 3, 4])
    assert eastern.n_classes == 3
    assert_array_equal(eastern.y, world.train.country[members] - 2)
    assert_array_equal(eastern.X, everyone.X[members])
    assert (
        len(eastern.valid_x)
        == len(eastern.valid_y)
        == (world.valid.country // 2 > 0).sum() - (world.valid.country == 5).sum()
    )


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


def test_temperature_cools_an_overfitted_model():
    data = blobs((300, 300), apart=0.5)
    # 300 rounds of tiny leaves know the training listeners by heart.
    config = TreesConfig(rounds=60, min_in_leaf=1, learning_rate=0.5, patience=60, l2=0.0)
    model = fit_trees(
        Data(data.X, data.y, data.X, data.y, 2),
        config,
        name="m",
        weighted=False,
        seed=0,
        threads=1,
        progress=quiet,
    )[0]
    fitted = validation_temperature(model, data)
    assert fitted > 1.5
    raw = model.predict_proba(data.valid_x)
    tempered = sklearn_log_loss(data.valid_y, temper(raw, fitted))
    assert tempered < sklearn_log_loss(data.valid_y, raw)


def test_temperature_of_a_handful_of_listeners_is_left_at_one():
    data = blobs((30, 24))
    assert len(data.valid_y) == 18 < fitting.FEWEST_FOR_TEMPERATURE
    assert validation_temperature(Constant((0.9, 0.1)), data) == 1.0
