"""Fitting the models that read artists themselves: logistic regression and a small network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import ArtistLogisticConfig, NetworkConfig
from pipeline.core.model.evidence import VOCABULARY_LISTENERS
from pipeline.core.model.features import bag, inverse_frequencies
from pipeline.core.model.hierarchy import log_loss
from pipeline.core.model.models import Constant, Network, SparseLinear, prior
from pipeline.recipes import Progress
from pipeline.recipes._shared.fitting import LOG_DTYPES, NEVER, Data

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ROOT = 0.5
"""Power by which lists are shortened: their length's root is left.

On validation listeners this beats equally long lists (1.0): a listener with 50 artists has said
more than one with five.
"""

STEADY = 0.9
"""Adam's memory of gradients."""

STEADY_SQUARES = 0.999
"""Adam's memory of squared gradients."""

LEAST_STEP = 0.02
"""Share of the first step size that the last ones keep."""


def artist_weights(matrix: csr_matrix, *, norm_power: float) -> NDArray[np.float32]:
    """Weigh artists by rarity; those outside the vocabulary by 0.

    Weights are scaled so that the mean squared length of the lists that `bag` makes of them is 1:
    regularisation then means the same on every data set.

    Parameters
    ----------
    matrix : csr_matrix of shape (n_listeners, n_artists)
        Weights of training listeners' plays.
    norm_power : float
        As in `bag`.
    """
    listeners = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weights = inverse_frequencies(matrix)
    weights[listeners < VOCABULARY_LISTENERS] = 0
    if norm_power == 1 or not weights.any():
        return weights
    lists = bag(matrix, weights, norm_power=norm_power)
    mean_square = float(lists.multiply(lists).sum() / max(1, lists.shape[0]))
    # A list grows with its weights to the power of 1 - norm_power.
    return np.asarray(weights * mean_square ** (-0.5 / (1 - norm_power)), dtype=np.float32)


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
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    vocabulary = np.flatnonzero(weights)
    lists = bag(data.X, weights, norm_power=norm_power)[:, vocabulary].astype(np.float64)
    model = LogisticRegression(C=strength, max_iter=config.max_iterations)
    with warnings.catch_warnings():
        # Few steps are the recipe's choice, not an accident.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(lists, data.y)
    coefficients = np.zeros((len(weights), data.n_classes), dtype=np.float32)
    intercepts = np.full(data.n_classes, NEVER)
    # Of two classes scikit-learn keeps one row, the second's against the first.
    columns = seen[1:] if len(seen) == 2 else seen
    intercepts[seen] = 0.0
    intercepts[columns] = model.intercept_
    coefficients[np.ix_(vocabulary, columns)] = model.coef_.T
    return SparseLinear(weights, norm_power, coefficients, intercepts)


def fit_network(
    data: Data, config: NetworkConfig, *, name: str, seed: int, progress: Progress
) -> tuple[Network | Constant, pd.DataFrame]:
    """One hidden layer over artists, fitted by Adam on lists of which a part is left out.

    Each step sees a random part of each list, so that the network learns to do with few artists,
    and a random part of its units. Adam (Kingma and Ba, 2015) moves only the vectors of artists
    that a step saw.

    Parameters
    ----------
    data : Data
        Its matrices are listeners by artists.
    config : NetworkConfig
    name : str
        The model, as the log and the progress call it.
    seed : int
    progress : callable
        Told once a pass.

    Returns
    -------
    model : Network, or Constant
        The prior where all listeners are of one class.
    log : DataFrame
        Rows of training_log without their recipe: one a pass and part.
    """
    if len(np.unique(data.y)) < 2:
        return prior(data.y, data.n_classes), pd.DataFrame(columns=list(LOG_DTYPES))
    learner = _Learner(data, config, np.random.default_rng(seed))
    updates_a_pass = -(-len(data.y) // config.batch)
    passes = max(1, min(config.epochs, round(config.most_updates / updates_a_pass)))
    rows = []
    for done in range(1, passes + 1):
        learner.learn(total=passes * updates_a_pass)
        network = learner.network()
        rows += [(name, done, "train", learner.seen_loss)]
        if len(data.valid_y):
            loss = log_loss(network.predict_proba(data.valid_x), data.valid_y)
            rows += [(name, done, "valid", loss)]
        progress(done / passes, f"{name}: pass {done} of {passes}")
    log = pd.DataFrame(rows, columns=list(LOG_DTYPES)).astype(LOG_DTYPES)
    return network, log


class _Learner:
    """The network while it learns; its arrays are changed in place.

    `seen_loss` is the mean log loss of the last pass's steps, as the network stood at each, with
    the artists and units that it left out.
    """

    def __init__(self, data: Data, config: NetworkConfig, random: np.random.Generator) -> None:
        self._config = config
        self._random = random
        self._weights = artist_weights(data.X, norm_power=ROOT)
        self._vocabulary = np.flatnonzero(self._weights)
        # The bag's norm must follow the artists left out, so rows are shortened in each step.
        self._lists = bag(data.X, self._weights, norm_power=0.0)[:, self._vocabulary].tocsr()
        self._y = np.asarray(data.y, dtype=np.intp)
        units, n_classes = config.units, data.n_classes
        share = np.bincount(self._y, minlength=n_classes) / len(self._y)
        self._arrays: dict[str, NDArray[np.float32]] = {
            "hidden": _normal(random, (len(self._vocabulary), units), 0.05),
            "hidden_biases": np.zeros(units, dtype=np.float32),
            "output": _normal(random, (units, n_classes), 0.5 / np.sqrt(units)),
            "output_biases": np.log(np.maximum(share, 1e-12)).astype(np.float32),
        }
        self._moments = {
            name: (np.zeros_like(array), np.zeros_like(array))
            for name, array in self._arrays.items()
        }
        self._step = 0
        self.seen_loss = float("nan")

    def learn(self, *, total: int) -> None:
        """Go once through all listeners; `total` steps are to be made in all."""
        order = self._random.permutation(len(self._y))
        losses = []
        for start in range(0, len(order), self._config.batch):
            rows = order[start : start + self._config.batch]
            self._step += 1
            rate = self._config.learning_rate * max(LEAST_STEP, 1 - self._step / total)
            losses.append(self._update(rows, rate) * len(rows))
        self.seen_loss = float(sum(losses) / len(order))

    def _update(self, rows: NDArray[np.intp], rate: float) -> float:
        lists, artists = self._drawn(rows)
        y, a = self._y[rows], self._arrays
        summed = lists @ a["hidden"][artists] + a["hidden_biases"]
        kept = self._random.random(summed.shape, dtype=np.float32) >= self._config.unit_dropout
        gate = (kept & (summed > 0)) / np.float32(1 - self._config.unit_dropout)
        units = summed * gate
        said = _softmax32(units @ a["output"] + a["output_biases"])
        of_truth = said[np.arange(len(rows)), y]
        error = said / np.float32(len(rows))
        error[np.arange(len(rows)), y] -= np.float32(1 / len(rows))
        back = (error @ a["output"].T) * gate
        everything = slice(None)
        self._move("output", everything, units.T @ error, rate)
        self._move("output_biases", everything, error.sum(axis=0), rate)
        self._move("hidden_biases", everything, back.sum(axis=0), rate)
        self._move("hidden", artists, lists.T @ back, rate)
        return float(-np.log(np.maximum(of_truth, 1e-15)).mean())

    def _drawn(self, rows: NDArray[np.intp]) -> tuple[csr_matrix, NDArray[np.intp]]:
        """Draw a part of each list; gives it over the artists drawn, and their positions."""
        from scipy.sparse import csr_matrix

        whole = self._lists[rows]
        kept_share = self._random.uniform(self._config.least_kept, 1, len(rows))
        of_row = np.repeat(np.arange(len(rows)), np.diff(whole.indptr))
        kept = self._random.random(len(whole.data)) < kept_share[of_row]
        values, of_row = whole.data[kept], of_row[kept]
        lengths = np.sqrt(np.bincount(of_row, weights=values**2, minlength=len(rows)))
        shortened = values / np.maximum(lengths[of_row], 1e-12) ** ROOT
        artists, column = np.unique(whole.indices[kept], return_inverse=True)
        shape = (len(rows), len(artists))
        return csr_matrix((shortened.astype(np.float32), (of_row, column)), shape=shape), artists

    def _move(self, name: str, where: Any, gradient: NDArray[np.float32], rate: float) -> None:
        first, second = self._moments[name]
        gradient = np.asarray(gradient, dtype=np.float32)
        mean = STEADY * first[where] + np.float32(1 - STEADY) * gradient
        square = STEADY_SQUARES * second[where] + np.float32(1 - STEADY_SQUARES) * gradient**2
        first[where], second[where] = mean, square
        # Both memories start at 0 and are small at first.
        size = rate / (1 - STEADY**self._step)
        root = np.sqrt(square / np.float32(1 - STEADY_SQUARES**self._step)) + np.float32(1e-8)
        self._arrays[name][where] -= np.float32(size) * mean / root

    def network(self) -> Network:
        """Give the network as it stands."""
        hidden = np.zeros((len(self._weights), self._config.units), dtype=np.float32)
        hidden[self._vocabulary] = self._arrays["hidden"]
        return Network(
            artist_weights=self._weights,
            norm_power=ROOT,
            hidden=hidden,
            hidden_biases=self._arrays["hidden_biases"].copy(),
            output=self._arrays["output"].copy(),
            output_biases=self._arrays["output_biases"].copy(),
        )


def _normal(
    random: np.random.Generator, shape: tuple[int, ...], scale: float
) -> NDArray[np.float32]:
    return random.standard_normal(shape, dtype=np.float32) * np.float32(scale)


def _softmax32(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
