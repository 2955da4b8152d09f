"""Laying vectors out on a plane: what the maps of artists and of countries share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REACH = 10.0
"""How far from the centre a map goes."""

ROUNDING = 1e-9
"""Points that differ by less lie on one another."""


def unit_vectors(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Scale each of `vectors`, shape (n, d), to length 1; one of length 0 stays as it is."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.floating] = vectors / np.where(length > 0, length, 1)
    return unit


def principal_plane(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Project vectors on the two axes along which they differ most.

    Parameters
    ----------
    vectors : ndarray of shape (n, d)
        One row a point.

    Returns
    -------
    ndarray of shape (n, 2)
        Coordinates around 0, the wider axis first; 0 where the vectors do not differ. An axis
        points to where its largest coefficient is positive, so that a map is never mirrored.
    """
    centred = vectors - vectors.mean(axis=0, dtype=np.float64).astype(vectors.dtype)
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    first = axes[:, ::-1][:, :2]
    largest = first[np.abs(first).argmax(axis=0), np.arange(first.shape[1])]
    placed = np.zeros((len(vectors), 2), dtype=vectors.dtype)
    placed[:, : first.shape[1]] = centred @ (first * np.sign(largest)).astype(vectors.dtype)
    return placed


def framed(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Centre points, shape (n, 2), and scale both axes alike so that the farthest is at REACH."""
    centred = points - points.mean(axis=0, dtype=np.float64)
    farthest = np.abs(centred).max(initial=0.0)
    scale = REACH / farthest if farthest > ROUNDING else 0.0
    placed: NDArray[np.float32] = (centred * scale).astype(np.float32)
    return placed
