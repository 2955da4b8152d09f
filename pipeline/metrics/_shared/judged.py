"""What every metric is computed from, and computed once: truths beside probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]

ROWS_AT_ONCE = 16_384
"""Listeners compared at once: keeps the temporary arrays at a few megabytes."""


class Measured(NamedTuple):
    """A value and the number of listeners that it rests on; the value is None where undefined."""

    value: float | None
    n: int


def share(part: float, whole: int) -> Measured:
    """`part` of `whole` listeners; undefined where there are none."""
    return Measured(float(part) / int(whole) if whole else None, int(whole))


def mean(values: NDArray[Any]) -> Measured:
    """Mean over listeners in double precision; undefined where there are none."""
    return share(values.sum(dtype=np.float64), len(values))


@dataclass(frozen=True, eq=False)
class Judged:
    """Listeners of one part in one view: their true class, and the probability of each class.

    A class is a country or a region, by its position in the columns of `probabilities`.

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
        Position of each listener's class.
    probabilities : ndarray of float, shape (n, k)
        Probability of each class for each listener.
    support : ndarray of int, shape (k,)
        Training listeners of each class.
    """

    truth: Integers
    probabilities: Floats
    support: Integers

    @property
    def n(self) -> int:
        """Listeners."""
        return int(self.truth.size)

    @property
    def classes(self) -> int:
        """Classes, whether or not a listener has them."""
        return int(self.probabilities.shape[1])

    @cached_property
    def predicted(self) -> Integers:
        """The most probable class, shape (n,); of equal ones the first by position."""
        predicted: Integers = self.probabilities.argmax(axis=1)
        return predicted

    @cached_property
    def top_probability(self) -> Floats:
        """Probability of the most probable class, shape (n,)."""
        return self.probabilities[np.arange(self.n), self.predicted]

    @cached_property
    def probability_of_truth(self) -> Floats:
        """Probability given to the true class, shape (n,)."""
        return self.probabilities[np.arange(self.n), self.truth]

    @cached_property
    def rank_of_truth(self) -> Integers:
        """Rank of the true class, shape (n,), from 1.

        1 + the classes that are more probable or as probable and earlier by position, so that
        rank 1 means exactly that the class is `predicted`.
        """
        ranks = np.empty(self.n, dtype=np.int64)
        positions = np.arange(self.classes)
        for start in range(0, self.n, ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            given = self.probabilities[rows]
            of_truth = self.probability_of_truth[rows, np.newaxis]
            earlier = positions < self.truth[rows, np.newaxis]
            ahead = (given > of_truth) | ((given == of_truth) & earlier)
            ranks[rows] = 1 + np.count_nonzero(ahead, axis=1)
        return ranks

    def _pairs(self, second: Integers) -> Integers:
        """How often each true class meets each of `second`, shape (k, k)."""
        k = self.classes
        pairs = np.bincount(self.truth.astype(np.int64) * k + second, minlength=k * k)
        return pairs.reshape(k, k)

    @cached_property
    def confusion(self) -> Integers:
        """Listeners by true class (rows) and predicted class (columns), shape (k, k)."""
        return self._pairs(self.predicted)

    @cached_property
    def of_class(self) -> Integers:
        """Listeners who have each class, shape (k,)."""
        listeners: Integers = self.confusion.sum(axis=1)
        return listeners

    @cached_property
    def taken_for(self) -> Integers:
        """Listeners predicted to have each class, shape (k,)."""
        predictions: Integers = self.confusion.sum(axis=0)
        return predictions

    @cached_property
    def right(self) -> Integers:
        """Listeners of each class who are predicted to have it, shape (k,)."""
        return self.confusion.diagonal()

    @cached_property
    def _by_rank(self) -> Integers:
        return self._pairs(self.rank_of_truth - 1)

    def in_top(self, m: int) -> Integers:
        """Listeners of each class who have it among their `m` most probable, shape (k,)."""
        counts: Integers = self._by_rank[:, :m].sum(axis=1)
        return counts

    def macro(self, part: Integers, whole: Integers) -> Measured:
        """Mean of `part` / `whole` over the classes that some listener has, all weighing the same.

        Both have shape (k,). A class whose `whole` is 0 counts as 0. Equals scikit-learn's
        ``average="macro", labels=np.unique(truth), zero_division=0``.
        """
        present = self.of_class > 0
        if not present.any():
            return Measured(None, 0)
        ratios = part[present] / np.maximum(whole[present], 1)
        return Measured(float(ratios.mean()), self.n)
