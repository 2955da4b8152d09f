"""Countries within regions: combining and splitting layers, temperature, prior adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]

SMALLEST = float(np.finfo(np.float64).tiny)
"""Stands for a probability of 0 under a logarithm; far below anything a model gives."""

FIT_FLOOR = 1e-15
"""Least probability of the truth that counts as it is where a loss is made small.

It lies far below what a model gives: above it, a fit that is wrong feels how to be less so.
"""

REPORT_FLOOR = float(np.finfo(np.float32).eps)
"""Least probability of the truth that counts as it is where a loss is told: 15.9 nats at most.

As in scikit-learn's ``log_loss`` of 32-bit floats, so that one listener cannot rule the mean.
"""

TEMPERATURE_BOUNDS = (0.2, 5.0)
"""Range in which a temperature is sought."""


@dataclass(frozen=True)
class Layers:
    """What a recipe says of n listeners, over countries, regions, and countries within regions.

    Attributes
    ----------
    country : float64 ndarray of shape (n, n_countries)
        P(country); rows sum to 1.
    region : float64 ndarray of shape (n, n_regions)
        P(region); rows sum to 1.
    within : float64 ndarray of shape (n, n_countries)
        P(country | its region); within each region a row sums to 1.

    Examples
    --------
    >>> layers = split(np.array([[0.25, 0.25, 0.5]]), region_of=(0, 0, 1))
    >>> layers.region
    array([[0.5, 0.5]])
    >>> layers.within
    array([[0.5, 0.5, 1. ]])
    """

    country: Probabilities
    region: Probabilities
    within: Probabilities


def softmax(logits: NDArray[Any]) -> Probabilities:
    """Turn each row of logits, finite or -inf, into probabilities that sum to 1.

    Examples
    --------
    >>> softmax(np.log([[1, 3]])).round(2)
    array([[0.25, 0.75]])
    """
    shifted = np.asarray(logits, dtype=np.float64)
    powers = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def log(probabilities: NDArray[Any]) -> Probabilities:
    """Natural logarithm that stays finite at 0.

    Examples
    --------
    >>> log(np.array([1.0, 0.0])).round(1)
    array([   0. , -708.4])
    """
    return np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), SMALLEST))


def softmax_within(logits: NDArray[Any], region_of: Sequence[int] | NDArray[Any]) -> Probabilities:
    """Turn each row of logits into probabilities that sum to 1 within each region.

    Parameters
    ----------
    logits : ndarray of shape (n, n_countries)
    region_of : integers of shape (n_countries,)
        Column of each country's region.

    Examples
    --------
    >>> softmax_within(np.log([[1, 3, 5]]), region_of=(0, 0, 1)).round(2)
    array([[0.25, 0.75, 1.  ]])
    """
    columns = np.asarray(region_of)
    wide = np.asarray(logits, dtype=np.float64)
    probabilities = np.empty_like(wide)
    for region in range(columns.max() + 1):
        members = np.flatnonzero(columns == region)
        probabilities[:, members] = softmax(wide[:, members])
    return probabilities


def normalise(weights: NDArray[Any]) -> Probabilities:
    """Scale rows of non-negative weights to sum to 1, in float64.

    Examples
    --------
    >>> normalise(np.array([[1, 3]]))
    array([[0.25, 0.75]])
    """
    wide = np.asarray(weights, dtype=np.float64)
    return np.asarray(wide / wide.sum(axis=1, keepdims=True))


def losses(of_truth: NDArray[Any], *, floor: float = FIT_FLOOR) -> NDArray[Any]:
    """-ln P(truth) of each listener, in nats, in the precision that comes.

    Parameters
    ----------
    of_truth : floating ndarray of shape (n,)
        P(truth) of each listener.
    floor : float
        Least probability that counts as it is, so that one miss stays finite.

    Examples
    --------
    >>> losses(np.array([1.0, 0.5, 0.0]), floor=1e-3).round(3).tolist()
    [-0.0, 0.693, 6.908]
    """
    return np.asarray(-np.log(np.maximum(of_truth, floor)))


def log_loss(probabilities: NDArray[Any], truth: NDArray[Any]) -> float:
    """Mean of `losses` over listeners; NaN over none.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
    truth : integer ndarray of shape (n,)
        Column of the true class.

    Examples
    --------
    >>> probabilities = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> round(log_loss(probabilities, np.array([0, 1])), 4)  # -(ln 0.5 + ln 0.75) / 2
    0.4904
    """
    if len(truth) == 0:
        return float("nan")
    of_truth = np.asarray(probabilities, dtype=np.float64)[np.arange(len(truth)), truth]
    return float(losses(of_truth).mean())


def combine(
    region: NDArray[Any],
    within: NDArray[Any],
    region_of: Sequence[int] | NDArray[Any],
    top_regions: int | None = None,
) -> Probabilities:
    """P(country) = P(region) · P(country | region), over all or a listener's likeliest regions.

    Parameters
    ----------
    region : ndarray of shape (n, n_regions)
        P(region).
    within : ndarray of shape (n, n_countries)
        P(country | its region).
    region_of : integers of shape (n_countries,)
        Column of each country's region.
    top_regions : int, optional
        Only this many of a listener's likeliest regions count, scaled to sum to 1; of equally
        likely ones the first. None: all.

    Returns
    -------
    float64 ndarray of shape (n, n_countries)

    Examples
    --------
    >>> region, within = np.array([[0.6, 0.4]]), np.array([[0.5, 0.5, 1.0]])
    >>> combine(region, within, region_of=(0, 0, 1))
    array([[0.3, 0.3, 0.4]])
    >>> combine(region, within, region_of=(0, 0, 1), top_regions=1)
    array([[0.5, 0.5, 0. ]])
    """
    weights = np.asarray(region, dtype=np.float64)
    if top_regions is not None and top_regions < weights.shape[1]:
        likeliest = np.argsort(-weights, axis=1, kind="stable")[:, :top_regions]
        kept = np.zeros_like(weights)
        np.put_along_axis(kept, likeliest, np.take_along_axis(weights, likeliest, axis=1), axis=1)
        weights = normalise(kept)
    return weights[:, np.asarray(region_of)] * np.asarray(within, dtype=np.float64)


def split(country: NDArray[Any], region_of: Sequence[int] | NDArray[Any]) -> Layers:
    """Read both layers out of P(country), so that a recipe without layers has them too.

    P(region) is the sum over its countries, P(country | region) the share of that sum. A region
    whose sum is 0 says nothing of its countries: they are then equally likely.

    Parameters
    ----------
    country : ndarray of shape (n, n_countries)
        P(country), scaled to sum to 1.
    region_of : integers of shape (n_countries,)
        Column of each country's region; every region has a country.

    Examples
    --------
    >>> layers = split(np.array([[0.3, 0.3, 0.4]]), region_of=(0, 0, 1))
    >>> layers.region
    array([[0.6, 0.4]])
    >>> layers.within
    array([[0.5, 0.5, 1. ]])
    """
    columns = np.asarray(region_of)
    membership = (columns[:, None] == np.arange(columns.max() + 1)).astype(np.float64)
    probabilities = normalise(country)
    region = probabilities @ membership
    sums = region[:, columns]
    within = np.tile(1.0 / membership.sum(axis=0)[columns], (len(probabilities), 1))
    np.divide(probabilities, sums, out=within, where=sums > 0)
    return Layers(country=probabilities, region=region, within=within)


def temper(probabilities: NDArray[Any], temperature: float) -> Probabilities:
    """softmax(log p / T): above 1 less sure, below 1 surer; the ranking stays.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
    temperature : float
        Above 0.

    Examples
    --------
    >>> temper(np.array([[0.8, 0.2]]), 2).round(3)  # as the roots of 0.8 and 0.2
    array([[0.667, 0.333]])
    """
    if not temperature > 0:
        raise ValueError(f"a temperature above 0 is expected, {temperature} came")
    return softmax(log(probabilities) / temperature)


def fit_temperature(probabilities: NDArray[Any], truth: NDArray[Any]) -> float:
    """Temperature with the least mean log loss on listeners that the model was not fitted on.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
    truth : integer ndarray of shape (n,)
        Column of the true class.

    Returns
    -------
    float
        Within `TEMPERATURE_BOUNDS`; 1 where no listener or a single class leaves no choice.

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1]] * 4)  # and right three times in four
    >>> temperature = fit_temperature(sure, np.array([0, 0, 0, 1]))
    >>> round(temperature, 2)
    2.0
    >>> temper(sure, temperature)[0].round(2)
    array([0.75, 0.25])
    """
    if len(truth) == 0 or np.shape(probabilities)[1] == 1:
        return 1.0
    from scipy.optimize import minimize_scalar

    low, high = np.log(TEMPERATURE_BOUNDS)
    logits = log(probabilities)
    # The loss has one valley: it is convex in 1 / T.
    found = minimize_scalar(
        lambda log_t: log_loss(softmax(logits / np.exp(log_t)), truth),
        bounds=(low, high),
        method="bounded",
    )
    return float(np.exp(found.x))


def adjust_prior(probabilities: NDArray[Any], prior: NDArray[Any], tau: float) -> Probabilities:
    """Divide by prior^tau and scale to sum to 1: how much the size of a class counts.

    This is the logit adjustment of Menon et al., "Long-tail learning via logit adjustment"
    (2021), made after training. At `tau` 0 nothing changes; at 1 classes compete as if all were
    equally frequent.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
    prior : ndarray of shape (n_classes,)
        Share of each class in training, above 0.
    tau : float
        Strength of the adjustment.

    Examples
    --------
    >>> shares = np.array([0.8, 0.2])
    >>> adjust_prior(np.array([[0.8, 0.2]]), shares, tau=1).round(2)
    array([[0.5, 0.5]])
    >>> adjust_prior(np.array([[0.8, 0.2]]), shares, tau=0).round(2)
    array([[0.8, 0.2]])
    """
    shares = np.asarray(prior, dtype=np.float64)
    empty = np.flatnonzero(~(shares > 0))
    if empty.size:
        raise ValueError(
            f"a prior above 0 is expected for every class; those at {empty.tolist()} have none"
        )
    return softmax(log(probabilities) - tau * np.log(shares))
