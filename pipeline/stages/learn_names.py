"""Learn what an artist's name says of where the artist is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from pipeline.config import NamesConfig
from pipeline.core.model.hierarchy import normalise, softmax
from pipeline.core.model.names import END, INTERCEPT, NameModel, gram_matrix
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.core.tables.store import vector_column
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.recipes._shared.samples import classes
from pipeline.stages import Outputs, stage

JUDGES = 5
"""One artist in so many is held out to choose a strength."""

TOLERANCE = 1e-4
"""Gain of a step, relative to the loss, below which a fit is done."""


CALIBRATION_STEPS = 10
"""Steps of iterative scaling; shares are then right to a few millionths."""


@dataclass(frozen=True)
class Audience:
    """Named artists and who of the training listeners has them.

    Attributes
    ----------
    artists : integer ndarray of shape (n,)
        Their numbers.
    names : sequence of str
        Their names.
    counts : csr_matrix of shape (n, n_countries)
        Training listeners of each country who have the artist; at least one a row.
    listeners : ndarray of shape (n_countries,)
        All training listeners of each country, above 0.
    region_of : tuple of int
        Region of each country.
    """

    artists: NDArray[np.integer]
    names: Sequence[str]
    counts: sparse.csr_matrix
    listeners: NDArray[np.integer]
    region_of: tuple[int, ...]

    def rows(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Audience:
        """Give the audience of some of the artists."""
        chosen = np.arange(len(self.artists))[rows]
        return replace(
            self,
            artists=self.artists[chosen],
            names=[self.names[row] for row in chosen],
            counts=self.counts[chosen],
        )


@stage(
    "Learning names",
    reads=("artists", "cleaned_plays", "split", "countries", "regions"),
    writes=("name_grams",),
    statements=("training_counts",),
    share=8,
)
def learn_names(
    tables: Tables, *, engine: DuckDBEngine, progress: Progress, learn_names: NamesConfig
) -> Outputs:
    """Fit how the letters of artists' names go with where their training listeners live."""
    model = fit(read_audience(tables, engine, learn_names), learn_names, progress=progress)
    return {
        "name_grams": pa.table(
            {"gram": pa.array(model.grams), "vector": vector_column(model.coefficients)}
        )
    }


def read_audience(tables: Tables, engine: DuckDBEngine, config: NamesConfig) -> Audience:
    """Count the training listeners of the artists to learn from, those with the most first."""
    counts = engine.run("training_counts", tables, min_listeners=config.min_listeners).df()
    kept = tables["countries"].filter("kept").order("position").df()
    names = tables["artists"].order("artist").df()["artist_name"].tolist()
    column = np.searchsorted(kept["country"].to_numpy(str), counts["country"].to_numpy(str))
    matrix = sparse.csr_matrix(
        (counts["listeners"].to_numpy(np.float64), (counts["artist"].to_numpy(), column)),
        shape=(len(names), len(kept)),
    )
    everybody = Audience(
        artists=np.arange(len(names)),
        names=names,
        counts=matrix,
        listeners=kept["train_listeners"].to_numpy(),
        region_of=classes(tables).region_of,
    )
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    order = np.argsort(-sums, kind="stable")[: config.most_artists]
    return everybody.rows(order[sums[order] > 0])


def fit(audience: Audience, config: NamesConfig, *, progress: Progress) -> NameModel:
    """Fit both layers of where listeners live to the names of what they play.

    Each layer is a logistic regression on the audiences of artists, which tells them from the
    average artist. An artist with n listeners in the layer weighs n / (n + half_weight), so that
    stars do not drown the others. Artists held out choose how strongly the coefficients of a layer
    are held back; where no strength beats the average artist, names say nothing.

    A listener has many artists, so what all their names have in common would be counted many times
    over. Therefore the gram of every name, `END`, is set such that the expected audiences of all
    plays add up to the world's.

    Parameters
    ----------
    audience : Audience
        The artists, those with the most listeners first.
    config : NamesConfig
        The choices.
    progress : callable
        Told the share done.

    Returns
    -------
    NameModel
        The constant first, then the grams that enough artists have, in order.
    """
    grams, matrix = common_grams(audience.names, config)
    regions, *within = _blocks(audience, matrix, config)
    n_columns = max(audience.region_of) + 1 + len(audience.region_of)
    coefficients = np.zeros((1 + len(grams), n_columns), dtype=np.float32)
    for share, words, layer in ((0.2, "regions", [regions]), (0.5, "countries", within)):
        progress(share, words)
        for block, weights in zip(layer, fit_layer(layer, config), strict=True):
            coefficients[0, block.columns] = np.log(block.world)
            coefficients[1:, block.columns] = weights
            if END in grams:
                coefficients[1 + grams.index(END), block.columns] += calibration(block, weights)
    return NameModel((INTERCEPT, *grams), coefficients, audience.region_of)


def common_grams(names: Sequence[str], config: NamesConfig) -> tuple[list[str], sparse.csr_matrix]:
    """List the grams of enough names, sorted; the commonest where there are too many.

    Returns
    -------
    grams : list of str
        The grams.
    matrix : csr_matrix of shape (len(names), len(grams)), float32
        1 where a name has a gram, else 0.
    """
    columns: dict[str, int] = {}
    every = gram_matrix(names, lambda gram: columns.setdefault(gram, len(columns)))
    found = np.bincount(every.indices, minlength=len(columns)).tolist()
    enough = [(-found[i], gram) for gram, i in columns.items() if found[i] >= config.min_artists]
    grams = sorted(gram for _, gram in sorted(enough)[: config.most_grams])
    return grams, every[:, [columns[gram] for gram in grams]]


# --- layers --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Block:
    """One softmax to fit: over regions, or over the countries of a region.

    Attributes
    ----------
    columns : integer ndarray of shape (n_classes,)
        Where its coefficients stand in those of a NameModel.
    world : float64 ndarray of shape (n_classes,)
        Shares of all training listeners here.
    constant : float64 ndarray of shape (n_classes,)
        Logarithm of the average artist's audience.
    matrix : csr_matrix of shape (n_artists, n_grams)
        Grams of the artists that have listeners here.
    targets : float32 ndarray of shape (n_artists, n_classes)
        Shares of each artist's listeners; rows sum to 1.
    listeners : float64 ndarray of shape (n_artists,)
        Each artist's training listeners here.
    weights : float64 ndarray of shape (n_artists,)
        How much each artist counts, below 1.
    judges : bool ndarray of shape (n_artists,)
        Which artists are held out to choose a strength.
    """

    columns: NDArray[np.intp]
    world: NDArray[np.float64]
    constant: NDArray[np.float64]
    matrix: sparse.csr_matrix
    targets: NDArray[np.float32]
    listeners: NDArray[np.float64]
    weights: NDArray[np.float64]
    judges: NDArray[np.bool_]

    def rows(self, rows: NDArray[np.bool_]) -> Block:
        """Give the block of some of the artists."""
        return replace(
            self,
            matrix=self.matrix[rows],
            targets=self.targets[rows],
            listeners=self.listeners[rows],
            weights=self.weights[rows],
            judges=self.judges[rows],
        )


def _blocks(audience: Audience, matrix: sparse.csr_matrix, config: NamesConfig) -> list[Block]:
    """Give the block of the regions, then one for each region with more than one country."""
    region_of = np.asarray(audience.region_of)
    n_regions = int(region_of.max()) + 1
    membership = sparse.csr_matrix((region_of[:, None] == np.arange(n_regions)).astype(np.float64))
    judges = np.arange(len(audience.names)) % JUDGES == JUDGES - 1

    def block(counts: sparse.csr_matrix, listeners: NDArray[Any], columns: NDArray[Any]) -> Block:
        n = np.asarray(counts.sum(axis=1)).ravel()
        some = n > 0
        n = n[some]
        targets = (counts[some].toarray() / n[:, None]).astype(np.float32)
        weights = n / (n + config.half_weight)
        world = listeners / listeners.sum()
        return Block(
            columns=columns,
            world=world,
            # One more artist, whose audience is the world's, so that no share is 0.
            constant=np.log((weights @ targets + world) / (weights.sum() + 1)),
            matrix=matrix[some],
            targets=targets,
            listeners=n,
            weights=weights,
            judges=judges[some],
        )

    members = [np.flatnonzero(region_of == region) for region in range(n_regions)]
    return [
        block(audience.counts @ membership, audience.listeners @ membership, np.arange(n_regions)),
        *(
            block(audience.counts[:, own], audience.listeners[own], n_regions + own)
            for own in members
            if len(own) > 1
        ),
    ]


def fit_layer(blocks: Sequence[Block], config: NamesConfig) -> list[NDArray[np.float64]]:
    """Fit the blocks of a layer with the strength that does best on the artists held out.

    Strengths are tried from the strongest on, as long as each does better than the one before.

    Returns
    -------
    list of float64 ndarray of shape (n_grams, n_classes)
        Coefficients of each block; all 0 where no strength does better than that.
    """

    def fit_blocks(
        some: Sequence[Block], starts: Sequence[NDArray[np.float64]], strength: float
    ) -> list[NDArray[np.float64]]:
        return [
            minimise(block, start, strength=strength, max_iterations=config.max_iterations)
            for block, start in zip(some, starts, strict=True)
        ]

    chosen: float | None = None
    weights = [np.zeros((block.matrix.shape[1], len(block.columns))) for block in blocks]
    fitting = [block.rows(~block.judges) for block in blocks]
    judging = [block.rows(block.judges) for block in blocks]
    least = _loss(judging, weights)
    for strength in sorted(config.strengths, reverse=True):
        tried = fit_blocks(fitting, weights, strength)
        loss = _loss(judging, tried)
        if loss >= least:
            break
        chosen, least, weights = strength, loss, tried
    return weights if chosen is None else fit_blocks(blocks, weights, chosen)


def _loss(blocks: Sequence[Block], weights: Sequence[NDArray[np.float64]]) -> float:
    return sum(_loss_and_slope(block, w)[0] for block, w in zip(blocks, weights, strict=True))


def _loss_and_slope(
    block: Block, weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Weighted sum of the cross-entropies, and its derivative by the coefficients.

    Products run in float32, which is twice as fast; sums over artists do not.
    """
    sums = np.asarray(block.matrix @ weights.astype(np.float32))
    logits = sums + block.constant
    logits -= logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    totals = powers.sum(axis=1, keepdims=True)
    fitted = ((logits - np.log(totals)) * block.targets).sum(axis=1)
    excess = block.weights[:, None] * (powers / totals - block.targets)
    slope = np.asarray(block.matrix.T @ excess.astype(np.float32), dtype=np.float64)
    return -float(fitted @ block.weights), slope


def minimise(
    block: Block,
    start: NDArray[np.float64],
    *,
    strength: float,
    max_iterations: int,
    tolerance: float = TOLERANCE,
) -> NDArray[np.float64]:
    """Find the coefficients with the least loss plus strength / 2 times their squares."""
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    if not start.size:
        return start

    def objective(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        loss, slope = _loss_and_slope(block, flat.reshape(start.shape))
        return loss + strength / 2 * float(flat @ flat), slope.ravel() + strength * flat

    options = {"maxiter": max_iterations, "ftol": tolerance}
    # The vectors are too short to share between threads, which would wait for each other most of
    # the time.
    with threadpool_limits(limits=1, user_api="blas"):
        found = minimize(objective, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x).reshape(start.shape)


def calibration(block: Block, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what is added to all logits so that expected audiences add up to the world's.

    Parameters
    ----------
    block : Block
        The artists; each counts with its listeners.
    weights : ndarray of shape (n_grams, n_classes)
        Coefficients of the grams, beside the logarithm of the world's shares.

    Returns
    -------
    float64 ndarray of shape (n_classes,)
        0 where names say nothing.
    """
    added = np.zeros(len(block.world))
    if not block.listeners.size:
        return added
    logits = np.asarray(block.matrix @ weights) + np.log(block.world)
    for _ in range(CALIBRATION_STEPS):
        expected = normalise((block.listeners @ softmax(logits + added))[None, :])[0]
        added += np.log(block.world / expected)
    return added
