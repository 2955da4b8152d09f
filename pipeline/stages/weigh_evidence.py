"""Weigh what each artist says of where a listener lives, and what each listener's artists say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from pipeline.core.model.evidence import Expected, artist_evidence, listener_evidence, weight_of
from pipeline.core.model.hierarchy import Layers
from pipeline.core.model.names import NameModel
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.core.tables.store import vector_column, vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.recipes._shared.samples import classes, kept_plays, plays_matrix, training_listeners
from pipeline.stages import Outputs, stage

FOLDS = 5
"""Parts of the training listeners; the evidence of each is counted on the others."""


@stage(
    "Weighing evidence",
    reads=("artists", "cleaned_plays", "split", "countries", "regions", "name_grams"),
    writes=("artist_evidence", "listener_evidence"),
    statements=("artist_audience",),
    share=2,
)
def weigh_evidence(tables: Tables, *, engine: DuckDBEngine, progress: Progress) -> Outputs:
    """Count audiences on training listeners, shrink them, and add up each listener's artists.

    What a training listener's artists say is counted without the listener's own fold: a listener
    who is counted in an artist's audience would make it seem to know the listener's home.
    """
    known = classes(tables)
    audience = engine.run("artist_audience", tables, folds=FOLDS).df()
    shape = (len(tables["artists"]), len(known.countries))
    counts = [_counts(audience[audience["fold"] == fold], shape) for fold in range(FOLDS)]
    whole = sum(counts[1:], counts[0])
    expected = Expected.of(training_listeners(tables), known.region_of)
    named = _named(tables, known.region_of)
    evidence = artist_evidence(whole.toarray(), named, expected)
    listeners, folds = _folds(tables)
    matrix = plays_matrix(kept_plays(tables), listeners, shape[0])
    heard = listener_evidence(matrix, evidence, weight_of(matrix))
    for fold in range(FOLDS):
        progress((fold + 1) / (FOLDS + 1), f"fold {fold + 1} of {FOLDS}")
        rows = np.flatnonzero(folds == fold)
        others = artist_evidence((whole - counts[fold]).toarray(), named, expected)
        heard[rows] = listener_evidence(matrix[rows], others, weight_of(matrix[rows]))
    support = np.asarray(whole.sum(axis=1)).ravel().astype(np.int32)
    return {
        "artist_evidence": pa.table(
            {
                "artist": np.arange(shape[0], dtype=np.int32),
                "training_listeners": support,
                "vector": vector_column(evidence),
            }
        ),
        "listener_evidence": pa.table({"listener": listeners, "vector": vector_column(heard)}),
    }


def _counts(audience: pd.DataFrame, shape: tuple[int, int]) -> sparse.csr_matrix:
    cells = (audience["artist"].to_numpy(), audience["position"].to_numpy(np.int64))
    return sparse.csr_matrix((audience["listeners"].to_numpy(np.float64), cells), shape=shape)


def _named(tables: Tables, region_of: tuple[int, ...]) -> Layers:
    """The audience that each artist's name lets expect."""
    rows = tables["name_grams"].to_arrow_table()
    model = NameModel(tuple(rows["gram"].to_pylist()), vectors_of(rows["vector"]), region_of)
    names = tables["artists"].order("artist").project("artist_name").df()["artist_name"]
    return model.predict(names.tolist())


def _folds(tables: Tables) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Kept listeners, ascending, and the fold of each; -1 for those not trained on."""
    split = tables["split"].order("listener").df()
    listeners = split["listener"].to_numpy(np.int32)
    trained = (split["part"] == "train").to_numpy()
    return listeners, np.where(trained, listeners % FOLDS, -1)
