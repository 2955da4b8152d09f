from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from pipeline.stages._shared.plane import REACH, framed, principal_plane, unit_vectors


def test_the_plane_is_that_of_scikit_learn_but_for_signs() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 6)) * [5, 1, 3, 1, 1, 1]
    found, expected = principal_plane(vectors), PCA(2).fit_transform(vectors)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), rtol=1e-6, atol=1e-9)


def test_an_axis_points_to_its_largest_coefficient() -> None:
    line = np.arange(5.0)[:, None] * [1.0, -3.0, 2.0]
    along = principal_plane(line)[:, 0]
    # The second coefficient is the largest, and it falls.
    assert (np.diff(along) < 0).all()
    np.testing.assert_allclose(np.diff(along), -np.sqrt(14))


def test_one_dimension_and_one_point_are_laid_out_too() -> None:
    np.testing.assert_allclose(principal_plane(np.array([[1.0], [3.0]])), [[-1.0, 0.0], [1.0, 0.0]])
    assert framed(principal_plane(np.array([[0.3, 0.4, 0.5]]))).tolist() == [[0.0, 0.0]]


def test_a_frame_is_centred_and_keeps_proportions() -> None:
    found = framed(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]))
    assert found.tolist() == [[-REACH, -5.0], [REACH, -5.0], [REACH, 5.0], [-REACH, 5.0]]
    assert found.dtype == np.float32


def test_points_on_one_another_are_in_the_middle() -> None:
    alike = np.repeat(np.random.default_rng(1).normal(size=(1, 7)), 9, axis=0).astype(np.float32)
    assert not framed(principal_plane(alike)).any()


def test_a_vector_of_zeros_has_no_direction() -> None:
    found = unit_vectors(np.array([[3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.0, 0.0]], rtol=1e-12)
    assert found[1] == pytest.approx([0.0, 0.0], abs=0)
