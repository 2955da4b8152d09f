"""Data of single models with something to find in them."""

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.recipes._shared.model_data import Data


def blobs(counts=(120, 60, 20), *, seed=0, apart=1.5):
    """Overlapping classes of these sizes, a third as many in validation."""
    draw = np.random.default_rng(seed)
    k = len(counts)

    def part(sizes):
        y = np.repeat(np.arange(k), sizes)
        return (draw.normal(size=(len(y), k)) + apart * np.eye(k)[y]).astype(np.float32), y

    X, y = part(counts)
    valid_x, valid_y = part([max(1, c // 3) for c in counts])
    return Data(X=X, y=y, valid_x=valid_x, valid_y=valid_y, n_classes=k)


def lists(n=400, n_artists=30, seed=0):
    """Three classes, each with ten artists that it prefers."""
    draw = np.random.default_rng(seed)
    y = draw.integers(0, 3, n)
    odds = 0.05 + 0.25 * (np.arange(n_artists) // 10 == y[:, None])
    X = csr_matrix((draw.random((n, n_artists)) < odds).astype(np.float32))
    half = n // 2
    return Data(X[:half], y[:half], X[half:], y[half:], 3)
