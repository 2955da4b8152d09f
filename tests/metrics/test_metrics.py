"""Every declared metric against scikit-learn, pandas or scipy, and against values by hand."""

import sys

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as sk
from scipy.stats import entropy, rankdata

import pipeline.metrics
from pipeline.core.tables.contract import VIEWS
from pipeline.metrics import METRICS, ONE_AGAINST_THE_REST, metric
from pipeline.metrics._shared.judged import Judged, Measured

ONE_CLASS_VIEWS = tuple(ONE_AGAINST_THE_REST.values())
DECLARED = [(name, view) for name, m in METRICS.items() for view in m.views]


def planted(*, seed, classes=14, listeners=700):
    """Skewed counts; the last class is never true, and is sometimes predicted."""
    rng = np.random.default_rng(seed)
    share = 0.75 ** np.arange(classes)
    share[-1] = 0
    truth = rng.choice(classes, size=listeners, p=share / share.sum())
    scores = rng.normal(size=(listeners, classes)) - 0.2 * np.arange(classes)
    scores[np.arange(listeners), truth] += 1.2
    scores[:5, -1] += 9
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    support = np.concatenate([[7, 7], rng.integers(1, 400, size=classes - 2)])
    return Judged(truth.astype(np.int32), probabilities.astype(np.float32), support)


def found(s, top):
    """Whether the truth is among the `top` highest, by scipy's ranks."""
    ranks = rankdata(-s.probabilities, axis=1, method="ordinal")
    return ranks[np.arange(len(s.truth)), s.truth] <= top


def guess(s):
    return s.probabilities.argmax(axis=1)


def among_tenth(s, *, largest):
    order = pd.Series(s.support).sort_values(ascending=not largest, kind="stable").index[:10]
    rows = np.isin(s.truth, order)
    return sk.accuracy_score(s.truth[rows], guess(s)[rows]), rows.sum()


def macro(score, s):
    given = {"labels": np.unique(s.truth), "average": "macro", "zero_division": 0}
    return score(s.truth, guess(s), **given), len(s.truth)


def single(score, s, k):
    return score(s.truth == k, guess(s) == k, zero_division=np.nan)


def calibration(s):
    frame = pd.DataFrame({"p": s.probabilities.max(axis=1), "right": guess(s) == s.truth})
    bins = frame.groupby(pd.cut(frame["p"], np.linspace(0, 1, 16), right=False), observed=True)
    gap = (bins["p"].mean() - bins["right"].mean()).abs()
    return (gap * bins.size()).sum() / len(frame), len(frame)


def top_3_recall(s, k=None):
    by_class = pd.Series(found(s, 3)).groupby(s.truth)
    if k is None:
        return by_class.mean().mean(), len(s.truth)
    return by_class.mean().get(k, np.nan), by_class.size().get(k, 0)


def top_k_accuracy(s, top):
    labels = np.arange(s.probabilities.shape[1])
    return sk.top_k_accuracy_score(s.truth, s.probabilities, k=top, labels=labels), len(s.truth)


# Name -> value and n, computed with no code of the pipeline; nan stands for undefined.
REFERENCES = {
    "accuracy": lambda s: (sk.accuracy_score(s.truth, guess(s)), len(s.truth)),
    "accuracy_largest_10": lambda s: among_tenth(s, largest=True),
    "accuracy_smallest_10": lambda s: among_tenth(s, largest=False),
    "calibration_error": calibration,
    "effective_classes": lambda s: (
        np.exp(-np.log(np.sum((s.support / s.support.sum()) ** 2))),
        s.support.sum(),
    ),
    "entropy_bits": lambda s: (entropy(s.support, base=2), s.support.sum()),
    "f1": lambda s, k: (single(sk.f1_score, s, k), ((s.truth == k) | (guess(s) == k)).sum()),
    "listeners_predicted": lambda s, k: ((guess(s) == k).sum(), len(s.truth)),
    "listeners_true": lambda s, k: ((s.truth == k).sum(), len(s.truth)),
    "log_loss": lambda s: (
        sk.log_loss(s.truth, s.probabilities, labels=np.arange(s.probabilities.shape[1])),
        len(s.truth),
    ),
    "macro_f1": lambda s: macro(sk.f1_score, s),
    "macro_precision": lambda s: macro(sk.precision_score, s),
    "macro_recall": lambda s: macro(sk.recall_score, s),
    "mean_probability_of_truth": lambda s: (
        np.mean([row[t] for row, t in zip(s.probabilities, s.truth, strict=True)]),
        len(s.truth),
    ),
    "one_vs_rest_accuracy": lambda s, k: (
        sk.accuracy_score(s.truth == k, guess(s) == k),
        len(s.truth),
    ),
    "precision": lambda s, k: (single(sk.precision_score, s, k), (guess(s) == k).sum()),
    "recall": lambda s, k: (single(sk.recall_score, s, k), (s.truth == k).sum()),
    "top_3_accuracy": lambda s: top_k_accuracy(s, 3),
    "top_3_recall": top_3_recall,
    "top_5_accuracy": lambda s: top_k_accuracy(s, 5),
    "top_5_recall": lambda s, k: (
        pd.Series(found(s, 5)).groupby(s.truth).mean().get(k, np.nan),
        (s.truth == k).sum(),
    ),
}


def test_every_metric_has_a_reference():
    assert set(METRICS) == set(REFERENCES)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("name", "view"), DECLARED)
def test_metric_equals_its_reference(name, view, seed):
    judged = planted(seed=seed)
    asked = [(k,) for k in range(14)] if view in ONE_CLASS_VIEWS else [()]
    for which in asked:
        value, n = METRICS[name].measure(judged, *which)
        expected, rests_on = REFERENCES[name](judged, *which)
        assert n == rests_on
        if np.isnan(expected):
            assert value is None
        else:
            assert value == pytest.approx(expected, rel=1e-5, abs=1e-7)


def tiny():
    """Five listeners of classes 0, 0, 0, 1, 1; predicted 0, 0, 1, 1, 3. Class 2: nobody."""
    probabilities = [
        [0.7, 0.1, 0.1, 0.1],
        [0.4, 0.3, 0.2, 0.1],
        [0.1, 0.5, 0.3, 0.1],
        [0.2, 0.5, 0.2, 0.1],
        [0.1, 0.2, 0.3, 0.4],
    ]
    return Judged(np.array([0, 0, 0, 1, 1]), np.array(probabilities), np.array([8, 4, 2, 2]))


@pytest.mark.parametrize(
    ("name", "which", "value", "n"),
    [
        ("accuracy", (), 3 / 5, 5),
        ("macro_recall", (), (2 / 3 + 1 / 2) / 2, 5),
        ("macro_precision", (), (2 / 2 + 1 / 2) / 2, 5),
        ("macro_f1", (), (4 / 5 + 2 / 4) / 2, 5),
        # The third listener's truth has rank 3: class 3 is as probable but stands later.
        ("top_3_accuracy", (), 5 / 5, 5),
        ("top_3_recall", (), 1, 5),
        ("mean_probability_of_truth", (), (0.7 + 0.4 + 0.1 + 0.5 + 0.2) / 5, 5),
        ("log_loss", (), -np.log(0.7 * 0.4 * 0.1 * 0.5 * 0.2) / 5, 5),
        # Bins of 1/15: 0.7 | 0.4, 0.4 (of which one right) | 0.5, 0.5 (one right).
        ("calibration_error", (), (0.3 + 0.2 + 0) / 5, 5),
        ("entropy_bits", (), 1.75, 16),
        ("effective_classes", (), 1 / (1 / 4 + 1 / 16 + 2 / 64), 16),
        ("recall", (0,), 2 / 3, 3),
        ("precision", (0,), 1, 2),
        ("f1", (0,), 4 / 5, 3),
        ("one_vs_rest_accuracy", (0,), 4 / 5, 5),
        ("one_vs_rest_accuracy", (3,), 4 / 5, 5),
        ("listeners_true", (1,), 2, 5),
        ("listeners_predicted", (3,), 1, 5),
        ("precision", (2,), None, 0),
        ("recall", (2,), None, 0),
        ("f1", (2,), None, 0),
        ("top_3_recall", (2,), None, 0),
        ("top_5_recall", (2,), None, 0),
        ("listeners_true", (2,), 0, 5),
        ("recall", (3,), None, 0),
        ("precision", (3,), 0, 1),
        ("f1", (3,), 0, 1),
    ],
)
def test_metric_by_hand(name, which, value, n):
    measured = METRICS[name].measure(tiny(), *which)
    assert measured == Measured(None if value is None else pytest.approx(value), n)


@pytest.mark.parametrize(("name", "view"), DECLARED)
def test_without_listeners_all_but_counts_are_undefined(name, view):
    nobody = Judged(np.empty(0, dtype=np.int64), np.empty((0, 4)), np.zeros(4, dtype=np.int64))
    value, n = METRICS[name].measure(nobody, *((2,) if view in ONE_CLASS_VIEWS else ()))
    assert value == (0 if METRICS[name].unit == "count" else None)
    assert n == 0


def test_a_region_of_one_country_is_always_right():
    judged = Judged(np.zeros(3, dtype=np.int64), np.ones((3, 1)), np.array([30]))
    values = {name: m.measure(judged).value for name, m in METRICS.items() if "within" in m.views}
    assert values.pop("entropy_bits") == 0
    assert set(values.values()) == {1.0}


def test_largest_and_smallest_take_ten_and_the_first_of_equals():
    truth = np.arange(12)
    right = np.eye(12)[np.where(truth < 10, truth, 0)]
    judged = Judged(truth, right, np.full(12, 100))
    for name in ("accuracy_largest_10", "accuracy_smallest_10"):
        assert METRICS[name].measure(judged) == Measured(1.0, 10)
    judged = Judged(truth, right, np.arange(12))
    assert METRICS["accuracy_largest_10"].measure(judged) == Measured(0.8, 10)
    assert METRICS["accuracy_smallest_10"].measure(judged) == Measured(1.0, 10)


def test_log_loss_of_an_impossible_truth_is_bounded():
    judged = Judged(np.array([1]), np.array([[1.0, 0.0]]), np.array([1, 1]))
    assert METRICS["log_loss"].measure(judged).value == pytest.approx(23 * np.log(2))


@pytest.mark.parametrize("name", METRICS)
def test_declaration_is_complete(name):
    declared = METRICS[name]
    assert declared.name == name == declared.measure.__name__
    assert declared.measure.__module__ == f"pipeline.metrics.{name}"
    assert declared.label.strip()
    assert declared.meaning.endswith(".")
    assert set(declared.views) <= set(VIEWS)


def test_labels_differ():
    assert len({m.label for m in METRICS.values()}) == len(METRICS)


def test_bad_declaration_names_every_problem():
    with pytest.raises(ValueError, match=r"'stray'.*no view 'planets'.*no docstring"):

        @metric("Stray", unit="share", better="higher", views=("planets",))
        def stray(judged):
            return Measured(None, judged.n)

    with pytest.raises(ValueError, match="names no view"):

        @metric("Stray", unit="share", better="higher", views=())
        def stray_too(judged):
            """Nothing."""
            return Measured(None, judged.n)


def test_a_metric_added_as_a_file_is_found(tmp_path, monkeypatch):
    (tmp_path / "median_rank.py").write_text(
        "from pipeline.metrics import metric\n"
        "from pipeline.metrics._shared.judged import Measured\n"
        '@metric("Median rank", unit="count", better="lower", views=("countries",))\n'
        "def median_rank(judged):\n"
        '    """Rank of the truth in the middle."""\n'
        "    return Measured(1.0, judged.n)\n"
    )
    monkeypatch.setattr(pipeline.metrics, "__path__", [*pipeline.metrics.__path__, str(tmp_path)])
    monkeypatch.setattr(METRICS, "_items", dict(METRICS._items))
    monkeypatch.setattr(METRICS, "_loaded", False)
    try:
        assert METRICS["median_rank"].meaning == "Rank of the truth in the middle."
    finally:
        sys.modules.pop("pipeline.metrics.median_rank", None)
