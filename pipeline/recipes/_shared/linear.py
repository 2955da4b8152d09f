"""Multinomial logistic regression with L2: of dense features, and of the artists of a list."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.config import ArtistLogisticConfig, LogisticConfig
from pipeline.core.model.features import bag
from pipeline.core.model.models import Constant, Linear, SparseLinear, prior
from pipeline.recipes._shared.model_data import Data

NEVER = -700.0
"""Intercept of a class that nobody was seen in: its probability is 0 but for rounding."""


def fit_linear(data: Data, config: LogisticConfig) -> Linear:
    """Multinomial logistic regression with L2 on standardised features.

    The loss is the mean over listeners plus l2 / 2 · Σ coefficients², as in Spark; scikit-learn
    sums over listeners instead, hence its C. A class that nobody has in training is never
    predicted.
    """
    means, scales = _moments(data.X)
    width = data.X.shape[1]
    blank = Linear(means, scales, np.zeros((data.n_classes, width)), np.zeros(data.n_classes))
    seen = np.unique(data.y)
    coefficients, intercepts = blank.coefficients, np.full(data.n_classes, NEVER)
    if len(seen) == 1:
        intercepts[seen] = 0.0
        return Linear(means, scales, coefficients, intercepts)
    strength = 1.0 / (len(data.y) * config.l2) if config.l2 else np.inf
    found = _regression(blank.standardise(data.X), data.y, strength, config.max_iterations)
    rows = _rows(seen)
    intercepts[seen] = 0.0
    coefficients[rows], intercepts[rows] = found.coef_, found.intercept_
    return Linear(means, scales, coefficients, intercepts)


def _moments(X: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each column over what is known; 0 and 1 where nothing is."""
    known = ~np.isnan(X)
    n = np.maximum(known.sum(axis=0), 1)
    values = np.where(known, X, 0).astype(np.float64)
    means = values.sum(axis=0) / n
    variance = (np.where(known, values - means, 0.0) ** 2).sum(axis=0) / n
    return means, np.where(variance > 0, np.sqrt(variance), 1.0)


def fit_sparse_linear(
    data: Data,
    weights: NDArray[np.float32],
    config: ArtistLogisticConfig,
    *,
    strength: float,
    norm_power: float,
) -> SparseLinear | Constant:
    """Multinomial logistic regression with L2 over the artists of the vocabulary.

    A class that nobody has in training is never predicted; where all are of one class, or there
    is nobody, the model is the prior.

    Parameters
    ----------
    data : Data
        Its matrices are listeners by artists.
    weights : float32 ndarray of shape (n_artists,)
        From `artist_weights`.
    config : ArtistLogisticConfig
    strength : float
        Inverse weight of the squared coefficients, as scikit-learn's C.
    norm_power : float
        As in `bag`.
    """
    seen = np.unique(data.y)
    if len(seen) < 2:
        return prior(data.y, data.n_classes)
    vocabulary = np.flatnonzero(weights)
    lists = bag(data.X, weights, norm_power=norm_power)[:, vocabulary].astype(np.float64)
    found = _regression(lists, data.y, strength, config.max_iterations)
    coefficients = np.zeros((len(weights), data.n_classes), dtype=np.float32)
    intercepts = np.full(data.n_classes, NEVER)
    columns = _rows(seen)
    intercepts[seen] = 0.0
    intercepts[columns] = found.intercept_
    coefficients[np.ix_(vocabulary, columns)] = found.coef_.T
    return SparseLinear(weights, norm_power, coefficients, intercepts)


def _regression(X: Any, y: NDArray[Any], strength: float, most_steps: int) -> Any:
    """Fit scikit-learn's logistic regression with C = `strength`."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=most_steps)
    with warnings.catch_warnings():
        # Few steps are the recipe's choice, not an accident.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


def _rows(seen: NDArray[Any]) -> NDArray[Any]:
    """Classes that scikit-learn keeps coefficients of: of two the second, against the first."""
    return seen[1:] if len(seen) == 2 else seen
