"""From tables to samples, by hand: four listeners, four artists, three countries."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.core.model.classes import Classes
from pipeline.core.model.evidence import VOCABULARY_LISTENERS
from pipeline.core.tables.store import vector_column
from pipeline.recipes._shared.samples import (
    SAMPLE_TABLES,
    classes,
    evidence_of_artists,
    kept_plays,
    plays_matrix,
    samples,
    training_listeners,
)

EVIDENCE = np.array([[1, 0, 0, 2, 0], [0, 3, 0, 0, 1], [0, 0, 5, 0, 0]], dtype=np.float32)
"""Of the artists 0, 1 and 3: two regions, then three countries."""


@pytest.fixture
def tables(connection):
    """Rows lie in no order; listener 4 is not kept, and artist 2 has no evidence."""
    few, enough = VOCABULARY_LISTENERS - 1, VOCABULARY_LISTENERS
    frames = {
        "split": pd.DataFrame(
            {
                "listener": [9, 2, 5, 7],
                "country": ["PL", "BR", "BR", "CZ"],
                "part": ["train", "train", "valid", "test"],
            }
        ).astype({"listener": "int32"}),
        "cleaned_plays": pd.DataFrame(
            [
                (5, 1, 2, 999.0),
                (5, 0, 1, 9.0),
                (2, 0, 1, 99.0),
                (4, 3, 1, 7.0),
                (9, 3, 1, 9.0),
                (9, 0, 2, 9.0),
                (7, 1, 1, 0.0),
            ],
            columns=["listener", "artist", "rank", "playcount"],
        ).astype({"listener": "int32", "artist": "int32", "rank": "int32"}),
        "artists": pd.DataFrame({"artist": range(4), "artist_name": list("abcd")}),
        "countries": pd.DataFrame(
            {
                "country": ["PL", "VA", "BR", "CZ"],
                "region": ["Europe", "Europe", "America", "Europe"],
                "kept": [True, False, True, True],
                "position": pd.array([2, None, 0, 1], "Int32"),
                "train_listeners": [30, 0, 20, 10],
            }
        ),
        "regions": pd.DataFrame({"region": ["America", "Europe"], "position": [1, 0]}),
    }
    tables = {name: connection.from_df(frame) for name, frame in frames.items()}
    vectors = {
        "listener_vectors": {
            "listener": pa.array([7, 9, 2, 5], pa.int32()),
            "log_scrobbles": pa.array([None, 9.0, 2.0, 5.0], pa.float32()),
            "known_artists": pa.array([7, 9, 2, 5], pa.int32()),
            "vector": vector_column(np.array([[7, 0], [9, 0], [2, 0], [5, 0]], dtype=np.float32)),
        },
        "listener_evidence": {
            "listener": pa.array([9, 7, 5, 2], pa.int32()),
            "vector": vector_column(np.outer([9, 7, 5, 2], np.ones(5)).astype(np.float32)),
        },
        "artist_evidence": {
            "artist": pa.array([3, 0, 1], pa.int32()),
            "training_listeners": pa.array([few, enough, few], pa.int32()),
            "vector": vector_column(EVIDENCE[[2, 0, 1]]),
        },
    }
    for name, columns in vectors.items():
        tables[name] = connection.from_arrow(pa.table(columns))
    assert set(tables) == set(SAMPLE_TABLES)
    return tables


def test_classes_are_kept_countries_in_order_of_position(tables):
    assert classes(tables) == Classes(("BR", "CZ", "PL"), ("Europe", "America"), (1, 0, 0))
    assert training_listeners(tables).tolist() == [20, 10, 30]


def test_listeners_lie_in_their_parts_ascending(tables):
    by_part, listeners = samples(tables)
    assert listeners["listener"].tolist() == [2, 5, 7, 9]
    assert {part: len(sample) for part, sample in by_part.items()} == {
        "train": 2,
        "valid": 1,
        "test": 1,
    }
    # Brazil, then Poland, by position.
    assert by_part["train"].country.tolist() == [0, 2]
    assert by_part["valid"].country.tolist() == [0]
    assert by_part["test"].country.tolist() == [1]


def test_every_feature_is_the_listeners_own(tables):
    by_part, _ = samples(tables)
    train, test = by_part["train"].features, by_part["test"].features
    assert_array_equal(train.vectors, [[2, 0], [9, 0]])
    assert_array_equal(train.known_artists, [2, 9])
    assert_array_equal(train.log_scrobbles, [2, 9])
    assert_array_equal(train.evidence, [[2] * 5, [9] * 5])
    # log10(99 + 1) = 2, and log10(9 + 1) = 1 for both artists of listener 9.
    assert_allclose(train.artists.toarray(), [[2, 0, 0, 0], [1, 0, 0, 1]])
    assert np.isnan(test.log_scrobbles).all()
    # One play of no count weighs nothing.
    assert_array_equal(test.artists.toarray(), [[0, 0, 0, 0]])


def test_rare_artists_speak_outside_the_vocabulary(tables):
    by_part, _ = samples(tables)
    # Artist 0 has listeners enough; 1 and 3 have not. Listener 9: 3 with 1 of 2, over root 2.
    assert_allclose(by_part["train"].features.outside[0], np.zeros(5))
    assert_allclose(by_part["train"].features.outside[1], EVIDENCE[2] / 2**0.5, rtol=1e-6)
    # Listener 5: artist 1 with log10(1000) = 3, of 3 + 1 in all.
    assert_allclose(by_part["valid"].features.outside, [3 * EVIDENCE[1] / 4**0.5], rtol=1e-6)


def test_evidence_lies_by_artist_and_is_nothing_where_there_is_none(tables):
    evidence, vocabulary = evidence_of_artists(tables)
    assert_array_equal(evidence, EVIDENCE[[0, 1, 0, 2]] * np.array([[1], [1], [0], [1]]))
    assert vocabulary.tolist() == [True, False, False, False]


def test_plays_of_kept_listeners_lie_by_listener_and_rank(tables):
    plays = kept_plays(tables)
    assert plays.select(["listener", "artist", "rank"]).to_pydict() == {
        "listener": [2, 5, 5, 7, 9, 9],
        "artist": [0, 0, 1, 1, 3, 0],
        "rank": [1, 1, 2, 1, 1, 2],
    }
    matrix = plays_matrix(plays, np.array([2, 5, 7, 9], dtype=np.int32), 5)
    assert matrix.shape == (4, 5)
    assert_allclose(matrix.toarray()[1], [1, 3, 0, 0, 0])


def test_a_source_without_scrobbles_has_none(tables, connection):
    vectors = tables["listener_vectors"].to_arrow_table()
    unknown = pa.array([None] * 4, pa.float32())
    bare = vectors.set_column(1, "log_scrobbles", unknown)
    by_part, _ = samples({**tables, "listener_vectors": connection.from_arrow(bare)})
    assert {sample.features.log_scrobbles is None for sample in by_part.values()} == {True}
