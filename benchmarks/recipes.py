"""All recipes on the same splits: ``python -m benchmarks.recipes --path FOLDER [--draws 5]``.

Runs the whole pipeline once a draw of the split, pools what every recipe says of the listeners
that it was not trained on, and compares the recipes pair by pair with the bootstrap. The tables
in README.md and docs/model-card.md are what it prints.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from numpy.typing import NDArray

from pipeline import config
from pipeline.core.builds.build import Build
from pipeline.core.model.hierarchy import losses
from pipeline.progress import Total
from pipeline.runner import PipelineRun

PEERS = ("tfidf_logistic", "flat")
"""Recipes that every other one is compared with."""

RESAMPLES = 5_000
"""Bootstrap samples of the listeners."""

AT_ONCE = 250
"""Bootstrap samples at a time: keeps the weights at a few megabytes."""

LENGTHS = (1, 3, 5, 10, 20, 50)
TAIL = 10
PARTS = ("valid", "test")


@dataclass(frozen=True)
class Pooled:
    """What one recipe makes of all listeners of one part, every draw pooled; one row each.

    Attributes
    ----------
    truth, predicted : integer ndarrays of shape (n,)
    first_five : bool ndarray of shape (n,)
    loss : float64 ndarray of shape (n,)
        -ln P(truth).
    """

    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    first_five: NDArray[np.bool_]
    loss: NDArray[np.float64]


def main(
    path: Annotated[Path | None, typer.Option(help="Folder of the source.")] = None,
    source: Annotated[str, typer.Option(help="Source.")] = "lastfm_500k",
    draws: Annotated[int, typer.Option(min=1, help="Draws of the split.")] = 5,
    artifacts: Annotated[Path, typer.Option(help="Where work and builds lie.")] = Path(
        "artifacts/benchmark"
    ),
    preset: Annotated[str | None, typer.Option(help="Preset.")] = None,
    recipes: Annotated[str | None, typer.Option(help="Recipes, with commas; all.")] = None,
    assign: Annotated[list[str] | None, typer.Option("--set", help="stage.option=value.")] = None,
) -> None:
    """Run every draw and print the tables."""
    chosen = [f"train.recipes={recipes.split(',')}"] if recipes else []
    builds = []
    for draw in range(draws):
        options = [*(assign or []), *chosen, f"split.draw={draw}", f"seed={draw}"]
        settings = config.load(preset, options, name=source, path=path)
        listener = _Words(f"draw {draw + 1} of {draws}")
        result = PipelineRun(settings, artifacts=artifacts, listener=listener).run()
        builds.append(Build.open(result.build))
    sys.stdout.write("\n\n".join(report(builds)) + "\n")


class _Words:
    """Says on the error stream which stage runs, so that the tables can be piped."""

    def __init__(self, draw: str) -> None:
        self._draw = draw

    def started(self, task: str, label: str) -> None:
        sys.stderr.write(f"{self._draw}: {label}\n")

    def moved(self, task: str, share: float, words: str, total: Total) -> None:
        """Say nothing between."""

    def finished(self, task: str, *, skipped: bool, total: Total) -> None:
        """Say nothing at the end."""

    def close(self) -> None:
        """Nothing is open."""


def report(builds: list[Build]) -> list[str]:
    """Give every table in Markdown."""
    names = builds[0].manifest.recipes
    listeners = np.mean([b.read("countries", "kept")["train_listeners"].sum() for b in builds])
    parts = [
        f"{len(builds)} draws of the split; {listeners:,.0f} training listeners each, "
        f"{len(builds[0].read('countries', 'kept'))} countries."
    ]
    for part in PARTS:
        judged = {name: pooled(builds, name, part) for name in names}
        support = _support(builds[0])
        parts.append(f"**{part}** (n = {len(next(iter(judged.values())).truth):,})")
        parts.append(scores_table(builds, judged, support, part))
        for peer in PEERS:
            if peer in judged:
                parts.append(comparison_table(builds, judged, support, part, peer))
    parts.append(_known_table(builds))
    parts.append(_sets_table(builds))
    return parts


def pooled(builds: list[Build], recipe: str, part: str) -> Pooled:
    """Read what a recipe predicts of the listeners of a part, draw after draw."""
    codes = {c: i for i, c in enumerate(builds[0].read("countries", "kept")["country"])}
    rows = pd.concat(_rows(build, recipe, part) for build in builds)
    return Pooled(
        truth=rows["country"].map(codes).to_numpy(np.int64),
        predicted=rows["predicted"].map(codes).to_numpy(np.int64),
        first_five=rows["rank_of_truth"].to_numpy() <= 5,
        loss=losses(rows["probability_of_truth"].to_numpy(np.float64)),
    )


def _rows(build: Build, recipe: str, part: str) -> pd.DataFrame:
    rows = build.read("predictions", "recipe = ? AND part = ?", [recipe, part])
    return rows.sort_values("listener")


def _support(build: Build) -> NDArray[np.int64]:
    kept = build.read("countries", "kept")
    return kept["train_listeners"].to_numpy(np.int64)


# --- scores of weighted listeners ----------------------------------------------------------------


def scores(
    judged: Pooled, support: NDArray[np.int64], weights: NDArray[Any]
) -> dict[str, NDArray[np.float64]]:
    """Measure a recipe on many weightings of the listeners at once.

    Parameters
    ----------
    judged : Pooled, of n listeners
    support : ndarray of shape (n_countries,)
        Training listeners.
    weights : ndarray of shape (samples, n)
        How often each listener counts.

    Returns
    -------
    dict of str to ndarray of shape (samples,)
        By name of the metric. Macro F1 is over countries that somebody states or is predicted.
    """
    k = len(support)
    total = weights.sum(axis=1)
    right = judged.truth == judged.predicted
    classes = np.arange(k)
    true = weights @ (judged.truth[:, None] == classes).astype(np.float64)
    guessed = weights @ (judged.predicted[:, None] == classes).astype(np.float64)
    hit = weights @ ((judged.truth[:, None] == classes) & right[:, None]).astype(np.float64)
    either = true + guessed
    f1 = np.divide(2 * hit, either, out=np.full_like(hit, np.nan), where=either > 0)
    small = np.isin(judged.truth, np.argsort(support, kind="stable")[:TAIL])
    return {
        "accuracy": weights @ right / total,
        "top-5": weights @ judged.first_five / total,
        "macro F1": np.nanmean(f1, axis=1),
        "tail 10": (weights[:, small] @ right[small]) / np.maximum(weights[:, small].sum(1), 1),
        "log loss": weights @ judged.loss / total,
    }


METRICS = ("accuracy", "top-5", "macro F1", "tail 10", "log loss")


def scores_table(
    builds: list[Build], judged: Mapping[str, Pooled], support: NDArray[np.int64], part: str
) -> str:
    """Rows of recipes with their scores, calibration errors, seconds and memory."""
    head = ["recipe", *METRICS, "ECE countries", "ECE regions", "fit, s", "fit, MiB"]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, one in judged.items():
        whole = np.ones((1, len(one.truth)))
        cells = [f"{scores(one, support, whole)[metric][0]:.3f}" for metric in METRICS]
        cells += [f"{_calibration_error(builds, name, part, view):.3f}" for view in VIEWS]
        costs = [s for b in builds for s in b.manifest.stages if s.name == f"train_recipe:{name}"]
        cells.append(f"{np.mean([cost.seconds for cost in costs]):.1f}")
        cells.append(f"{np.max([cost.peak_mb for cost in costs]):.0f}")
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


VIEWS = ("countries", "regions")


def _calibration_error(builds: list[Build], recipe: str, part: str, view: str) -> float:
    """Expected calibration error of all draws' listeners together, over the build's bins."""
    condition = "recipe = ? AND part = ? AND view = ?"
    rows = pd.concat(b.read("calibration", condition, [recipe, part, view]) for b in builds)
    gap = (rows["confidence"] - rows["accuracy"]) * rows["n"]
    return float(gap.groupby(rows["bin"]).sum().abs().sum() / rows["n"].sum())


def comparison_table(
    builds: list[Build],
    judged: Mapping[str, Pooled],
    support: NDArray[np.int64],
    part: str,
    peer: str,
) -> str:
    """Differences from a peer on the same listeners, and how likely chance alone gives them."""
    users = pd.concat(_rows(build, peer, part) for build in builds)["listener"].to_numpy()
    head = [f"against `{peer}`", *METRICS]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, one in judged.items():
        if name in (peer, "majority"):
            continue
        cells = compare(one, judged[peer], support, users)
        lines.append(f"| `{name}` | {' | '.join(cells[metric] for metric in METRICS)} |")
    return "\n".join(lines)


def compare(
    one: Pooled, peer: Pooled, support: NDArray[np.int64], users: NDArray[Any]
) -> dict[str, str]:
    """Paired bootstrap over listeners: a listener of two draws is drawn with both.

    Returns
    -------
    dict of str to str
        By metric: the difference, and in brackets p, the share of samples in which it has the
        other sign, doubled (two-sided); for macro F1 the ratio instead of the difference.
    """
    whole = np.ones((1, len(one.truth)))
    found = {
        m: (scores(one, support, whole)[m][0], scores(peer, support, whole)[m][0]) for m in METRICS
    }
    differences: dict[str, list[NDArray[np.float64]]] = {metric: [] for metric in METRICS}
    draw = np.random.default_rng(0)
    people, position = np.unique(users, return_inverse=True)
    for start in range(0, RESAMPLES, AT_ONCE):
        size = min(AT_ONCE, RESAMPLES - start)
        drawn = draw.multinomial(len(people), np.full(len(people), 1 / len(people)), size)
        weights = drawn[:, position].astype(np.float64)
        ours, theirs = (scores(which, support, weights) for which in (one, peer))
        for metric in METRICS:
            differences[metric].append(ours[metric] - theirs[metric])
    cells = {}
    for metric in METRICS:
        ours, theirs = found[metric]
        sampled = np.concatenate(differences[metric])
        other = (sampled <= 0).mean() if ours > theirs else (sampled >= 0).mean()
        shown = f"×{ours / theirs:.2f}" if metric == "macro F1" else f"{ours - theirs:+.3f}"
        cells[metric] = f"{shown} ({_p(min(1.0, 2 * float(other)))})"
    return cells


def _p(value: float) -> str:
    least = 2 / RESAMPLES
    return f"p < {least:.4f}" if value < least else f"p = {value:.3f}"


# --- short lists and prediction sets -------------------------------------------------------------


def _known_table(builds: list[Build]) -> str:
    return _mean_table(
        builds,
        "accuracy_by_known",
        lambda rows: rows.pivot_table(
            index="recipe", columns="known_artists", values="accuracy", aggfunc="mean"
        ),
        "accuracy (test) by artists known",
    )


def _mean_table(
    builds: list[Build], table: str, shape: Callable[[pd.DataFrame], pd.DataFrame], title: str
) -> str:
    rows = pd.concat(build.read(table, "part = 'test'") for build in builds)
    # A length that few listeners reach says nothing.
    wide = shape(rows[rows["n"] >= 100])
    head = [title, *(str(column) for column in wide.columns)]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, row in wide.iterrows():
        cells = ["–" if pd.isna(value) else f"{value:.3f}" for value in row]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _sets_table(builds: list[Build]) -> str:
    """Coverage and size of the default recipe's sets on test listeners, all draws together."""
    recipe = builds[0].manifest.default_recipe
    rows = pd.concat(b.read("coverage", "part = 'test' AND recipe = ?", [recipe]) for b in builds)
    weighted = rows.assign(held=rows["covered"] * rows["n"], size=rows["mean_size"] * rows["n"])
    sums = weighted.groupby("region")[["held", "size", "n"]].sum()
    lines = [f"| sets of `{recipe}` (test) | held | mean size | n |", "|---|---|---|---|"]
    for region, row in sums.sort_values("n", ascending=False).iterrows():
        name = region or "all"
        n = row["n"]
        lines.append(f"| {name} | {row['held'] / n:.3f} | {row['size'] / n:.1f} | {n:,.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
