"""Artist vectors by word2vec: a listener is a sentence, an artist a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.config import EmbedArtistsConfig
from pipeline.core.progress import Progress

ArtistVectors: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Artists, shape (n,), and their vectors, shape (n, n_dimensions)."""


def read_sentences(
    corpus: Path, config: EmbedArtistsConfig, *, seed: int, progress: Progress
) -> ArtistVectors:
    """Fit word2vec on a file of one sentence a line, artist numbers with spaces between.

    One worker, because only then does gensim give the same vectors twice.

    Returns
    -------
    artists : int32 ndarray of shape (n,)
        Those in `config.min_count` places, in no certain order; none when there are none.
    vectors : float32 ndarray of shape (n, config.vector_size)
    """
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    class Report(CallbackAny2Vec):
        """Tells the progress after each epoch."""

        done = 0

        def on_epoch_end(self, model: Any) -> None:
            self.done += 1
            progress(self.done / config.epochs, f"epoch {self.done} of {config.epochs}")

    model = Word2Vec(
        vector_size=config.vector_size,
        window=config.window,
        min_count=config.min_count,
        epochs=config.epochs,
        sg=1,
        hs=int(config.negative == 0),
        negative=config.negative,
        ns_exponent=config.ns_exponent,
        sample=config.sample,
        alpha=config.learning_rate,
        seed=seed,
        workers=1,
    )
    model.build_vocab(corpus_file=str(corpus))
    if model.wv.index_to_key:
        model.train(
            corpus_file=str(corpus),
            total_examples=model.corpus_count,
            total_words=model.corpus_total_words,
            epochs=config.epochs,
            callbacks=[Report()],
        )
    return np.array(model.wv.index_to_key, dtype=np.int32), model.wv.vectors
