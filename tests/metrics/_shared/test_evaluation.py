"""The walk over metrics, views and classes: every row, its key, its n, and the two other tables."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.model.classes import Classes
from pipeline.core.model.hierarchy import Layers
from pipeline.core.tables.contract import PARTS, VIEWS
from pipeline.metrics import METRICS
from pipeline.metrics._shared.catalogue import catalogue
from pipeline.metrics._shared.evaluation import evaluate
from pipeline.metrics._shared.predicted import Predicted

CLASSES = Classes(
    countries=("BR", "CL", "DE", "FR", "JP", "PL"),
    regions=("Asia", "Europe", "South America"),
    region_of=(2, 2, 1, 1, 0, 1),
)
SUPPORT = np.array([90, 5, 60, 30, 40, 10])
HOME = np.array([2, 2, 1, 1, 0, 1])


def planted(*, seed=0, listeners=240):
    """Predictions with two layers that agree: P(country) = P(region) · P(country | region)."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(6, size=listeners, p=np.array([90, 5, 60, 30, 40, 10]) / 235)
    region = rng.dirichlet(np.ones(3), size=listeners)
    within = rng.gamma(1, size=(listeners, 6))
    within[np.arange(listeners), truth] += 1
    for r in range(3):
        within[:, r == HOME] /= within[:, r == HOME].sum(axis=1, keepdims=True)
    part = rng.choice(PARTS, size=listeners, p=[0.6, 0.2, 0.2])
    layers = {"country": within * region[:, HOME], "region": region, "within": within}
    return truth, {name: p.astype(np.float32) for name, p in layers.items()}, part


def predicted(truth, layers, part):
    listener = np.arange(len(truth))
    return Predicted(listener, np.asarray(part), truth, Layers(**layers), CLASSES, SUPPORT)


def evaluated(*, seed=0):
    return evaluate(predicted(*planted(seed=seed)))


def value_of(metrics, **key):
    chosen = metrics[np.logical_and.reduce([metrics[name] == v for name, v in key.items()])]
    assert len(chosen) == 1
    return chosen["value"].iloc[0], chosen["n"].iloc[0]


def test_frames_keep_the_contract(check_as_declared):
    metrics, confusion = evaluated()
    check_as_declared(metrics.assign(recipe="flat"), "metrics")
    check_as_declared(confusion.assign(recipe="flat"), "confusion")
    assert (metrics["value"].dtype, metrics["n"].dtype) == (pd.Float64Dtype(), pd.Int32Dtype())


def test_every_part_view_subject_and_metric_has_one_row():
    subjects = {
        "countries": [""],
        "regions": [""],
        "country": CLASSES.countries,
        "region": CLASSES.regions,
        "within": CLASSES.regions,
    }
    expected = {
        (part, view, subject, name)
        for part in PARTS
        for name, metric in METRICS.items()
        for view in metric.views
        for subject in subjects[view]
    }
    metrics = evaluated().metrics
    rows = list(metrics[["part", "view", "subject", "metric"]].itertuples(index=False, name=None))
    assert len(rows) == len(expected)
    assert set(rows) == expected
    assert {view for _, view, _, _ in rows} == set(VIEWS)


@pytest.mark.parametrize("part", PARTS)
def test_each_view_measures_its_own_listeners_and_probabilities(part):
    truth, layers, parts = planted()
    metrics = evaluated().metrics
    rows = parts == part
    guess = layers["country"][rows].argmax(axis=1)
    assert value_of(metrics, part=part, view="countries", metric="accuracy") == (
        pytest.approx(sk.accuracy_score(truth[rows], guess)),
        rows.sum(),
    )
    guess = layers["region"][rows].argmax(axis=1)
    assert value_of(metrics, part=part, view="regions", metric="macro_f1") == (
        pytest.approx(sk.f1_score(HOME[truth[rows]], guess, average="macro")),
        rows.sum(),
    )
    assert value_of(metrics, part=part, view="region", subject="Europe", metric="recall") == (
        pytest.approx(sk.recall_score(HOME[truth[rows]] == 1, guess == 1)),
        (HOME[truth[rows]] == 1).sum(),
    )
    guess = layers["country"][rows].argmax(axis=1)
    assert value_of(metrics, part=part, view="country", subject="FR", metric="precision") == (
        pytest.approx(sk.precision_score(truth[rows] == 3, guess == 3)),
        (guess == 3).sum(),
    )
    rows = rows & (HOME[truth] == 1)
    guess = np.array([2, 3, 5])[layers["within"][rows][:, [2, 3, 5]].argmax(axis=1)]
    assert value_of(metrics, part=part, view="within", subject="Europe", metric="accuracy") == (
        pytest.approx(sk.accuracy_score(truth[rows], guess)),
        rows.sum(),
    )
    key = {"view": "within", "subject": "Europe", "metric": "mean_probability_of_truth"}
    assert value_of(metrics, part=part, **key) == (
        pytest.approx(layers["within"][rows, truth[rows]].mean()),
        rows.sum(),
    )
    assert value_of(metrics, part=part, view="within", subject="Asia", metric="accuracy")[0] == 1


def test_entropy_within_rests_on_training_listeners():
    value, n = value_of(
        evaluated().metrics, part="test", view="within", subject="Europe", metric="entropy_bits"
    )
    assert value == pytest.approx(0.6 * np.log2(1 / 0.6) + 0.3 * np.log2(1 / 0.3) + 0.332193, 1e-5)
    assert n == 100


def test_confusion_adds_up_to_the_listeners_and_equals_pandas():
    truth, layers, parts = planted()
    confusion = evaluated().confusion
    totals = confusion.groupby(["part", "view"])["n"].sum().unstack()
    for part in PARTS:
        assert set(totals.loc[part]) == {(parts == part).sum()}
    rows = parts == "valid"
    names = np.array(CLASSES.countries)
    expected = pd.crosstab(names[truth[rows]], names[layers["country"][rows].argmax(axis=1)])
    chosen = confusion[(confusion["part"] == "valid") & (confusion["view"] == "countries")]
    came = chosen.pivot(index="truth", columns="predicted", values="n").fillna(0)
    assert (came.to_numpy() == expected.to_numpy()).all()
    assert (confusion["n"] > 0).all()
    inside = confusion[(confusion["view"] == "within") & (confusion["subject"] == "Europe")]
    assert set(inside["truth"]) | set(inside["predicted"]) == {"DE", "FR", "PL"}


def test_a_part_without_listeners_has_null_values():
    truth, layers, _ = planted()
    result = evaluate(predicted(truth, layers, ["train"] * len(truth)))
    metrics = result.metrics[result.metrics["part"] == "test"]
    counts = metrics["metric"].isin(["listeners_true", "listeners_predicted"])
    support = metrics["metric"].isin(["entropy_bits", "effective_classes"])
    assert metrics.loc[~counts & ~support, "value"].isna().all()
    assert (metrics.loc[~support, "n"] == 0).all()
    assert set(result.confusion["part"]) == {"train"}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_listeners_does_not_matter(seed):
    truth, layers, part = planted(seed=seed, listeners=60)
    order = np.random.default_rng(seed + 1).permutation(60)
    mixed = {name: p[order] for name, p in layers.items()}
    shuffled = evaluate(predicted(truth[order], mixed, part[order]))
    straight = evaluate(predicted(truth, layers, part))
    pd.testing.assert_frame_equal(shuffled.metrics, straight.metrics, rtol=1e-9)
    pd.testing.assert_frame_equal(shuffled.confusion, straight.confusion)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_values_lie_where_their_unit_says(seed):
    truth, layers, part = planted(seed=seed, listeners=40)
    metrics = evaluate(predicted(truth, layers, part)).metrics
    units = metrics["metric"].map({name: m.unit for name, m in METRICS.items()})
    assert metrics["value"].dropna().ge(0).all()
    assert metrics.loc[units == "share", "value"].dropna().le(1 + 1e-9).all()
    undefined = metrics["value"].isna()
    assert (metrics.loc[undefined, "n"] == 0).all()


def test_catalogue_lists_every_metric(check_as_declared):
    frame = catalogue()
    check_as_declared(frame, "metric_catalogue")
    assert frame["metric"].tolist() == sorted(METRICS)
    assert set(evaluated().metrics["metric"]) == set(frame["metric"])
