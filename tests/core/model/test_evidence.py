"""Evidence against values worked out by hand."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from pipeline.core.model.evidence import (
    PSEUDO_LISTENERS,
    ArtistKnowledge,
    Expected,
    artist_evidence,
    listener_evidence,
    name_evidence,
    weight_of,
)
from pipeline.core.model.hierarchy import split

REGION_OF = (0, 0, 1)
EXPECTED = Expected.of(np.array([60, 20, 20]), REGION_OF)
WORLD = split(np.array([[0.6, 0.2, 0.2]] * 3), REGION_OF)


def test_shares_are_of_all_and_of_the_region():
    assert_allclose(EXPECTED.region, [0.8, 0.2])
    assert_allclose(EXPECTED.within, [0.75, 0.25, 1.0])


def test_an_audience_like_everybodys_says_nothing():
    counts = np.array([[60, 20, 20], [0, 0, 0], [6, 2, 2]])
    assert_allclose(artist_evidence(counts, WORLD, EXPECTED), np.zeros((3, 5)), atol=1e-6)


def test_evidence_is_shrunk_by_pseudo_listeners_in_each_layer():
    counts = np.array([[0, 20, 0], [0, 0, 200], [0, 2, 0]])
    found = artist_evidence(counts, WORLD, EXPECTED)
    m = PSEUDO_LISTENERS
    # Of 20 listeners all in region 0, and there all in the second country.
    assert_allclose(found[0, 0], np.log((20 + m * 0.8) / (20 + m) / 0.8), rtol=1e-6)
    assert_allclose(found[0, 1], np.log(m * 0.2 / (20 + m) / 0.2), rtol=1e-6)
    assert_allclose(found[0, 3], np.log((20 + m * 0.25) / (20 + m) / 0.25), rtol=1e-6)
    # Nobody in region 1: its one country is as expected there.
    assert found[0, 4] == 0
    # Two listeners say the same more quietly.
    assert 0 < found[2, 3] < found[0, 3]
    # Nobody in region 0 leaves its countries as expected.
    assert_allclose(found[1, 2:4], 0, atol=1e-6)


def test_a_name_stands_in_until_listeners_speak():
    named = split(np.array([[0.1, 0.1, 0.8]]), REGION_OF)
    alone = name_evidence(named, EXPECTED)
    assert_allclose(alone[0, :2], np.log([0.2 / 0.8, 0.8 / 0.2]), rtol=1e-6)
    against = artist_evidence(np.array([[2000, 0, 0]]), named, EXPECTED)
    assert against[0, 0] > 0 > against[0, 1]
    assert_array_equal(artist_evidence(np.zeros((1, 3)), named, EXPECTED), alone)


def test_artists_of_a_listener_add_up_over_the_root_of_the_weight():
    matrix = csr_matrix(np.array([[1.0, 3.0, 0], [0, 0, 0]], dtype=np.float32))
    evidence = np.array([[2.0], [-1.0], [9.0]], dtype=np.float32)
    # (1 · 2 + 3 · -1) / 2
    found = listener_evidence(matrix, evidence, weight_of(matrix))
    assert_allclose(found, [[-0.5], [0.0]])


def test_knowledge_gives_strangers_a_voice_outside_the_vocabulary():
    knowledge = ArtistKnowledge(
        vectors=np.eye(3, 2, dtype=np.float32),
        embedded=np.array([True, True, False]),
        evidence=np.array([[2.0], [4.0], [6.0]], dtype=np.float32),
        vocabulary=np.array([True, False, True]),
    )
    matrix = csr_matrix(np.array([[1.0, 1.0, 0.0]], dtype=np.float32))
    alone = knowledge.features(matrix, None)
    assert_allclose(alone.evidence, [[6 / 2**0.5]])
    assert_allclose(alone.outside, [[4 / 2**0.5]])
    assert_allclose(alone.vectors, [[0.5, 0.5]])
    strangers = csr_matrix(np.array([[2.0]], dtype=np.float32))
    heard = knowledge.features(
        matrix, None, strangers=strangers, stranger_evidence=np.array([[5.0]], dtype=np.float32)
    )
    # The stranger's weight counts in the root, too: 1 + 1 + 2.
    assert_allclose(heard.evidence, [[(6 + 10) / 2]])
    assert_allclose(heard.outside, [[(4 + 10) / 2]])
    assert_allclose(heard.vectors, alone.vectors)
