"""Calibration, top-k curves and cells, against the metrics, pandas and a count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.tables.contract import PARTS
from pipeline.metrics._shared.evaluation import Classes, evaluate
from pipeline.metrics._shared.guesses import MOST_GUESSES, Guesses, describe

COUNTRIES = tuple(f"C{i:02d}" for i in range(24))
CLASSES = Classes(COUNTRIES, ("A", "B", "C", "D"), np.arange(24) % 4, np.arange(24) + 5)
HOME = np.arange(24) % 4


def planted(seed: int, n: int = 400) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Guesses that are often right; P(region) says other things than P(country)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 24, n)
    country = rng.gamma(0.3, size=(n, 24))
    country[np.arange(n), truth] += rng.gamma(1, size=n)
    region = rng.dirichlet(np.ones(4), size=n)
    layers = {"country": country / country.sum(axis=1, keepdims=True), "region": region}
    return truth, layers, rng.choice(PARTS, n, p=[0.5, 0.3, 0.2])


def described(seed: int) -> Guesses:
    truth, layers, part = planted(seed)
    return describe(np.arange(400) * 2, truth, **layers, part=part, classes=CLASSES)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_curves_agree_with_the_metrics(seed: int) -> None:
    truth, layers, part = planted(seed)
    within = np.ones((400, 24)) / 6
    metrics = evaluate(truth, **layers, within=within, part=part, classes=CLASSES).metrics
    value = metrics.set_index(["part", "view", "subject", "metric"])["value"]
    found = described(seed)
    for key, bins in found.calibration.groupby(["part", "view"]):
        gap = (bins["n"] * (bins["accuracy"] - bins["confidence"]).abs()).sum() / bins["n"].sum()
        assert gap == pytest.approx(value[(*key, "", "calibration_error")])
        right = (bins["n"] * bins["accuracy"]).sum() / bins["n"].sum()
        assert right == pytest.approx(value[(*key, "", "accuracy")])
    curve = found.top_k.set_index(["part", "view", "k"])["accuracy"]
    for name in PARTS:
        for view, k, metric in (
            ("countries", 1, "accuracy"),
            ("countries", 5, "top_5_accuracy"),
            ("regions", 1, "accuracy"),
            ("regions", 3, "top_3_accuracy"),
        ):
            assert curve[name, view, k] == pytest.approx(value[name, view, "", metric])


def test_top_k_equals_scikit_learn_and_ends_where_it_should() -> None:
    truth, layers, part = planted(0)
    rows = part == "valid"
    curve = described(0).top_k.query("part == 'valid'")
    countries = curve[curve["view"] == "countries"]
    assert countries["k"].tolist() == list(range(1, MOST_GUESSES + 1))
    expected = [
        sk.top_k_accuracy_score(truth[rows], layers["country"][rows], k=k, labels=np.arange(24))
        for k in countries["k"]
    ]
    assert countries["accuracy"].tolist() == pytest.approx(expected)
    regions = curve[curve["view"] == "regions"]
    assert regions["k"].tolist() == [1, 2, 3, 4]
    assert regions["accuracy"].iloc[-1] == 1
    assert set(curve["n"]) == {rows.sum()}


def test_bins_by_hand() -> None:
    classes = Classes(("BR", "PL"), ("Americas", "Europe"), [0, 1], [1, 1])
    # Of 15 bins, 0.6 is the edge of the tenth, 0.62 lies in it, and 1 belongs to the last.
    country = np.array([[0.6, 0.4], [0.62, 0.38], [0.0, 1.0]])
    found = describe(
        np.array([0, 1, 2]),
        np.array([0, 1, 1]),
        country=country,
        region=country,
        part=["test"] * 3,
        classes=classes,
    )
    bins = found.calibration[found.calibration["view"] == "countries"]
    assert bins["bin"].tolist() == [9, 14]
    assert bins["confidence"].tolist() == pytest.approx([0.61, 1.0])
    assert bins["accuracy"].tolist() == [0.5, 1.0]
    assert bins["n"].tolist() == [2, 1]
    # Two classes end the curve before twenty guesses, and other parts have no rows.
    curve = found.top_k[["view", "k", "accuracy"]].to_numpy().tolist()
    assert curve == [[v, k, a] for v in ("countries", "regions") for k, a in ((1, 2 / 3), (2, 1))]
    assert set(found.top_k["part"]) == set(found.calibration["part"]) == {"test"}


def test_a_confidence_that_rounding_lifts_above_one_is_one() -> None:
    classes = Classes(("BR", "PL"), ("Americas", "Europe"), [0, 1], [1, 1])
    sure = np.array([[1 + 2e-7, 0.0]])
    found = describe(
        np.array([0]), np.array([0]), country=sure, region=sure, part=["test"], classes=classes
    )
    assert found.calibration["confidence"].tolist() == [1.0, 1.0]


def test_cells_are_those_of_the_confusion() -> None:
    truth, layers, part = planted(3)
    within = np.ones((400, 24)) / 6
    confusion = evaluate(truth, **layers, within=within, part=part, classes=CLASSES).confusion
    cells = described(3).cells
    keys = ["part", "view", "truth", "predicted"]
    counted = cells.groupby(keys).size().rename("n").reset_index()
    expected = confusion[(confusion["part"] != "train") & (confusion["view"] != "within")]
    pd.testing.assert_frame_equal(
        counted,
        expected[[*keys, "n"]].sort_values(keys, ignore_index=True),
        check_dtype=False,
    )
    one = cells[cells["view"] == "countries"].set_index("listener")
    assert sorted(one.index) == sorted(np.flatnonzero(part != "train") * 2)
    assert (one["truth"] == np.array(COUNTRIES)[truth[one.index // 2]]).all()
