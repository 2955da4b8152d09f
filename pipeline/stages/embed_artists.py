"""Learn artist vectors from the lists of training listeners."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.config import EmbedArtistsConfig
from pipeline.core.errors import UserError
from pipeline.core.progress import Progress
from pipeline.core.tables import Tables
from pipeline.core.tables.store import vector_column
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.recipes._shared.samples import kept_plays
from pipeline.stages import Outputs, stage
from pipeline.stages._shared.factors import factorise
from pipeline.stages._shared.sentences import ArtistVectors, read_sentences


class NoArtistsError(UserError):
    """No artist is played often enough to learn a vector."""


@stage(
    "Learning artist vectors",
    reads=("cleaned_plays", "split"),
    writes=("artist_vectors",),
    statements=("sentences",),
    share=3,
)
def embed_artists(
    tables: Tables,
    *,
    engine: DuckDBEngine,
    progress: Progress,
    embed_artists: EmbedArtistsConfig,
    seed: int,
) -> Outputs:
    """Factorise the matrix of listeners by artists, or fit word2vec as the original did.

    Validation and test listeners are never seen, and the same seed gives the same vectors.

    Raises
    ------
    NoArtistsError
        When no artist has `embed_artists.min_count` training listeners.
    """
    if embed_artists.method == "svd":
        artists, vectors = _from_matrix(tables, embed_artists, seed=seed)
    else:
        artists, vectors = _from_sentences(
            tables, embed_artists, engine=engine, seed=seed, progress=progress
        )
    if not len(artists):
        raise NoArtistsError(
            f"no artist has {embed_artists.min_count} training listeners, so no vector can be "
            "learnt. Bring more listeners, or lower --set embed_artists.min_count=N."
        )
    order = np.argsort(artists)
    return {
        "artist_vectors": pa.table(
            {"artist": pa.array(artists[order]), "vector": vector_column(vectors[order])}
        )
    }


def _from_matrix(tables: Tables, config: EmbedArtistsConfig, *, seed: int) -> ArtistVectors:
    training = tables["split"].filter("part = 'train'")
    plays = kept_plays({"cleaned_plays": tables["cleaned_plays"], "split": training})
    return factorise(plays["listener"].to_numpy(), plays["artist"].to_numpy(), config, seed=seed)


def _from_sentences(
    tables: Tables,
    config: EmbedArtistsConfig,
    *,
    engine: DuckDBEngine,
    seed: int,
    progress: Progress,
) -> ArtistVectors:
    """Write one sentence a training listener, artists in order of rank, and read them."""
    sentences = engine.run("sentences", tables, repeat=int(config.repeat_by_plays))
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "sentences.txt"
        # The delimiter never occurs: a sentence is artist numbers and spaces.
        sentences.project("sentence").to_csv(str(corpus), sep="|", header=False)
        return read_sentences(corpus, config, seed=seed, progress=progress)
