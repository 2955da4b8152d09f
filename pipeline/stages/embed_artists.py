"""Learn artist vectors from the lists of training listeners with word2vec."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.config import EmbedArtistsConfig
from pipeline.core.errors import UserError
from pipeline.core.store import vector_column
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, Progress, Tables, stage


class NoArtistsError(UserError):
    """No artist is played often enough to learn a vector."""


@stage(
    "Learning artist vectors",
    reads=("cleaned_plays", "split"),
    writes=("artist_vectors",),
    statements=("sentences",),
    share=10,
)
def embed_artists(
    tables: Tables,
    *,
    engine: DuckDBEngine,
    progress: Progress,
    embed_artists: EmbedArtistsConfig,
    seed: int,
) -> Outputs:
    """Fit word2vec on one sentence a training listener: artists in order of rank.

    Validation and test listeners are never seen. One worker, because only then does gensim give
    the same vectors twice.

    Raises
    ------
    NoArtistsError
        When no artist has `embed_artists.min_count` training listeners.
    """
    sentences = engine.run("sentences", tables, repeat=int(embed_artists.repeat_by_plays))
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "sentences.txt"
        # The delimiter never occurs: a sentence is artist numbers and spaces.
        sentences.project("sentence").to_csv(str(corpus), sep="|", header=False)
        words, vectors = _fit(corpus, embed_artists, seed=seed, progress=progress)
    order = np.argsort(words)
    return {
        "artist_vectors": pa.table(
            {"artist": pa.array(words[order]), "vector": vector_column(vectors[order])}
        )
    }


def _fit(corpus: Path, config: EmbedArtistsConfig, *, seed: int, progress: Progress) -> Any:
    """Give the artist numbers (n,) and their vectors (n, vector_size)."""
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    class Report(CallbackAny2Vec):
        """Tells the progress after each epoch."""

        done = 0

        def on_epoch_end(self, model: Any) -> None:
            self.done += 1
            progress(self.done / config.epochs, f"epoch {self.done} of {config.epochs}")

    try:
        model = Word2Vec(
            corpus_file=str(corpus),
            vector_size=config.vector_size,
            window=config.window,
            min_count=config.min_count,
            epochs=config.epochs,
            sg=1,
            hs=int(config.negative == 0),
            negative=config.negative,
            sample=config.sample,
            alpha=config.learning_rate,
            seed=seed,
            workers=1,
            callbacks=[Report()],
        )
    except RuntimeError as error:
        raise NoArtistsError(
            f"no artist has {config.min_count} training listeners, so no vector can be learnt "
            f"({error}). Bring more listeners, or lower --set embed_artists.min_count=N."
        ) from error
    return np.array(model.wv.index_to_key, dtype=np.int32), model.wv.vectors
