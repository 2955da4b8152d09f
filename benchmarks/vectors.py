"""Which artist vectors place listeners best: ``python -m benchmarks.vectors --path FOLDER``.

Every setting learns vectors from the same training listeners; an equal judge, a logistic regression
on the listeners' mean vectors, is then measured on listeners that neither has seen. The test part
is left out throughout, so nothing here was chosen on it. The other listeners are divided anew in
each round, and differences to the first setting are taken within a round: their standard error
tells a gain from chance.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import typer
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pipeline import config as configs
from pipeline.config import Config, EmbedArtistsConfig, LogisticConfig
from pipeline.core.model.features import mean_vectors
from pipeline.core.progress import no_progress
from pipeline.core.tables.store import WorkStore, spread_vectors, vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.metrics import METRICS
from pipeline.metrics._shared.judged import Judged
from pipeline.recipes._shared.linear import fit_linear
from pipeline.recipes._shared.model_data import Data
from pipeline.recipes._shared.samples import kept_plays, plays_matrix
from pipeline.stages import STAGES

TRAIN_SHARE = 8 / 9
JUDGE = LogisticConfig(max_iterations=100)
MEASURED = {
    "log_loss": "log loss",
    "accuracy": "accuracy",
    "top_5_accuracy": "top-5",
    "macro_f1": "macro F1",
}
BEFORE_VECTORS = ("ingest_source", "clean_plays", "split_listeners")

ALS_SOLVED_AT_ONCE = 2_000
"""Systems of equations in memory at a time."""

Vectors: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Artists, ascending, and their vectors."""


@dataclass(frozen=True)
class Listeners:
    """Listeners outside the test part, and what they play.

    Attributes
    ----------
    plays : Table
        Columns listener, artist, rank and playcount, by listener and rank.
    listener : int32 ndarray of shape (n,)
        Ascending.
    country : integer ndarray of shape (n,)
        Position of each one's country.
    n_artists, n_countries : int
    """

    plays: pa.Table
    listener: NDArray[np.int32]
    country: NDArray[np.intp]
    n_artists: int
    n_countries: int

    @cached_property
    def matrix(self) -> csr_matrix:
        """Weights, listeners by artists."""
        return plays_matrix(self.plays, self.listener, self.n_artists)


@dataclass(frozen=True)
class Round:
    """What a setting may learn from: listeners, which of them are for training, and a seed."""

    listeners: Listeners
    training: NDArray[np.bool_]
    seed: int


Learn: TypeAlias = Callable[[Round], Vectors]


def staged(preset: str | None = None, **options: Any) -> Learn:
    """Learn with the pipeline's own stage; `options` differ from those of the preset."""
    chosen = configs.load(preset).embed_artists.model_dump() | options
    config = EmbedArtistsConfig.model_validate(chosen)

    def learn(drawn: Round) -> Vectors:
        parts = np.where(drawn.training, "train", "valid")
        split = pd.DataFrame({"listener": drawn.listeners.listener, "part": parts})
        with tempfile.TemporaryDirectory() as folder:
            engine = DuckDBEngine(threads=1, spill=Path(folder))
            tables = {
                "cleaned_plays": engine.connection.from_arrow(drawn.listeners.plays),
                "split": engine.connection.from_df(split),
            }
            learnt = STAGES["embed_artists"].run(
                tables, engine=engine, progress=no_progress, embed_artists=config, seed=drawn.seed
            )["artist_vectors"]
            engine.close()
        return learnt["artist"].to_numpy(), vectors_of(learnt["vector"])

    return learn


def als(*, size: int, confidence: float = 10.0, l2: float = 10.0, passes: int = 6) -> Learn:
    """Alternating least squares on implicit feedback (Hu, Koren, Volinsky 2008).

    A play counts as 1 with a weight of 1 + `confidence`, no play as 0 with a weight of 1.
    """

    def learn(drawn: Round) -> Vectors:
        plays = drawn.listeners.matrix[drawn.training].tocsc()
        artists = np.flatnonzero(np.diff(plays.indptr) >= 2)
        plays = plays[:, artists].tocsr()
        plays.data[:] = 1.0
        of_artists = plays.T.tocsr()
        random = np.random.default_rng(drawn.seed)
        vectors = random.normal(0, 0.1, (len(artists), size)).astype(np.float32)
        for _ in range(passes):
            tastes = _solve(plays, vectors, confidence=confidence, l2=l2)
            vectors = _solve(of_artists, tastes, confidence=confidence, l2=l2)
        return artists.astype(np.int32), vectors

    return learn


def _solve(
    plays: csr_matrix, fixed: NDArray[np.float32], *, confidence: float, l2: float
) -> NDArray[np.float32]:
    """Least squares of the rows of `plays` given the vectors of its columns."""
    size = fixed.shape[1]
    upper = np.triu_indices(size)
    squares = fixed[:, upper[0]] * fixed[:, upper[1]]
    everywhere = fixed.T @ fixed + l2 * np.eye(size, dtype=np.float32)
    solved = np.empty((plays.shape[0], size), dtype=np.float32)
    for start in range(0, plays.shape[0], ALS_SOLVED_AT_ONCE):
        rows = plays[start : start + ALS_SOLVED_AT_ONCE]
        left = np.empty((rows.shape[0], size, size), dtype=np.float32)
        left[:, upper[0], upper[1]] = confidence * (rows @ squares)
        left[:, upper[1], upper[0]] = left[:, upper[0], upper[1]]
        right = (1 + confidence) * (rows @ fixed)
        solved[start : start + ALS_SOLVED_AT_ONCE] = np.linalg.solve(
            left + everywhere, right[:, :, None]
        )[:, :, 0]
    return solved


def sampled(**options: Any) -> Learn:
    """Word2vec that skips most plays of common artists, in longer steps."""
    return staged(**{"method": "word2vec", "sample": 3e-5, "learning_rate": 0.1, **options})


SETTINGS: Mapping[str, Learn] = {
    "svd (the default)": staged(),
    "svd, 64 dimensions": staged(vector_size=64),
    "svd, 200 dimensions": staged(vector_size=200),
    "svd, damping 0": staged(damping=0.0),
    "svd, damping 0.2": staged(damping=0.2),
    "svd, damping 0.4": staged(damping=0.4),
    "svd, damping 0.5": staged(damping=0.5),
    "svd, 3 iterations": staged(iterations=3),
    "svd, min count 5": staged(min_count=5),
    "word2vec": staged(method="word2vec"),
    "word2vec, noise exponent 0": staged(method="word2vec", ns_exponent=0.0),
    "word2vec, sample 3e-5, rate 0.1": sampled(),
    "word2vec, sample 3e-5, rate 0.1, noise exponent 0": sampled(ns_exponent=0.0),
    "word2vec, sample 3e-5, rate 0.1, noise exponent 1": sampled(ns_exponent=1.0),
    "word2vec of the original": staged("original"),
    "als, 64 dimensions": als(size=64),
}
"""What is compared, by name; differences are to the first."""


def read_listeners(config: Config) -> Listeners:
    """Run the pipeline up to the split, and keep what is not of the test part."""
    with tempfile.TemporaryDirectory() as folder:
        engine = DuckDBEngine(threads=config.threads, spill=Path(folder) / "spill")
        store = WorkStore(Path(folder), engine.connection)
        given = {"engine": engine, "progress": no_progress}
        for stage in (STAGES[name] for name in BEFORE_VECTORS):
            taken: dict[str, Any] = {name: getattr(config, name) for name in stage.options}
            wanted = inspect.signature(stage.run).parameters
            taken |= {name: value for name, value in given.items() if name in wanted}
            for name, rows in stage.run({n: store.read(n) for n in stage.reads}, **taken).items():
                store.write(name, rows)
        listeners = _outside_test(store)
        engine.close()
    return listeners


def _outside_test(store: WorkStore) -> Listeners:
    split = store.read("split").filter("part <> 'test'").order("listener")
    plays = kept_plays({"cleaned_plays": store.read("cleaned_plays"), "split": split})
    chosen = split.df()
    countries, country = np.unique(chosen["country"].to_numpy(dtype=str), return_inverse=True)
    return Listeners(
        plays=plays,
        listener=chosen["listener"].to_numpy(np.int32),
        country=country,
        n_artists=len(store.read("artists")),
        n_countries=len(countries),
    )


def draw(listeners: Listeners, *, seed: int) -> Round:
    """Draw the training listeners of a round."""
    draws = np.random.default_rng(seed).random(len(listeners.listener))
    return Round(listeners, draws < TRAIN_SHARE, seed)


def judge(drawn: Round, vectors: Vectors) -> dict[str, float | None]:
    """Fit the judge on mean vectors of the training listeners; measure it on the others."""
    listeners, training = drawn.listeners, drawn.training
    spread, known = spread_vectors(*vectors, listeners.n_artists)
    means, _ = mean_vectors(listeners.matrix, spread, known)
    data = Data(
        X=means[training],
        y=listeners.country[training],
        valid_x=means[~training],
        valid_y=listeners.country[~training],
        n_classes=listeners.n_countries,
    )
    judged = Judged(
        truth=data.valid_y,
        probabilities=fit_linear(data, JUDGE).predict_proba(data.valid_x),
        support=np.bincount(data.y, minlength=data.n_classes),
    )
    return {metric: METRICS[metric].measure(judged).value for metric in MEASURED}


def compare(listeners: Listeners, settings: Mapping[str, Learn], *, rounds: int) -> pd.DataFrame:
    """Measure every setting in every round.

    Returns
    -------
    DataFrame
        One row a setting and round: setting, round, the metrics, and the seconds of learning.
    """
    rows = []
    for seed in range(rounds):
        drawn = draw(listeners, seed=seed)
        for setting, learn in settings.items():
            since = time.perf_counter()
            vectors = learn(drawn)
            seconds = time.perf_counter() - since
            measured = judge(drawn, vectors)
            rows.append({"setting": setting, "round": seed, **measured, "seconds": seconds})
    return pd.DataFrame(rows)


def table(measured: pd.DataFrame) -> str:
    """Give Markdown: settings by log loss, and how far each is from the first, with its error."""
    first = measured["setting"].iloc[0]
    losses = measured.pivot(index="round", columns="setting", values="log_loss")
    gaps = losses.sub(losses[first], axis=0)
    means = measured.drop(columns="round").groupby("setting").mean().sort_values("log_loss")
    heads = ["vectors", *MEASURED.values(), f"log loss against {first}", "seconds"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for setting, row in means.iterrows():
        cells = [f"{row[metric]:.4f}" for metric in MEASURED]
        gap = "" if setting == first else f"{gaps[setting].mean():+.4f} ± {gaps[setting].sem():.4f}"
        lines.append(f"| {setting} | {' | '.join(cells)} | {gap} | {row['seconds']:.1f} |")
    return "\n".join(lines)


def main(
    path: Annotated[Path | None, typer.Option(help="Folder of listeners to learn from.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Name of the source; by default lastfm_500k with a path.")
    ] = None,
    listeners: Annotated[int | None, typer.Option(help="Listeners to simulate.")] = None,
    rounds: Annotated[int, typer.Option(min=2, help="Times to divide the listeners.")] = 3,
    only: Annotated[
        list[str] | None, typer.Option(help="Settings whose name contains this, and the first.")
    ] = None,
) -> None:
    """Print the table."""
    name = source or (None if path is None else "lastfm_500k")
    read = read_listeners(configs.load(None, name=name, path=path, listeners=listeners))
    first = next(iter(SETTINGS))
    chosen = {
        setting: learn
        for setting, learn in SETTINGS.items()
        if not only or setting == first or any(part in setting for part in only)
    }
    measured = compare(read, chosen, rounds=rounds)
    about = f"{len(read.listener):,} listeners in {read.n_countries} countries, {rounds} rounds"
    sys.stdout.write(f"{table(measured)}\n\n{about}; ± is the standard error over rounds.\n")


if __name__ == "__main__":
    typer.run(main)
