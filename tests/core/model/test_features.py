"""Weights, sparse matrices and mean vectors, against values worked out by hand and by pandas."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from pipeline.core.model.features import (
    UNKNOWN_PLAYCOUNT_WEIGHT,
    Features,
    artist_matrix,
    bag,
    inverse_frequencies,
    log_scrobbles,
    mean_vectors,
    play_weights,
)

VECTORS = np.array([[1, 0], [0, 2], [0, 0], [4, 4]], dtype=np.float32)
KNOWN = np.array([True, True, False, True])


def matrix_of(*plays, n_listeners, n_artists=4):
    """Plays as (listener, artist, playcount)."""
    rows, artists, counts = (np.array(c) for c in zip(*plays, strict=True))
    return artist_matrix(
        rows,
        artists,
        counts.astype(float),
        np.arange(1, len(plays) + 1),
        n_listeners=n_listeners,
        n_artists=n_artists,
    )


def features(n=3, scrobbles=True):
    vectors = np.arange(2 * n, dtype=np.float32).reshape(n, 2)
    plays = [(i, i % 4, 9) for i in range(n)]
    known = np.arange(n, dtype=np.int32)
    logs = np.array([1.5, np.nan, 2.5][:n], dtype=np.float32) if scrobbles else None
    heard = np.arange(2 * n, dtype=np.float32).reshape(n, 2)
    return Features(vectors, logs, matrix_of(*plays, n_listeners=n), known, heard, -heard)


def test_weight_is_the_decimal_logarithm_of_plays_plus_one():
    weights = play_weights(np.array([0.0, 9.0, 99.0, 999_999.0]), np.arange(1, 5))
    assert weights.dtype == np.float64
    assert_allclose(weights, [0, 1, 2, 6])


def test_unknown_play_counts_weigh_as_nine_plays_at_any_rank():
    weights = play_weights(np.array([np.nan, 9.0, np.nan]), np.array([1, 2, 50]))
    assert UNKNOWN_PLAYCOUNT_WEIGHT == 1.0
    assert_allclose(weights, [1.0, 1.0, 1.0])


def test_negative_play_counts_are_refused_and_counted():
    with pytest.raises(ValueError, match="2 of 3 are negative"):
        play_weights(np.array([-1.0, 5.0, -2.0]), np.array([1, 2, 3]))


def test_ranks_of_other_plays_are_refused():
    with pytest.raises(ValueError, match="one rank a play"):
        play_weights(np.array([1.0, 5.0]), np.array([1]))


def test_artist_matrix_lays_weights_out():
    matrix = matrix_of((0, 3, 99), (2, 0, 9), n_listeners=3)
    assert matrix.dtype == np.float32
    assert_allclose(matrix.toarray(), [[0, 0, 0, 2], [0, 0, 0, 0], [1, 0, 0, 0]])


def test_mean_is_weighted_and_over_known_artists_only():
    # Weights 1 and 2 on known artists 0 and 1, 6 on artist 2, which has no vector.
    matrix = matrix_of((0, 0, 9), (0, 1, 99), (0, 2, 999_999), n_listeners=1)
    means, known = mean_vectors(matrix, VECTORS, KNOWN)
    assert means.dtype == np.float32 and known.dtype == np.int32
    assert_allclose(means, [[1 / 3, 4 / 3]], rtol=1e-6)
    assert_array_equal(known, [2])


def test_mean_is_zero_where_no_artist_is_known():
    matrix = matrix_of((0, 2, 9), (2, 3, 9), n_listeners=3)
    means, known = mean_vectors(matrix, VECTORS, KNOWN)
    assert_array_equal(means, [[0, 0], [0, 0], [4, 4]])
    assert_array_equal(known, [0, 0, 1])


def test_an_artist_played_zero_times_is_known_and_weighs_nothing():
    means, known = mean_vectors(matrix_of((0, 0, 0), n_listeners=1), VECTORS, KNOWN)
    assert_array_equal(means, [[0, 0]])
    assert_array_equal(known, [1])


def test_means_equal_those_of_pandas():
    draw = np.random.default_rng(0)
    plays = pd.DataFrame({"row": draw.integers(0, 20, 300), "artist": draw.integers(0, 40, 300)})
    plays = plays.drop_duplicates(ignore_index=True)
    plays["playcount"] = draw.integers(0, 5000, len(plays)).astype(float)
    vectors = draw.normal(size=(40, 8)).astype(np.float32)
    known = draw.random(40) < 0.7
    vectors[~known] = 0
    matrix = artist_matrix(
        plays["row"].to_numpy(),
        plays["artist"].to_numpy(),
        plays["playcount"].to_numpy(),
        np.ones(len(plays), dtype=int),
        n_listeners=20,
        n_artists=40,
    )
    kept = plays[known[plays["artist"]]]
    expected = np.zeros((20, 8))
    for row, group in kept.groupby("row"):
        weights = np.log10(group["playcount"] + 1)
        expected[row] = np.average(vectors[group["artist"]], axis=0, weights=weights)
    assert_allclose(mean_vectors(matrix, vectors, known)[0], expected, atol=1e-5)


def test_vectors_of_other_artists_are_refused():
    with pytest.raises(ValueError, match="4, 3 and 4 came"):
        mean_vectors(matrix_of((0, 0, 9), n_listeners=1), VECTORS[:3], KNOWN)


def test_log_scrobbles_is_the_natural_logarithm_of_one_more():
    logs = log_scrobbles(np.array([0, np.e - 1, np.nan]))
    assert logs.dtype == np.float32
    assert_allclose(logs, [0, 1, np.nan], atol=1e-7)


def test_rows_take_every_part_along():
    taken = features().rows(np.array([2, 0]))
    assert len(taken) == 2
    assert_array_equal(taken.vectors, [[4, 5], [0, 1]])
    assert_array_equal(taken.log_scrobbles, np.array([2.5, 1.5], dtype=np.float32))
    assert_array_equal(taken.artists.toarray(), [[0, 0, 1, 0], [1, 0, 0, 0]])
    assert_array_equal(taken.known_artists, [2, 0])
    assert_array_equal(taken.evidence, [[4, 5], [0, 1]])
    assert_array_equal(taken.outside, [[-4, -5], [0, -1]])


@pytest.mark.parametrize("index", [slice(1, None), np.array([False, True, True])])
def test_rows_take_a_slice_or_a_mask(index):
    assert_array_equal(features(scrobbles=False).rows(index).vectors, [[2, 3], [4, 5]])


def test_names_put_scrobbles_last():
    dense = features().read(features().names)
    assert dense.dtype == np.float32
    assert_array_equal(dense, [[0, 1, 1.5], [2, 3, np.nan], [4, 5, 2.5]])


def test_names_without_scrobbles_are_the_vectors():
    assert features(scrobbles=False).names == ("vectors",)
    assert features(scrobbles=False).read(("vectors",)).shape == (3, 2)


def test_a_model_reads_what_it_was_fitted_on():
    assert_array_equal(features().read(("vectors",)), features().vectors)
    asked = features(scrobbles=False).read(("evidence", "log_scrobbles", "outside"))
    assert_array_equal(asked[:, :2], features().evidence)
    assert np.isnan(asked[:, 2]).all()
    assert_array_equal(asked[:, 3:], features().outside)


def test_artists_are_read_alone_and_sparse():
    assert_array_equal(features().read(("artists",)).toarray(), features().artists.toarray())
    with pytest.raises(ValueError, match=r"\['artists', 'taste'\] came"):
        features().read(("artists", "vectors", "taste"))


def test_a_bag_is_shortened_by_a_power_of_its_length():
    lists = csr_matrix(np.array([[3.0, 0, 2.0], [0, 0, 0], [0, 5.0, 1.0]], dtype=np.float32))
    weights = np.array([1, 0, 2], dtype=np.float32)
    # Weighted, the first list is (3, 0, 4), five long; the third keeps its last artist alone.
    for power, expected in (
        (1.0, [[0.6, 0, 0.8], [0, 0, 0], [0, 0, 1]]),
        (0.5, [[3 / 5**0.5, 0, 4 / 5**0.5], [0, 0, 0], [0, 0, 2**0.5]]),
        (0.0, [[3, 0, 4], [0, 0, 0], [0, 0, 2]]),
    ):
        assert_allclose(bag(lists, weights, norm_power=power).toarray(), expected, rtol=1e-6)


def test_inverse_frequencies_and_unit_length_are_scikit_learns_tf_idf():
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = csr_matrix((np.random.default_rng(3).random((30, 8)) < 0.4).astype(np.float32))
    ours = bag(counts, inverse_frequencies(counts), norm_power=1.0)
    theirs = TfidfTransformer().fit_transform(counts)
    assert_allclose(ours.toarray(), theirs.toarray(), rtol=1e-5)


def test_features_of_different_listeners_are_refused():
    whole = features()
    with pytest.raises(ValueError, match="'known_artists': 2"):
        Features(
            whole.vectors,
            whole.log_scrobbles,
            whole.artists,
            whole.known_artists[:2],
            whole.evidence,
            whole.outside,
        )
