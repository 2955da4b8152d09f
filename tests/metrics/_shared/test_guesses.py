"""Calibration, top-k curves and cells, against the metrics, pandas and a count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.model.classes import Classes
from pipeline.core.model.hierarchy import Layers
from pipeline.core.tables.contract import PARTS
from pipeline.metrics._shared.evaluation import evaluate
from pipeline.metrics._shared.guesses import MOST_GUESSES, Guesses, describe, predictions_frame
from pipeline.metrics._shared.predicted import Predicted

COUNTRIES = tuple(f"C{i:02d}" for i in range(24))
CLASSES = Classes(COUNTRIES, ("A", "B", "C", "D"), tuple(i % 4 for i in range(24)))
SUPPORT = np.arange(24) + 5
TWO = Classes(("BR", "PL"), ("Americas", "Europe"), (0, 1))


def planted(seed: int, n: int = 400) -> Predicted:
    """Guesses that are often right; P(region) says other things than P(country)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 24, n)
    country = rng.gamma(0.3, size=(n, 24))
    country[np.arange(n), truth] += rng.gamma(1, size=n)
    region = rng.dirichlet(np.ones(4), size=n)
    layers = Layers(country / country.sum(axis=1, keepdims=True), region, np.full((n, 24), 1 / 6))
    part = rng.choice(PARTS, n, p=[0.5, 0.3, 0.2])
    return Predicted(np.arange(n) * 2, part, truth, layers, CLASSES, SUPPORT)


def described(seed: int) -> Guesses:
    return describe(planted(seed))


def of_two(country: np.ndarray, truth: list[int], part: str = "test") -> Predicted:
    """Listeners of two countries, each its own region."""
    n = len(truth)
    layers = Layers(country, country, np.ones((n, 2)))
    return Predicted(
        np.arange(n), np.array([part] * n), np.array(truth), layers, TWO, np.array([1, 1])
    )


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_curves_agree_with_the_metrics(seed: int) -> None:
    metrics = evaluate(planted(seed)).metrics
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
    given_ = planted(0)
    rows = given_.part == "valid"
    curve = described(0).top_k.query("part == 'valid'")
    countries = curve[curve["view"] == "countries"]
    assert countries["k"].tolist() == list(range(1, MOST_GUESSES + 1))
    expected = [
        sk.top_k_accuracy_score(
            given_.truth[rows], given_.layers.country[rows], k=k, labels=np.arange(24)
        )
        for k in countries["k"]
    ]
    assert countries["accuracy"].tolist() == pytest.approx(expected)
    regions = curve[curve["view"] == "regions"]
    assert regions["k"].tolist() == [1, 2, 3, 4]
    assert regions["accuracy"].iloc[-1] == 1
    assert set(curve["n"]) == {rows.sum()}


def test_bins_by_hand() -> None:
    # Of 15 bins, 0.6 is the edge of the tenth, 0.62 lies in it, and 1 belongs to the last.
    country = np.array([[0.6, 0.4], [0.62, 0.38], [0.0, 1.0]])
    found = describe(of_two(country, [0, 1, 1]))
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
    found = describe(of_two(np.array([[1 + 2e-7, 0.0]]), [0]))
    assert found.calibration["confidence"].tolist() == [1.0, 1.0]


def test_cells_are_those_of_the_confusion() -> None:
    given_ = planted(3)
    confusion = evaluate(given_).confusion
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
    assert sorted(one.index) == sorted(np.flatnonzero(given_.part != "train") * 2)
    assert (one["truth"] == np.array(COUNTRIES)[given_.truth[one.index // 2]]).all()


def test_predictions_list_valid_and_test_only(check_as_declared) -> None:
    country = np.zeros((3, 24), dtype=np.float32)
    country[:, :6] = [
        [0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
        [0.1, 0.2, 0.3, 0.4, 0.0, 0.0],
        [0.2, 0.2, 0.2, 0.2, 0.1, 0.1],
    ]
    frame = predictions_frame(
        Predicted(
            listener=np.array([70, 80, 90]),
            part=np.array(["train", "valid", "test"]),
            truth=np.array([0, 2, 3]),
            layers=Layers(country, np.full((3, 4), 0.25), np.full((3, 24), 1 / 6)),
            classes=CLASSES,
            support=SUPPORT,
        )
    )
    check_as_declared(frame.assign(recipe="flat"), "predictions")
    assert frame.drop(columns=["probability", "probability_of_truth"]).to_dict("list") == {
        "listener": [80, 90],
        "part": ["valid", "test"],
        "country": ["C02", "C03"],
        "predicted": ["C03", "C00"],
        "rank_of_truth": [2, 4],
    }
    assert frame["probability"].tolist() == pytest.approx([0.4, 0.2])
    assert frame["probability_of_truth"].tolist() == pytest.approx([0.3, 0.2])


def test_a_probability_that_rounding_lifts_above_one_is_one() -> None:
    frame = predictions_frame(of_two(np.array([[1 + 2e-7, 0.0]], dtype=np.float32), [0]))
    assert frame["probability"].tolist() == frame["probability_of_truth"].tolist() == [1.0]
