"""Which grouping serves two layers best: ``python -m benchmarks.regions --path FOLDER``.

For each grouping a quick model of two layers is fitted: logistic regressions on the TF-IDF of the
artists, one for the regions and one for the countries of each, every one with a temperature. The
test part is left out throughout, so that nothing is chosen on it. The other listeners are divided
anew in each round; learnt regions see the training listeners of their round alone. Two controls
show what a grouping is worth: the atlas's regions dealt to countries at random, and no regions.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import typer
from numpy.typing import NDArray
from scipy import sparse

from pipeline import config as configs
from pipeline.config import Config
from pipeline.core.model.hierarchy import combine, fit_temperature, temper
from pipeline.core.places.regions import GROUPINGS
from pipeline.core.progress import no_progress
from pipeline.core.tables.store import WorkStore
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.metrics import METRICS
from pipeline.metrics._shared.judged import Judged
from pipeline.stages import STAGES

TRAIN_SHARE = 8 / 9
"""Of the listeners outside the test part: what 80 is of 80 and 10."""

INVERSE_PENALTY = 2.0
MIN_LISTENERS = 2
TOLERANCE = 1e-3
MAX_ITERATIONS = 300

FEWEST_FOR_TEMPERATURE = 20
"""With fewer listeners to fit it on, a temperature would be chance; it stays 1."""

RANDOM, NONE = "at random", "no regions"
HEADS = {
    "regions": "regions",
    "entropy": "entropy, bits",
    "effective": "effective regions",
    "layer_1": "layer 1 accuracy",
    "layer_2": "layer 2 accuracy",
    "accuracy": "country accuracy",
    "top_5_accuracy": "top-5",
    "macro_f1": "macro F1",
    "log_loss": "log loss",
}
DECIDES = "log_loss"

Integers: TypeAlias = NDArray[np.integer]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Listeners:
    """Listeners outside the test part, and what they play.

    Attributes
    ----------
    labelled, plays : Table
        Rows of labelled_listeners and cleaned_plays.
    chosen : DataFrame
        Columns listener and country, by listener.
    """

    labelled: pa.Table
    plays: pa.Table
    chosen: pd.DataFrame


@dataclass(frozen=True)
class Round:
    """One division of the listeners, as the judge takes it.

    Attributes
    ----------
    X, valid_x : csr_matrix
        TF-IDF of the artists, a row a listener.
    y, valid_y : ndarray of int
        Position of each listener's country.
    region_of : dict of str to ndarray of int, shape (n_countries,)
        By grouping, the position of each country's region.
    """

    X: sparse.csr_matrix
    y: Integers
    valid_x: sparse.csr_matrix
    valid_y: Integers
    region_of: dict[str, Integers]


def read(config: Config) -> Listeners:
    """Run the pipeline up to the split, and keep what is not of the test part."""
    with tempfile.TemporaryDirectory() as folder:
        engine = DuckDBEngine(threads=config.threads, spill=Path(folder) / "spill")
        store = WorkStore(Path(folder), engine.connection)
        given = {"engine": engine, "progress": no_progress}
        for name in ("ingest_source", "clean_plays", "split_listeners"):
            stage = STAGES[name]
            taken = {n: getattr(config, n) for n in stage.options}
            taken |= {n: v for n, v in given.items() if n in (stage.run.__annotations__)}
            outputs = stage.run({n: store.read(n) for n in stage.reads}, **taken)
            for table, rows in outputs.items():
                store.write(table, rows)
        chosen = store.read("split").filter("part <> 'test'").order("listener").df()
        engine.name({"chosen": chosen, "cleaned_plays": store.read("cleaned_plays")})
        plays = engine.connection.sql(
            "SELECT p.* FROM cleaned_plays AS p JOIN chosen AS c ON c.listener = p.listener "
            "ORDER BY p.listener, p.rank"
        ).to_arrow_table()
        labelled = store.read("labelled_listeners").to_arrow_table()
        engine.close()
    return Listeners(labelled, plays, chosen[["listener", "country"]])


def divide(listeners: Listeners, *, seed: int) -> Round:
    """Draw the training listeners of a round, and group the countries by them."""
    draws = np.random.default_rng(seed)
    chosen = listeners.chosen
    order = pd.Series(draws.random(len(chosen)), index=chosen.index)
    ranks = order.groupby(chosen["country"]).rank(pct=True, method="first")
    # Of 50 and more listeners some are always in either part.
    training = (ranks <= TRAIN_SHARE).to_numpy()
    codes = np.unique(chosen["country"])
    country = np.searchsorted(codes, chosen["country"])
    groups = {name: group(listeners, training, name) for name in GROUPINGS}
    groups[RANDOM] = draws.permutation(groups["atlas"])
    groups[NONE] = np.zeros(len(codes), dtype=np.int64)
    X = tf_idf(listeners, training)
    return Round(X[training], country[training], X[~training], country[~training], groups)


def group(listeners: Listeners, training: NDArray[np.bool_], grouping: str) -> Integers:
    """Give the position of each country's region, as the pipeline's own stage finds it."""
    split = listeners.chosen.assign(part=np.where(training, "train", "valid"))
    with tempfile.TemporaryDirectory() as folder:
        engine = DuckDBEngine(threads=1, spill=Path(folder))
        relations = {
            "split": engine.connection.from_df(split),
            "labelled_listeners": engine.connection.from_arrow(listeners.labelled),
            "cleaned_plays": engine.connection.from_arrow(listeners.plays),
        }
        found = STAGES["group_countries"].run(relations, engine=engine, regions=grouping)
        engine.close()
    countries = found["countries"]
    order = {region: i for i, region in enumerate(found["regions"]["region"])}
    regions = countries.loc[countries["kept"], "region"].map(order)
    return regions.to_numpy(np.int64)


def tf_idf(listeners: Listeners, training: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Weigh artists by rarity among training listeners, rows divided by the root of their norm.

    Artists with fewer than MIN_LISTENERS training listeners are left out.
    """
    row = np.searchsorted(listeners.chosen["listener"], listeners.plays["listener"].to_numpy())
    _, column = np.unique(listeners.plays["artist"].to_numpy(), return_inverse=True)
    cells = (np.ones(len(row)), (row, column))
    has = sparse.csr_matrix(cells, shape=(len(training), column.max() + 1))
    spread = np.asarray(has[training].sum(axis=0)).ravel()
    known = spread >= MIN_LISTENERS
    idf = np.log((1 + training.sum()) / (1 + spread[known])) + 1
    weighed = has[:, known] @ sparse.diags(idf)
    norm = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1
    return sparse.csr_matrix(sparse.diags(1 / np.sqrt(np.maximum(norm, 1e-9))) @ weighed)


def probabilities(X: sparse.csr_matrix, y: Integers, asked: sparse.csr_matrix) -> Floats:
    """Fit on X and y and give the probability of each class present in y, for each row asked."""
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(y)) == 1:
        return np.ones((asked.shape[0], 1))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MAX_ITERATIONS, tol=TOLERANCE)
    fitted: Floats = model.fit(X, y).predict_proba(asked)
    return fitted


def tempered(given: Floats, truth: Integers, own: NDArray[np.bool_]) -> Floats:
    """Temper the probabilities of each half of the listeners as the other half asks for.

    Parameters
    ----------
    given : ndarray of shape (n, n_classes)
        Probabilities.
    truth : ndarray of int, shape (n,)
        Column of the true class, where `own` holds.
    own : ndarray of bool, shape (n,)
        Listeners who have one of the classes; the others get probabilities all the same.
    """
    answer = given.copy()
    half = np.arange(len(given)) % 2
    for one in (0, 1):
        others = own & (half != one)
        if others.sum() >= FEWEST_FOR_TEMPERATURE:
            temperature = fit_temperature(given[others], truth[others])
            answer[half == one] = temper(given[half == one], temperature)
    return answer


def judge(drawn: Round, region_of: Integers) -> dict[str, float]:
    """Fit two layers for a grouping on the round's training listeners; measure on the others."""
    truth = region_of[drawn.valid_y]
    plain = probabilities(drawn.X, region_of[drawn.y], drawn.valid_x)
    region = tempered(plain, truth, np.ones(len(truth), dtype=bool))
    within = np.zeros((len(truth), len(region_of)))
    for number in np.unique(region_of):
        fit, members = region_of[drawn.y] == number, np.flatnonzero(region_of == number)
        plain = probabilities(drawn.X[fit], drawn.y[fit], drawn.valid_x)
        position = np.searchsorted(members, drawn.valid_y)
        within[:, members] = tempered(plain, position, truth == number)
    return measures(drawn, region_of, region, within)


def measures(drawn: Round, region_of: Integers, region: Floats, within: Floats) -> dict[str, float]:
    """Measure P(region) and P(country | region) of the round's listeners as HEADS names it."""
    country = combine(region, within, region_of)
    truth = region_of[drawn.valid_y]
    outside = region_of != truth[:, None]
    support = np.bincount(region_of[drawn.y])
    judged = Judged(drawn.valid_y, country, np.bincount(drawn.y, minlength=len(region_of)))
    measured = {
        "regions": len(support),
        "entropy": METRICS["entropy_bits"].measure(Judged(truth, region, support)).value,
        "effective": METRICS["effective_classes"].measure(Judged(truth, region, support)).value,
        "layer_1": (region.argmax(axis=1) == truth).mean(),
        "layer_2": (np.where(outside, -1, within).argmax(axis=1) == drawn.valid_y).mean(),
    }
    names = [name for name in HEADS if name in METRICS]
    measured |= {name: METRICS[name].measure(judged).value for name in names}
    return {name: float(value) for name, value in measured.items()}


def measure(listeners: Listeners, *, rounds: int) -> Iterator[dict[str, float | str]]:
    """Give a row a round and grouping: its name and the measures of HEADS."""
    for seed in range(rounds):
        drawn = divide(listeners, seed=seed)
        for name, region_of in drawn.region_of.items():
            yield {"round": seed, "grouping": name, **judge(drawn, region_of)}


def table(rows: pd.DataFrame) -> str:
    """Lay out means over rounds and their standard errors as Markdown."""
    by_grouping = rows.groupby("grouping", sort=False)[list(HEADS)]
    mean, error = by_grouping.mean(), by_grouping.sem()
    lines = [f"| grouping | {' | '.join(HEADS.values())} |", f"|{'---|' * (len(HEADS) + 1)}"]
    for grouping in mean.index:
        cells = (_cell(mean.loc[grouping, n], error.loc[grouping, n]) for n in HEADS)
        lines.append(f"| {grouping} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(mean: float, error: float) -> str:
    return f"{mean:.3f} ± {error:.3f}" if error else f"{mean:.4g}"


def verdict(rows: pd.DataFrame) -> str:
    """Say which grouping has the least log loss of countries, and how far the others are."""
    by_round = rows.pivot(index="round", columns="grouping", values=DECIDES)
    best = by_round[list(GROUPINGS)].mean().idxmin()
    behind = by_round.sub(by_round[best], axis=0).drop(columns=best)
    told = ", ".join(
        f"{name} {behind[name].mean():+.3f} ± {behind[name].sem():.3f}"
        for name in behind.mean().sort_values().index
    )
    return f"Least log loss of a grouping: {best}. Within a round, the others lie at {told}."


def main(
    path: Annotated[Path | None, typer.Option(help="File or folder of the source.")] = None,
    source: Annotated[str | None, typer.Option(help="Else lastfm_500k with a path.")] = None,
    listeners: Annotated[int, typer.Option(help="To simulate, without a path.")] = 20_000,
    rounds: Annotated[int, typer.Option(min=2, help="Divisions of the listeners.")] = 3,
) -> None:
    """Print the table and what it says."""
    name = source or ("lastfm_500k" if path else "world")
    config = configs.load(None, name=name, path=path, listeners=listeners)
    rows = pd.DataFrame(measure(read(config), rounds=rounds))
    sys.stdout.write(f"{table(rows)}\n\n{verdict(rows)}\n")


if __name__ == "__main__":
    typer.run(main)
