from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.config import EmbedArtistsConfig
from pipeline.stages._shared.factors import factorise

Pairs = tuple[np.ndarray, np.ndarray]


def pairs(lists: list[list[int]]) -> Pairs:
    """Listener and artist of each play."""
    listener = np.repeat(np.arange(len(lists)), [len(artists) for artists in lists])
    return listener.astype(np.int32), np.concatenate(lists).astype(np.int32)


def random_pairs(listeners: int = 300, artists: int = 40) -> Pairs:
    random = np.random.default_rng(0)
    return pairs([random.choice(artists, 6, replace=False).tolist() for _ in range(listeners)])


def test_artists_without_a_common_listener_have_an_axis_each() -> None:
    lists = [[7], [7], [7], [7], [3], [3]]
    config = EmbedArtistsConfig(vector_size=2, damping=0.25)
    artists, vectors = factorise(*pairs(lists), config, seed=0)
    assert artists.tolist() == [3, 7]
    # Singular values are 4^(1/2 - 1/4) and 2^(1/2 - 1/4): the artist of four comes first.
    expected = [[0, 2**-0.25], [4**-0.25, 0]]
    np.testing.assert_allclose(np.abs(vectors), expected, atol=1e-5)


def test_sums_of_vectors_are_what_numpy_finds() -> None:
    listener, artist = random_pairs()
    config = EmbedArtistsConfig(vector_size=5, damping=0.5, iterations=60)
    artists, vectors = factorise(listener, artist, config, seed=0)
    played = np.zeros((300, 40))
    played[listener, artist] = 1
    left, size, _ = np.linalg.svd(played / np.sqrt(played.sum(axis=0)), full_matrices=False)
    assert artists.tolist() == list(range(40))
    # The sign of an axis is free.
    expected = np.abs(left * size)[:, :5]
    np.testing.assert_allclose(np.abs(played @ vectors), expected, atol=1e-3)


def test_there_are_no_more_axes_than_artists_or_differences() -> None:
    config = EmbedArtistsConfig(vector_size=8)
    assert factorise(*pairs([[0], [0], [1], [1]]), config, seed=0)[1].shape == (2, 2)
    # Whoever plays 0 plays 1: they differ in nothing.
    assert factorise(*pairs([[0, 1], [0, 1], [2], [2]]), config, seed=0)[1].shape == (3, 2)


def test_a_listener_of_rare_artists_alone_does_not_count() -> None:
    config = EmbedArtistsConfig(vector_size=2, min_count=2)
    with_rare = factorise(*pairs([[0], [9], [0], [1], [1]]), config, seed=0)
    without = factorise(*pairs([[0], [0], [1], [1]]), config, seed=0)
    assert with_rare[0].tolist() == [0, 1]
    np.testing.assert_array_equal(with_rare[1], without[1])


def test_threads_do_not_change_the_vectors() -> None:
    # Small enough to be quick, large enough for threads to share a product.
    random = np.random.default_rng(0)
    listener, artist = np.nonzero(random.random((3000, 1500)) < 0.01)
    config = EmbedArtistsConfig(vector_size=64, iterations=3)
    lists = listener.astype(np.int32), artist.astype(np.int32)
    with threadpool_limits(limits=1):
        alone = factorise(*lists, config, seed=0)[1]
    with threadpool_limits(limits=2):
        np.testing.assert_array_equal(factorise(*lists, config, seed=0)[1], alone)


def test_nobody_frequent_gives_nothing() -> None:
    config = EmbedArtistsConfig(vector_size=4, min_count=3)
    artists, vectors = factorise(*pairs([[0], [1]]), config, seed=0)
    assert artists.tolist() == []
    assert vectors.shape == (0, 4)
