"""The comparison of recipes, against scikit-learn and the build's own figures."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.recipes import METRICS, Pooled, compare, pooled, report, scores
from pipeline.core.builds.build import Build

SUPPORT = np.arange(1, 13)


def judged(n=400, *, skill, seed):
    draw = np.random.default_rng(seed)
    truth = np.random.default_rng(9).integers(0, 12, n)
    right = draw.random(n) < skill
    predicted = np.where(right, truth, draw.integers(0, 12, n))
    return Pooled(truth, predicted, right | (draw.random(n) < 0.3), draw.random(n) + 1 - skill)


def test_scores_are_scikit_learns_of_the_listeners_drawn():
    one = judged(skill=0.4, seed=1)
    weights = np.random.default_rng(2).multinomial(400, np.full(400, 1 / 400), 3)
    found = scores(one, SUPPORT, weights.astype(float))
    for sample, counts in enumerate(weights):
        truth, predicted = np.repeat(one.truth, counts), np.repeat(one.predicted, counts)
        assert found["accuracy"][sample] == pytest.approx(accuracy_score(truth, predicted))
        macro = f1_score(truth, predicted, average="macro", zero_division=0)
        assert found["macro F1"][sample] == pytest.approx(macro)
        small = truth < 10
        assert found["tail 10"][sample] == pytest.approx((predicted == truth)[small].mean())
        assert found["top-5"][sample] == pytest.approx(np.repeat(one.first_five, counts).mean())
        assert found["log loss"][sample] == pytest.approx(np.repeat(one.loss, counts).mean())


def test_a_better_recipe_is_told_from_chance_and_a_twin_is_not():
    users = np.arange(400)
    better = compare(judged(skill=0.6, seed=1), judged(skill=0.3, seed=2), SUPPORT, users)
    assert better["accuracy"].startswith("+0.") and "p < 0.0004" in better["accuracy"]
    assert better["macro F1"].startswith("×") and better["log loss"].startswith("-")
    twin = compare(judged(skill=0.4, seed=3), judged(skill=0.4, seed=4), SUPPORT, users)
    assert "p = " in twin["accuracy"]
    same = compare(judged(skill=0.4, seed=3), judged(skill=0.4, seed=3), SUPPORT, users)
    assert same["accuracy"] == "+0.000 (p = 1.000)"


def test_what_is_pooled_is_what_the_build_measured(tiny_build: Build) -> None:
    both = pooled([tiny_build, tiny_build], "atlas", "test")
    alone = pooled([tiny_build], "atlas", "test")
    assert len(both.truth) == 2 * len(alone.truth)
    kept = tiny_build.read("countries", "kept")
    weights = np.ones((1, len(alone.truth)))
    found = scores(alone, kept["train_listeners"].to_numpy(), weights)
    measured = tiny_build.sql(
        "SELECT metric, value FROM metrics "
        "WHERE recipe = 'atlas' AND part = 'test' AND view = 'countries'"
    ).set_index("metric")["value"]
    names = ("accuracy", "top_5_accuracy", "macro_f1", "accuracy_smallest_10", "log_loss")
    for ours, theirs in zip(METRICS, names, strict=True):
        assert found[ours][0] == pytest.approx(measured[theirs], rel=1e-4)


def test_the_report_has_every_recipe(tiny_build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.recipes.RESAMPLES", 20)
    text = "\n".join(report([tiny_build]))
    for recipe in tiny_build.manifest.recipes:
        assert text.count(f"| `{recipe}` |") >= 3
    assert "**test**" in text and "| all |" in text
