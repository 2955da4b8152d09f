"""Several recipes' answers become one: a weighted mean of logits in each layer.

This is the logarithmic opinion pool (Genest and Zidek, "Combining probability distributions",
1986). Weights that sum to more than 1 make the pool surer than its members, and to less than 1
less sure, so they hold the temperature too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.hierarchy import Probabilities, log, log_loss, softmax, softmax_within

MOST_WEIGHT = 3.0
"""Largest weight of a member."""

PULL = 30.0
"""How strongly weights are drawn to each other: nats a squared difference from their mean, over all
listeners together, so that many listeners outweigh it.

A thousand validation listeners cannot tell members apart that are nearly alike: without it one
draw of the split gave one of two networks all the weight, and the next draw the other.
"""


def pool(members: Sequence[NDArray[Any]], weights: Sequence[float]) -> Probabilities:
    """Softmax of the weighted sum of ln p.

    Parameters
    ----------
    members : sequence of ndarrays of shape (n, n_classes)
        Probabilities of each member.
    weights : sequence of float
        One a member, 0 or more.

    Examples
    --------
    >>> pool([np.array([[0.5, 0.5]]), np.array([[0.8, 0.2]])], weights=[1.0, 1.0]).round(2)
    array([[0.8, 0.2]])
    """
    return softmax(_mixed(members, weights))


def pool_within(
    members: Sequence[NDArray[Any]],
    weights: Sequence[float],
    region_of: Sequence[int] | NDArray[Any],
) -> Probabilities:
    """Pool P(country | region), region by region; arguments as in `pool`.

    Examples
    --------
    >>> members = [np.array([[0.5, 0.5, 1.0]]), np.array([[0.8, 0.2, 1.0]])]
    >>> pool_within(members, [1.0, 1.0], region_of=(0, 0, 1)).round(2)
    array([[0.8, 0.2, 1. ]])
    """
    return softmax_within(_mixed(members, weights), region_of)


def _mixed(members: Sequence[NDArray[Any]], weights: Sequence[float]) -> Probabilities:
    mixed = weights[0] * log(members[0])
    for member, weight in zip(members[1:], weights[1:], strict=True):
        if weight:
            mixed += weight * log(member)
    return mixed


def fit_weights(
    members: Sequence[NDArray[Any]],
    truth: NDArray[Any],
    region_of: Sequence[int] | NDArray[Any] | None = None,
) -> tuple[float, ...]:
    """Weights with the least log loss on listeners that no member was fitted on.

    Parameters
    ----------
    members : sequence of ndarrays of shape (n, n_classes)
        Probabilities of each member; all P(region), or all P(country | region).
    truth : integer ndarray of shape (n,)
        Column of the true class.
    region_of : integers of shape (n_classes,), optional
        Column of each country's region where classes are countries within regions.

    Returns
    -------
    tuple of float
        One a member, from 0 to `MOST_WEIGHT`; equal ones where there are no listeners.

    Examples
    --------
    >>> truth = np.array([0, 0, 0, 0, 1] * 200)
    >>> right, wrong = np.tile([0.8, 0.2], (1000, 1)), np.tile([0.2, 0.8], (1000, 1))
    >>> fit_weights([right, wrong], truth)
    (0.957, 0.043)
    >>> fit_weights([right, right], truth)
    (0.5, 0.5)
    """
    equal = np.full(len(members), 1.0 / len(members))
    if len(truth) == 0:
        return tuple(equal.tolist())
    from scipy.optimize import minimize

    logits = np.stack([log(member) for member in members])

    def loss(weights: NDArray[np.float64]) -> float:
        mixed = np.tensordot(weights, logits, axes=1)
        probabilities = softmax(mixed) if region_of is None else softmax_within(mixed, region_of)
        spread = float(((weights - weights.mean()) ** 2).sum())
        return log_loss(probabilities, truth) + PULL / len(truth) * spread

    # The loss is convex in the weights: a logistic regression with one coefficient a member.
    found = minimize(loss, equal, method="L-BFGS-B", bounds=[(0.0, MOST_WEIGHT)] * len(members))
    return tuple(round(float(w), 4) for w in found.x)


def shrink_within(
    within: NDArray[Any],
    prior: NDArray[Any],
    listeners: NDArray[Any],
    strength: float,
) -> Probabilities:
    """Draw P(country | region) towards the region's prior where few listeners were learnt from.

    Parameters
    ----------
    within : ndarray of shape (n, n_countries)
        P(country | its region).
    prior : ndarray of shape (n_countries,)
        Share of the region's training listeners.
    listeners : ndarray of shape (n_countries,)
        Training listeners of the country's region.
    strength : float
        Listeners' worth of the prior; 0 leaves the second layer as it is.

    Examples
    --------
    >>> within, prior = np.array([[1.0, 0.0]]), np.array([0.5, 0.5])
    >>> shrink_within(within, prior, listeners=np.array([10, 10]), strength=10)
    array([[0.75, 0.25]])
    """
    counted = np.asarray(listeners, dtype=np.float64)
    own = counted / np.maximum(counted + strength, 1e-9) if strength else np.ones_like(counted)
    return np.asarray(own * within + (1 - own) * prior, dtype=np.float64)


def fit_shrinkage(
    within: NDArray[Any],
    truth: NDArray[Any],
    prior: NDArray[Any],
    listeners: NDArray[Any],
    strengths: Sequence[float] = (0.0, 3.0, 10.0, 30.0, 100.0),
) -> float:
    """Strength of `shrink_within` with the least log loss; the smallest of equal ones.

    Examples
    --------
    >>> prior, listeners = np.array([0.5, 0.5]), np.array([10, 10])
    >>> wrong = np.array([[0.9, 0.1]])
    >>> fit_shrinkage(wrong, np.array([1]), prior, listeners)
    100.0
    >>> fit_shrinkage(wrong, np.array([0]), prior, listeners)
    0.0
    """
    if len(truth) == 0:
        return strengths[0]
    losses = [log_loss(shrink_within(within, prior, listeners, s), truth) for s in strengths]
    return strengths[int(np.argmin(losses))]
