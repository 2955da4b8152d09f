"""Place kept listeners in taste space: the weighted mean of their artists' vectors."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.core.model.features import log_scrobbles, mean_vectors
from pipeline.core.tables import Tables
from pipeline.core.tables.store import spread_vectors, vector_column, vectors_of
from pipeline.recipes._shared.samples import kept_plays, plays_matrix
from pipeline.stages import Outputs, stage


@stage(
    "Placing listeners",
    reads=("cleaned_plays", "split", "labelled_listeners", "artists", "artist_vectors"),
    writes=("listener_vectors",),
    share=1,
)
def embed_listeners(tables: Tables) -> Outputs:
    """Average artist vectors by play weight; artists without a vector do not count."""
    listeners = tables["labelled_listeners"].filter("kept").order("listener").to_arrow_table()
    ids = listeners["listener"].to_numpy()
    n_artists = len(tables["artists"])
    embedded = tables["artist_vectors"].order("artist").to_arrow_table()
    vectors, known = spread_vectors(
        embedded["artist"].to_numpy(), vectors_of(embedded["vector"]), n_artists
    )
    matrix = plays_matrix(kept_plays(tables), ids, n_artists)
    mean, known_artists = mean_vectors(matrix, vectors, known)
    scrobbles = listeners["total_scrobbles"].to_numpy(zero_copy_only=False).astype(np.float64)
    return {
        "listener_vectors": pa.table(
            {
                "listener": ids,
                "vector": vector_column(mean),
                "log_scrobbles": pa.array(log_scrobbles(scrobbles), from_pandas=True),
                "known_artists": known_artists,
            }
        )
    }
