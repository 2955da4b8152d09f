"""Adam against the formulas of its paper, in double precision."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pipeline.recipes._shared.adam import EVERYWHERE, Adam


def by_hand(start, gradients, rate):
    """Kingma and Ba (2015), algorithm 1, with its own memories of 0.9 and 0.999."""
    value, first, second = float(start), 0.0, 0.0
    for step, gradient in enumerate(gradients, 1):
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        value -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return value


def array(*values):
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize("gradients", [[3.0], [3.0, 3.0], [3.0, -1.0, 0.5, 2.0]])
def test_steps_are_those_of_the_paper(gradients):
    moved = array(1.0, -2.0)
    adam = Adam([moved])
    for gradient in gradients:
        adam.step([array(gradient, -gradient)], [EVERYWHERE], 0.1)
    assert_allclose(moved[0], by_hand(1.0, gradients, 0.1), rtol=1e-5)
    assert_allclose(moved[1], by_hand(-2.0, [-g for g in gradients], 0.1), rtol=1e-5)
    assert adam.steps == len(gradients)


def test_the_first_step_is_the_rate_whatever_the_size_of_the_gradient():
    moved = array(0.0, 0.0, 0.0)
    Adam([moved]).step([array(1e-3, 1.0, -1e3)], [EVERYWHERE], 0.1)
    assert_allclose(moved, [-0.1, -0.1, 0.1], rtol=1e-4)


def test_rows_that_a_step_leaves_out_stay_and_so_does_what_is_known_of_them():
    table, all_rows = np.ones((3, 2), dtype=np.float32), array(5.0)
    adam = Adam([table, all_rows])
    steady = np.full((1, 2), 2.0, dtype=np.float32)
    adam.step([steady, array(1.0)], [np.array([1]), EVERYWHERE], 0.1)
    assert_array_equal(table[[0, 2]], np.ones((2, 2)))
    assert_allclose(table[1], 0.9, rtol=1e-5)
    # The first move of row 2 comes at the second step, with memories that start at 0.
    adam.step([steady, array(1.0)], [np.array([2]), EVERYWHERE], 0.1)
    assert_allclose(table[1], 0.9, rtol=1e-5)
    assert_allclose(table[2], by_hand(1.0, [0.0, 2.0], 0.1), rtol=1e-5)
    assert_allclose(all_rows, by_hand(5.0, [1.0, 1.0], 0.1), rtol=1e-5)
