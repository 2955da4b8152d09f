"""Measure one recipe when only the first few artists of each list are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.core.model.evidence import ArtistKnowledge
from pipeline.core.model.features import Features
from pipeline.core.model.fitted import Fitted
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.core.tables.store import spread_vectors, vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.metrics._shared.judged import Judged
from pipeline.metrics._shared.predicted import REPORTED_PARTS
from pipeline.recipes._shared.samples import evidence_of_artists, plays_matrix
from pipeline.stages import MODEL, Outputs, stage

LIST_LENGTHS = (1, 3, 5, 10, 20, 50)
"""Artists that are kept of each list, one row of the table each."""

LISTENERS_PER_PART = 2_000
"""Listeners measured in each part: a share is then within about 2 points, 19 times in 20.

Every length means predicting everybody again, which at the size of the original would take the
trees longer than all other measuring.
"""

COLUMNS = ["part", "known_artists", "accuracy", "top_5_accuracy", "n"]
Row: TypeAlias = tuple[str, int, float, float, int]

FIRST = ("split", "labelled_listeners", "listener_vectors", "cleaned_plays", "artist_vectors")


@stage(
    "Measuring short lists",
    reads=(MODEL, *FIRST, "artists", "artist_evidence"),
    writes=("accuracy_by_known",),
    statements=("first_artists",),
    per="recipe",
    share=2,
)
def truncate_lists(
    tables: Tables, *, engine: DuckDBEngine, recipe: str, progress: Progress
) -> Outputs:
    """Cut lists after their first artists with a vector, predict again, and compare.

    A listener counts for a length only with that many artists with a vector, so that longer lists
    are of fewer, keener listeners. A length that nobody reaches has no row.
    """
    plays = engine.run(
        "first_artists",
        {name: tables[name] for name in FIRST},
        artists=max(LIST_LENGTHS),
        listeners=LISTENERS_PER_PART,
    ).df()
    embedded = tables["artist_vectors"].order("artist").to_arrow_table()
    vectors, known = spread_vectors(
        embedded["artist"].to_numpy(), vectors_of(embedded["vector"]), len(tables["artists"])
    )
    knowledge = ArtistKnowledge(vectors, known, *evidence_of_artists(tables))
    reached = [length for length in LIST_LENGTHS if (plays["known_rank"] == length).any()]
    rows: list[Row] = []
    for done, length in enumerate(reached):
        progress(done / len(reached), f"lists of {length}")
        listeners, features = cut(plays, length, knowledge)
        rows += _measure(tables[MODEL], listeners, features, length)
    rows.sort(key=lambda row: (REPORTED_PARTS.index(row[0]), row[1]))
    return {"accuracy_by_known": pd.DataFrame(rows, columns=COLUMNS).assign(recipe=recipe)}


def cut(
    plays: pd.DataFrame, length: int, knowledge: ArtistKnowledge
) -> tuple[pd.DataFrame, Features]:
    """Know only the first `length` artists of every list that is at least as long.

    Parameters
    ----------
    plays : DataFrame
        Columns listener, part, country, log_scrobbles, artist, rank, playcount and
        known_rank, by listener and known_rank.
    length : int
        Artists to keep.
    knowledge : ArtistKnowledge
        What is known of each artist.

    Returns
    -------
    listeners : DataFrame
        Columns listener, part and country of those with `length` artists or more, by listener.
    features : Features
        Theirs, in the same order.
    """
    long_enough = plays[plays["known_rank"] == length]
    listeners = long_enough["listener"].to_numpy(np.int32)
    kept = plays[(plays["known_rank"] <= length) & plays["listener"].isin(listeners)]
    columns = ["listener", "artist", "playcount", "rank"]
    matrix = plays_matrix(
        pa.Table.from_pandas(kept[columns], preserve_index=False),
        listeners,
        len(knowledge.vocabulary),
    )
    # All unknown equals absent: a recipe fitted without scrobbles does not ask for them.
    features = knowledge.features(matrix, long_enough["log_scrobbles"].to_numpy(np.float32))
    return long_enough[["listener", "part", "country"]].reset_index(drop=True), features


def _measure(
    model: Fitted, listeners: pd.DataFrame, features: Features, length: int
) -> Iterator[Row]:
    """Give a row of `COLUMNS` for each part that has listeners."""
    position = {c: i for i, c in enumerate(model.countries)}
    truth = listeners["country"].map(position).to_numpy(np.int64)
    country = model.predict(features).country
    rank = Judged(truth, country, support=np.zeros(len(position), dtype=np.int64)).rank_of_truth
    for part in REPORTED_PARTS:
        of_part = rank[listeners["part"] == part]
        if of_part.size:
            first, five = (float((of_part <= k).mean()) for k in (1, 5))
            yield part, length, first, five, of_part.size
