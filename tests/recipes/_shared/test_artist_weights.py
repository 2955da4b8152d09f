"""How much artists count: rarer ones more, those of few listeners not at all."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from planted_data import lists
from scipy.sparse import csr_matrix

from pipeline.core.model.evidence import VOCABULARY_LISTENERS
from pipeline.core.model.features import bag
from pipeline.recipes._shared.artist_weights import ROOT, artist_weights


def test_weights_make_the_mean_square_length_one():
    data = lists()
    weights = artist_weights(data.X, norm_power=ROOT)
    bags = bag(data.X, weights, norm_power=ROOT)
    assert bags.multiply(bags).sum() / bags.shape[0] == pytest.approx(1, rel=1e-4)
    # Rarer artists weigh more.
    listeners = np.bincount(data.X.indices, minlength=30)
    assert (np.diff(weights[np.argsort(listeners)]) <= 1e-6).all()


def test_artists_of_few_listeners_are_left_out():
    rows = np.concatenate([np.arange(VOCABULARY_LISTENERS), np.arange(VOCABULARY_LISTENERS - 1)])
    columns = np.repeat([0, 1], [VOCABULARY_LISTENERS, VOCABULARY_LISTENERS - 1])
    X = csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(9, 3))
    assert_array_equal(artist_weights(X, norm_power=1.0) > 0, [True, False, False])
    assert not artist_weights(X[:0], norm_power=ROOT).any()
