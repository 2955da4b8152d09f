from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.config import EmbedArtistsConfig
from pipeline.core.tables.store import vectors_of
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages.embed_artists import NoArtistsError, embed_artists

SVD = EmbedArtistsConfig(vector_size=2)
WORD2VEC = EmbedArtistsConfig(method="word2vec", vector_size=8, epochs=12)
BOTH = pytest.mark.parametrize("config", [SVD, WORD2VEC], ids=["svd", "word2vec"])
SCENE = 10  # artists in each of two scenes that share no listener


def two_scenes(n: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Even listeners draw from artists 0 to 9, odd ones from 10 to 19."""
    rng = np.random.default_rng(0)
    plays = pd.DataFrame(
        [
            (i, a + SCENE * (i % 2), rank, 1000.0)
            for i in range(n)
            for rank, a in enumerate(rng.choice(SCENE, 6, replace=False), start=1)
        ],
        columns=["listener", "artist", "rank", "playcount"],
    )
    split = pd.DataFrame({"listener": range(n), "country": "PL", "part": "train"})
    return plays, split


def embed(
    engine: DuckDBEngine,
    plays: pd.DataFrame,
    split: pd.DataFrame,
    config: EmbedArtistsConfig,
) -> tuple[np.ndarray, np.ndarray]:
    tables = {
        "cleaned_plays": engine.connection.from_df(plays),
        "split": engine.connection.from_df(split),
    }
    found = embed_artists(
        tables, engine=engine, progress=lambda *_: None, embed_artists=config, seed=0
    )["artist_vectors"]
    return found["artist"].to_numpy(), vectors_of(found["vector"])


@BOTH
def test_artists_of_one_scene_lie_together(
    engine: DuckDBEngine, config: EmbedArtistsConfig
) -> None:
    artists, vectors = embed(engine, *two_scenes(), config)
    assert artists.tolist() == list(range(2 * SCENE))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = unit @ unit.T
    same = (artists[:, None] < SCENE) == (artists[None, :] < SCENE)
    np.fill_diagonal(cosine, np.nan)
    assert np.nanmin(cosine[same]) > np.nanmax(cosine[~same])


@BOTH
@pytest.mark.parametrize("part", ["valid", "test"])
def test_listeners_held_out_are_never_seen(
    engine: DuckDBEngine, config: EmbedArtistsConfig, part: str
) -> None:
    plays, split = two_scenes()
    split.loc[300:, "part"] = part
    before = embed(engine, plays, split, config)
    other = plays.assign(artist=plays["artist"].where(plays["listener"] < 300, 99))
    after = embed(engine, other, split, config)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[1], after[1])


@BOTH
def test_the_same_seed_gives_the_same_vectors(
    engine: DuckDBEngine, config: EmbedArtistsConfig
) -> None:
    first, second = (embed(engine, *two_scenes(), config)[1] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@BOTH
def test_rare_artists_get_no_vector(engine: DuckDBEngine, config: EmbedArtistsConfig) -> None:
    plays, split = two_scenes()
    rare = pd.DataFrame({"listener": [0], "artist": [50], "rank": [7], "playcount": [1.0]})
    artists, _ = embed(engine, pd.concat([plays, rare]), split, config)
    assert artists.tolist() == list(range(2 * SCENE))


@BOTH
def test_too_little_to_learn_from_is_refused(
    engine: DuckDBEngine, config: EmbedArtistsConfig
) -> None:
    plays, split = two_scenes(2)
    config = config.model_copy(update={"min_count": 5})
    with pytest.raises(NoArtistsError, match=r"no artist has 5 training listeners"):
        embed(engine, plays, split, config)


def test_noise_is_drawn_by_the_exponent(engine: DuckDBEngine) -> None:
    plays, split = two_scenes()
    # An artist of one scene stands out, so that exponents differ.
    plays = plays[(plays["artist"] != 0) | (plays["listener"] < 40)]
    given = [
        embed(engine, plays, split, WORD2VEC.model_copy(update={"ns_exponent": exponent}))[1]
        for exponent in (0.75, -1.0)
    ]
    assert not np.array_equal(*given)


def test_sentences_repeat_by_plays_as_the_original_did(engine: DuckDBEngine) -> None:
    plays = pd.DataFrame(
        {
            "listener": [0, 0, 0, 1],
            "artist": [7, 8, 9, 7],
            "rank": [1, 2, 3, 1],
            # round(1 + log10(n)) is 4, 2 and 1.
            "playcount": [1000.0, 5.0, 1.0, np.nan],
        }
    )
    split = pd.DataFrame({"listener": [0, 1], "country": "PL", "part": ["train", "train"]})
    tables = {"cleaned_plays": plays, "split": split}
    repeated = engine.run("sentences", tables, repeat=1).df()["sentence"].tolist()
    assert repeated == ["7 7 7 7 8 8 9", "7"]
    plain = engine.run("sentences", tables, repeat=0).df()["sentence"].tolist()
    assert plain == ["7 8 9", "7"]
