"""What artists' names are worth: ``python -m benchmarks.names --path FOLDER``.

In each round, a share of the artists is drawn that training is not to know: names are learnt from
the others alone. Two tables come of it. The first asks how well a name tells the audience of such
an artist. The second asks what that does for validation listeners some of whose artists are
unknown: what the known ones say is counted, and the unknown ones say nothing, or what their names
say. Test listeners are never looked at.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np
import typer
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar

from pipeline import config as configs
from pipeline.config import Config, NamesConfig
from pipeline.core.model.evidence import (
    Expected,
    artist_evidence,
    listener_evidence,
    name_evidence,
    weight_of,
)
from pipeline.core.model.hierarchy import Layers, combine, log, log_loss, softmax, softmax_within
from pipeline.core.progress import no_progress
from pipeline.core.tables.store import WorkStore
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.metrics import METRICS
from pipeline.metrics._shared.judged import Judged
from pipeline.recipes._shared.samples import kept_plays, plays_matrix
from pipeline.stages import STAGES
from pipeline.stages.learn_names import Audience, fit, read_audience

UNKNOWN_SHARE = 0.3
BEFORE_NAMES = ("ingest_source", "clean_plays", "split_listeners", "group_countries")
MEASURED = ("accuracy", "top_5_accuracy", "log_loss")
SCALES = (0.0, 3.0)

Figures: TypeAlias = Mapping[str, float]
"""A figure by the name of its column."""

Rounds: TypeAlias = Sequence[Mapping[str, Figures]]
"""By round, the figures of each row of a table by the row's name."""


@dataclass(frozen=True)
class Listeners:
    """Validation listeners, and every artist's training listeners.

    Attributes
    ----------
    audience : Audience
        Artists that training listeners have.
    artist_names : sequence of str
        Of all n_artists.
    matrix : csr_matrix of shape (n, n_artists)
        Weights of the validation listeners' artists.
    country : integer ndarray of shape (n,)
        Position of each one's country.
    """

    audience: Audience
    artist_names: Sequence[str]
    matrix: sparse.csr_matrix
    country: NDArray[np.intp]


def read_listeners(config: Config) -> Listeners:
    """Run the pipeline up to the names, and keep what is needed."""
    with tempfile.TemporaryDirectory() as folder:
        engine = DuckDBEngine(threads=config.threads, spill=Path(folder) / "spill")
        store = WorkStore(Path(folder), engine.connection)
        for name in BEFORE_NAMES:
            stage = STAGES[name]
            given = {"engine": engine, "progress": no_progress}
            taken = {option: getattr(config, option) for option in stage.options}
            taken |= {n: v for n, v in given.items() if n in stage.run.__annotations__}
            tables = {table: store.read(table) for table in stage.reads}
            for table, rows in stage.run(tables, **taken).items():
                store.write(table, rows)
        listeners = _validation(store, engine)
        engine.close()
    return listeners


def _validation(store: WorkStore, engine: DuckDBEngine) -> Listeners:
    reads = STAGES["learn_names"].reads
    tables = {name: store.read(name) for name in reads}
    split = tables["split"].filter("part = 'valid'").order("listener")
    chosen = split.df()
    kept = tables["countries"].filter("kept").order("position").df()["country"].to_numpy(str)
    names = tables["artists"].order("artist").df()["artist_name"].tolist()
    return Listeners(
        audience=read_audience(tables, engine, NamesConfig()),
        artist_names=names,
        matrix=plays_matrix(
            kept_plays({**tables, "split": split}),
            chosen["listener"].to_numpy(np.int32),
            len(names),
        ),
        country=np.searchsorted(kept, chosen["country"].to_numpy(str)).astype(np.intp),
    )


# --- a round -------------------------------------------------------------------------------------


def measure(listeners: Listeners, *, seed: int) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """Draw unknown artists, learn from the others, and give the figures of both tables."""
    audience = listeners.audience
    unknown = np.random.default_rng(seed).random(len(audience.artists)) < UNKNOWN_SHARE
    model = fit(audience.rows(~unknown), NamesConfig(), progress=no_progress)
    expected = Expected.of(audience.listeners, audience.region_of)
    held_out = audience.rows(unknown)
    audiences = {
        "the world's shares": _audience_figures(held_out, _world(expected, len(held_out.names))),
        "the name": _audience_figures(held_out, model.predict(held_out.names)),
    }
    return audiences, _listener_figures(
        listeners, audience.rows(~unknown), model.predict(listeners.artist_names), expected, seed
    )


def _world(expected: Expected, n: int) -> Layers:
    region, within = np.tile(expected.region, (n, 1)), np.tile(expected.within, (n, 1))
    return Layers(combine(region, within, expected.region_of), region, within)


def _audience_figures(audience: Audience, predicted: Layers) -> Figures:
    """Mean over artists of what one of its training listeners is to be expected to be worth."""
    columns = np.asarray(audience.region_of)
    membership = (columns[:, None] == np.arange(columns.max() + 1)).astype(np.float64)
    counts = audience.counts.toarray()
    figures = {}
    for name, layer, n in (
        ("region", predicted.region, counts @ membership),
        ("country", predicted.country, counts),
    ):
        shares = n / n.sum(axis=1, keepdims=True)
        first = shares[np.arange(len(shares)), layer.argmax(axis=1)]
        figures[f"{name} accuracy"] = float(first.mean())
        figures[f"{name} log loss"] = float(-(shares * log(layer)).sum(axis=1).mean())
    return figures


def _listener_figures(
    listeners: Listeners, known: Audience, named: Layers, expected: Expected, seed: int
) -> dict[str, Figures]:
    n_artists = len(listeners.artist_names)
    counts = np.zeros((n_artists, len(expected.within)))
    counts[known.artists] = known.counts.toarray()
    counted = artist_evidence(counts, _world(expected, n_artists), expected)
    unknown = np.ones(n_artists, dtype=np.bool_)
    unknown[known.artists] = False
    evidence = {
        "unknown artists say nothing": counted,
        "names speak for the unknown": np.where(
            unknown[:, None], name_evidence(named, expected), counted
        ),
        "names speak for all": artist_evidence(counts, named, expected),
    }
    return {name: _place(listeners, one, expected, seed) for name, one in evidence.items()}


def _place(
    listeners: Listeners, evidence: NDArray[np.float32], expected: Expected, seed: int
) -> Figures:
    """Place each half of the listeners with the scale that places the other half best."""
    heard = listener_evidence(listeners.matrix, evidence, weight_of(listeners.matrix))
    first = np.random.default_rng(seed).permutation(len(heard)) % 2 == 0
    country = np.empty((len(heard), len(expected.within)))
    for half in (first, ~first):

        def loss(scale: float, others: NDArray[np.bool_] = ~half) -> float:
            placed = _posterior(heard[others], scale, expected)
            return log_loss(placed, listeners.country[others])

        scale = minimize_scalar(loss, bounds=SCALES, method="bounded").x
        country[half] = _posterior(heard[half], scale, expected)
    support = listeners.audience.listeners
    judged = Judged(listeners.country, country, support)
    return {name: METRICS[name].measure(judged).value for name in MEASURED}


def _posterior(heard: NDArray[np.float32], scale: float, expected: Expected) -> NDArray[np.float64]:
    of_region, of_country = np.split(heard, [len(expected.region)], axis=1)
    region = softmax(log(expected.region) + scale * of_region)
    within = softmax_within(log(expected.within) + scale * of_country, expected.region_of)
    return combine(region, within, expected.region_of)


# --- tables --------------------------------------------------------------------------------------


def table(rounds: Rounds, head: str) -> str:
    """Give a row's means, and in brackets the mean gain on the first row ± its standard error."""
    first = next(iter(rounds[0]))
    columns = list(rounds[0][first])
    titles = [head, *(column.replace("_", " ") for column in columns)]
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    for row in rounds[0]:
        cells = [_cell(rounds, row, None if row == first else first, column) for column in columns]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(rounds: Rounds, row: str, first: str | None, column: str) -> str:
    values = np.array([figures[row][column] for figures in rounds])
    if first is None:
        return f"{values.mean():.4f}"
    gains = values - np.array([figures[first][column] for figures in rounds])
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    return f"{values.mean():.4f} ({gains.mean():+.4f} ± {error:.4f})"


def main(
    path: Annotated[Path | None, typer.Option(help="Folder of listeners to learn from.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Name of the source; by default lastfm_500k with a path.")
    ] = None,
    listeners: Annotated[int | None, typer.Option(help="Listeners to simulate.")] = None,
    rounds: Annotated[int, typer.Option(min=2, help="Times to draw unknown artists.")] = 5,
) -> None:
    """Print both tables."""
    name = source or (None if path is None else "lastfm_500k")
    read = read_listeners(configs.load(None, name=name, path=path, listeners=listeners))
    measured = [measure(read, seed=seed) for seed in range(rounds)]
    about = (
        f"{len(read.audience.names):,} artists with training listeners, {UNKNOWN_SHARE:.0%} of "
        f"them unknown; {len(read.country):,} validation listeners; {rounds} rounds; in brackets "
        "the difference to the first row ± its standard error over rounds."
    )
    sys.stdout.write(
        f"{table([audiences for audiences, _ in measured], 'audience of unknown artists by')}\n\n"
        f"{table([placed for _, placed in measured], 'country of listeners, where')}\n\n{about}\n"
    )


if __name__ == "__main__":
    typer.run(main)
