"""From tables to what recipes are fitted on: features and countries, one sample a part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from pipeline.core.model import features
from pipeline.core.model.classes import Classes
from pipeline.core.model.evidence import (
    VOCABULARY_LISTENERS,
    listener_evidence,
    outside_vocabulary,
    weight_of,
)
from pipeline.core.model.features import Features
from pipeline.core.tables import Tables
from pipeline.core.tables.store import spread_vectors, vectors_of
from pipeline.recipes._shared.fitting import Sample

SAMPLE_TABLES = (
    "listener_vectors",
    "listener_evidence",
    "artist_evidence",
    "split",
    "cleaned_plays",
    "artists",
    "countries",
    "regions",
)
"""Tables that `samples`, `classes` and `training_listeners` read."""


def plays_matrix(
    plays: pa.Table, listeners: NDArray[np.int32], n_artists: int
) -> sparse.csr_matrix:
    """Weigh plays as a sparse matrix.

    Parameters
    ----------
    plays : Table
        Columns listener, artist, rank and playcount; the listeners are all in `listeners`.
    listeners : ndarray of shape (n,)
        Listener of each row of the matrix, ascending.
    n_artists : int
        Columns of the matrix.
    """
    return features.artist_matrix(
        np.searchsorted(listeners, plays["listener"].to_numpy()),
        plays["artist"].to_numpy(),
        plays["playcount"].to_numpy(zero_copy_only=False),
        plays["rank"].to_numpy(),
        n_listeners=len(listeners),
        n_artists=n_artists,
    )


def classes(tables: Tables) -> Classes:
    """Read the kept countries and regions in order of position."""
    kept = _kept_countries(tables)
    regions = tuple(tables["regions"].order("position").df()["region"])
    return Classes(
        countries=tuple(kept["country"]),
        regions=regions,
        region_of=tuple(regions.index(region) for region in kept["region"]),
    )


def training_listeners(tables: Tables) -> NDArray[np.int64]:
    """Read the training listeners of each kept country, in order of position."""
    return np.asarray(_kept_countries(tables)["train_listeners"], dtype=np.int64)


def _kept_countries(tables: Tables) -> pd.DataFrame:
    return tables["countries"].filter("kept").order("position").df()


def samples(tables: Tables) -> tuple[dict[str, Sample], pd.DataFrame]:
    """Read every part's features and countries.

    Returns
    -------
    samples : dict of str to Sample
        By part.
    listeners : DataFrame
        Columns listener, country and part, in the order of the samples' rows within each part.
    """
    split = tables["split"].order("listener").df()
    everyone = _features(tables, split["listener"].to_numpy(np.int32))
    position = {c: i for i, c in enumerate(classes(tables).countries)}
    country = split["country"].map(position).to_numpy(np.intp)
    by_part = {}
    for part in split["part"].unique():
        rows = np.flatnonzero(split["part"] == part)
        by_part[str(part)] = Sample(features=everyone.rows(rows), country=country[rows])
    return by_part, split


def _features(tables: Tables, listeners: NDArray[np.int32]) -> Features:
    vectors = tables["listener_vectors"].order("listener").to_arrow_table()
    plays = kept_plays(tables)
    scrobbles = vectors["log_scrobbles"].to_numpy(zero_copy_only=False).astype(np.float32)
    matrix = plays_matrix(plays, listeners, len(tables["artists"]))
    evidence, vocabulary = evidence_of_artists(tables)
    weighed = tables["listener_evidence"].order("listener").to_arrow_table()
    return Features(
        vectors=vectors_of(vectors["vector"]),
        log_scrobbles=None if np.isnan(scrobbles).all() else scrobbles,
        artists=matrix,
        known_artists=vectors["known_artists"].to_numpy(),
        evidence=vectors_of(weighed["vector"]),
        outside=listener_evidence(
            outside_vocabulary(matrix, vocabulary), evidence, weight_of(matrix)
        ),
    )


def evidence_of_artists(tables: Tables) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Read what each artist says, and whether it is in the vocabulary, in the artists' order."""
    rows = tables["artist_evidence"].order("artist").to_arrow_table()
    numbers, size = rows["artist"].to_numpy(), len(tables["artists"])
    evidence, _ = spread_vectors(numbers, vectors_of(rows["vector"]), size)
    vocabulary = np.zeros(size, dtype=np.bool_)
    vocabulary[numbers] = rows["training_listeners"].to_numpy() >= VOCABULARY_LISTENERS
    return evidence, vocabulary


def kept_plays(tables: Tables) -> pa.Table:
    """Read the plays of kept listeners, by listener and rank."""
    plays = tables["cleaned_plays"].set_alias("p")
    split = tables["split"].project("listener AS kept_listener").set_alias("s")
    kept = plays.join(split, "p.listener = s.kept_listener")
    return (
        kept.project("listener, artist, rank, playcount").order("listener, rank").to_arrow_table()
    )
