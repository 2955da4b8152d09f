"""Adam: steps whose size follows the gradients seen so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEADY = 0.9
"""Memory of gradients."""

STEADY_SQUARES = 0.999
"""Memory of squared gradients."""

EVERYWHERE = slice(None)
"""All rows of an array."""


class Adam:
    """Moves float32 arrays, which it changes in place, against their gradients.

    After Kingma and Ba, "Adam: a method for stochastic optimization" (2015). Where a step is told
    some rows of an array alone, the others stay, and so does what is remembered of them.

    Parameters
    ----------
    arrays : sequence of float32 ndarrays
    """

    def __init__(self, arrays: Sequence[NDArray[np.float32]]) -> None:
        self._arrays = arrays
        self._memories = [(np.zeros_like(array), np.zeros_like(array)) for array in arrays]
        self.steps = 0

    def step(
        self, gradients: Sequence[NDArray[np.float32]], rows: Sequence[Any], rate: float
    ) -> None:
        """Make one step.

        Parameters
        ----------
        gradients : sequence of float32 ndarrays
            One an array, of the rows that move.
        rows : sequence
            Which those are: positions, or `EVERYWHERE`.
        rate : float
            Size of a step along a steady gradient.
        """
        self.steps += 1
        # Both memories start at 0 and are small at first.
        size = np.float32(rate / (1 - STEADY**self.steps))
        grown = np.float32(1 - STEADY_SQUARES**self.steps)
        for array, (first, second), where, gradient in zip(
            self._arrays, self._memories, rows, gradients, strict=True
        ):
            mean = STEADY * first[where] + np.float32(1 - STEADY) * gradient
            square = STEADY_SQUARES * second[where] + np.float32(1 - STEADY_SQUARES) * gradient**2
            first[where], second[where] = mean, square
            array[where] -= size * mean / (np.sqrt(square / grown) + np.float32(1e-8))
