"""What can be moved after training: how much the size of a country counts, and prediction sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.hierarchy import (
    Layers,
    Probabilities,
    adjust_prior,
    fit_temperature,
    split,
    temper,
)

TAUS = tuple(round(0.05 * i, 2) for i in range(21))
"""Strengths of the prior adjustment that are measured, from 0 to 1."""

COVERAGE = 0.9
"""Share of listeners whose country a prediction set should hold."""

PSEUDO_LISTENERS = 30.0
"""Listeners' worth of everybody in the threshold of each region.

With none, the threshold of a region with 20 validation listeners is chance; with very many, the
sets hold 98 % of the largest region and 60 % of the smallest.
"""

AFFORDED = 0.01
"""Accuracy, and top-5 accuracy, that the default strength may cost on validation.

Less than that is chance: of a thousand listeners, ten decide.
"""

FEWEST_LISTENERS = 20
"""Validation listeners below which nothing is fitted."""


@dataclass(frozen=True)
class Step:
    """One strength of the adjustment, and what was fitted for it on validation listeners.

    Attributes
    ----------
    tau : float
        Strength.
    temperature : float
        What the adjusted probabilities are tempered with.
    thresholds : tuple of float
        Least probability of a country in a prediction set, by the position of its region.

    Examples
    --------
    >>> Step(tau=0.5, temperature=1.1, thresholds=(0.05, 0.2)).tau
    0.5
    """

    tau: float
    temperature: float
    thresholds: tuple[float, ...]


@dataclass(frozen=True)
class Adjustment:
    """The prior, every measured strength, and the one that holds where none is asked for.

    Attributes
    ----------
    prior : tuple of float
        Share of each country among training listeners, above 0.
    region_of : tuple of int
        Position of each country's region.
    steps : tuple of Step
        By strength, ascending.
    default : float
        Strength where none is asked for.

    Examples
    --------
    >>> steps = (Step(0.0, 1.0, (0.4, 0.4)), Step(1.0, 1.0, (0.2, 0.2)))
    >>> adjustment = Adjustment((0.8, 0.2), region_of=(0, 1), steps=steps)
    >>> raised = adjustment.apply(split(np.array([[0.8, 0.2]]), (0, 1)), tau=1.0)
    >>> raised.country.round(2)
    array([[0.5, 0.5]])
    >>> adjustment.at(0.5).thresholds
    (0.30000000000000004, 0.30000000000000004)
    >>> adjustment.sets(np.array([[0.55, 0.45], [0.9, 0.1]]))
    array([[ True,  True],
           [ True, False]])
    """

    prior: tuple[float, ...]
    region_of: tuple[int, ...]
    steps: tuple[Step, ...]
    default: float = 0.0

    def at(self, tau: float | None) -> Step:
        """Give the step of a strength, between two measured ones in proportion.

        Raises
        ------
        ValueError
            When the strength is outside the measured ones.
        """
        wanted = self.default if tau is None else tau
        measured = [step.tau for step in self.steps]
        if not measured[0] <= wanted <= measured[-1]:
            raise ValueError(
                f"tau is expected from {measured[0]:g} to {measured[-1]:g}, {wanted} came"
            )
        mixed = np.array([[step.temperature, *step.thresholds] for step in self.steps])
        temperature, *thresholds = (
            float(np.interp(wanted, measured, column)) for column in mixed.T
        )
        return Step(wanted, temperature, tuple(thresholds))

    def apply(self, layers: Layers, tau: float | None = None) -> Layers:
        """Divide by prior^tau, temper, and read both layers out of the result anew."""
        step = self.at(tau)
        if step.tau == 0 and step.temperature == 1:
            return layers
        return split(_adjusted(layers.country, self.prior, step), self.region_of)

    def sets(self, country: NDArray[Any], tau: float | None = None) -> NDArray[np.bool_]:
        """Say which countries are in each listener's prediction set.

        Parameters
        ----------
        country : ndarray of shape (n, n_countries)
            P(country) as `apply` gives it for the same `tau`.

        Returns
        -------
        bool ndarray of shape (n, n_countries)
            The most probable country always is.
        """
        thresholds = np.array(self.at(tau).thresholds)[list(self.region_of)]
        members = np.asarray(country) >= thresholds
        members[np.arange(len(members)), np.asarray(country).argmax(axis=1)] = True
        return np.asarray(members, dtype=np.bool_)

    def to_json(self) -> dict[str, Any]:
        """Give what JSON can hold; `from_json` reads it."""
        steps = [[s.tau, s.temperature, list(s.thresholds)] for s in self.steps]
        return {"prior": list(self.prior), "steps": steps, "default": self.default}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any], region_of: Sequence[int]) -> Adjustment:
        """Read what `to_json` gave."""
        steps = tuple(Step(tau, t, tuple(thresholds)) for tau, t, thresholds in fields["steps"])
        return cls(tuple(fields["prior"]), tuple(region_of), steps, fields["default"])


def _adjusted(country: NDArray[Any], prior: Sequence[float], step: Step) -> Probabilities:
    return temper(adjust_prior(country, np.asarray(prior), step.tau), step.temperature)


def fit_adjustment(
    country: NDArray[Any],
    truth: NDArray[Any],
    *,
    listeners: NDArray[Any],
    region_of: Sequence[int],
    choose: bool,
) -> Adjustment:
    """Fit every strength's temperature and thresholds, and choose the default strength.

    Parameters
    ----------
    country : ndarray of shape (n, n_countries)
        P(country) of validation listeners, unadjusted.
    truth : integer ndarray of shape (n,)
        Position of their country.
    listeners : ndarray of shape (n_countries,)
        Training listeners of each country.
    region_of : integers of shape (n_countries,)
        Position of each country's region.
    choose : bool
        Whether the default is the strength with the highest macro F1 among those that cost
        `AFFORDED` at most; else it is 0, which leaves the recipe as it was fitted.

    Examples
    --------
    >>> truth = np.array([0] * 80 + [1] * 20)
    >>> country = np.tile([0.8, 0.2], (100, 1))
    >>> adjustment = fit_adjustment(
    ...     country, truth, listeners=np.array([80, 20]), region_of=(0, 1), choose=False
    ... )
    >>> adjustment.default, adjustment.prior
    (0.0, (0.8, 0.2))
    >>> len(adjustment.steps) == len(TAUS)
    True
    """
    counts = np.maximum(np.asarray(listeners, dtype=np.float64), 0.5)
    prior = tuple((counts / counts.sum()).tolist())
    steps, country_by_tau = [], {}
    for tau in TAUS:
        raw = adjust_prior(country, np.asarray(prior), tau)
        enough = tau > 0 and len(truth) >= FEWEST_LISTENERS
        temperature = fit_temperature(raw, truth) if enough else 1.0
        country_by_tau[tau] = temper(raw, temperature)
        thresholds = fit_thresholds(country_by_tau[tau], truth, region_of)
        steps.append(Step(tau, temperature, thresholds))
    default = _best(country_by_tau, truth) if choose and len(truth) >= FEWEST_LISTENERS else 0.0
    return Adjustment(prior, tuple(region_of), tuple(steps), default)


def fit_thresholds(
    country: NDArray[Any], truth: NDArray[Any], region_of: Sequence[int]
) -> tuple[float, ...]:
    """Least probability of a country in a prediction set, for each region.

    Split conformal prediction (Sadinle, Lei and Wasserman, "Least ambiguous set-valued
    classifiers with bounded error levels", 2019) with a threshold a region, each drawn to that of
    everybody by `PSEUDO_LISTENERS`: of the region's validation listeners, `COVERAGE` have their
    country above it.

    Returns
    -------
    tuple of float
        By the position of the region; 0, so that every country is in, where nobody was measured.

    Examples
    --------
    >>> of_truth = np.arange(1, 1001) / 1000  # nine in ten lie above 0.1
    >>> country = np.column_stack([of_truth, 1 - of_truth])
    >>> fit_thresholds(country, np.zeros(1000, dtype=int), region_of=(0, 0))
    (0.1,)
    """
    regions = np.asarray(region_of)
    n_regions = int(regions.max()) + 1
    if len(truth) == 0:
        return (0.0,) * n_regions
    of_truth = np.asarray(country)[np.arange(len(truth)), truth]
    home = regions[truth]
    order = np.argsort(of_truth)
    thresholds = []
    for region in range(n_regions):
        weights = (home[order] == region) + PSEUDO_LISTENERS / len(truth)
        # One more listener, the one to be predicted, may lie below all others.
        missed = (1 - COVERAGE) * (weights.sum() + 1) - 1
        below = np.cumsum(weights)
        position = int(np.searchsorted(below, max(missed, 0.0), side="right"))
        thresholds.append(float(of_truth[order][min(position, len(order) - 1)]))
    return tuple(thresholds)


def _best(country_by_tau: Mapping[float, Probabilities], truth: NDArray[Any]) -> float:
    scores = {tau: _scores(country, truth) for tau, country in country_by_tau.items()}
    most = np.max([[accuracy, five] for accuracy, five, _ in scores.values()], axis=0)
    affordable = [
        tau
        for tau, (accuracy, five, _) in scores.items()
        if accuracy >= most[0] - AFFORDED and five >= most[1] - AFFORDED
    ]
    return max(affordable or [0.0], key=lambda tau: (scores[tau][2], -tau))


def _scores(country: Probabilities, truth: NDArray[Any]) -> tuple[float, float, float]:
    """Accuracy, top-5 accuracy, and macro F1 over the countries that somebody has."""
    predicted = country.argmax(axis=1)
    above = country > country[np.arange(len(truth)), truth][:, None]
    n_classes = country.shape[1]
    right = np.bincount(truth[predicted == truth], minlength=n_classes)
    either = np.bincount(truth, minlength=n_classes) + np.bincount(predicted, minlength=n_classes)
    present = np.bincount(truth, minlength=n_classes) > 0
    f1 = 2 * right[present] / either[present]
    return (
        float((predicted == truth).mean()),
        float((above.sum(axis=1) < 5).mean()),
        float(f1.mean()),
    )
