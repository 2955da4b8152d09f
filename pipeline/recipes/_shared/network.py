"""A small network that reads the artists of a list, and how it is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import NetworkConfig
from pipeline.core.model.features import bag
from pipeline.core.model.hierarchy import log_loss, losses
from pipeline.core.model.models import Constant, Network, prior
from pipeline.core.progress import Progress
from pipeline.recipes._shared.adam import EVERYWHERE, Adam
from pipeline.recipes._shared.artist_weights import ROOT, artist_weights
from pipeline.recipes._shared.model_data import Data
from pipeline.recipes._shared.training_log import no_log, training_log

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_STEP = 0.02
"""Share of the first step size that the last ones keep."""


def fit_network(
    data: Data, config: NetworkConfig, *, name: str, seed: int, progress: Progress
) -> tuple[Network | Constant, pd.DataFrame]:
    """One hidden layer over artists, fitted by Adam on lists of which a part is left out.

    Each step sees a random part of each list, so that the network learns to do with few artists,
    and a random part of its units. Only the vectors of artists that a step saw are moved.

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
        return prior(data.y, data.n_classes), no_log()
    learner = _Learner(data, config, np.random.default_rng(seed))
    updates_a_pass = -(-len(data.y) // config.batch)
    passes = max(1, min(config.epochs, round(config.most_updates / updates_a_pass)))
    rows = []
    for done in range(1, passes + 1):
        seen_loss = learner.learn(total=passes * updates_a_pass)
        rows += [(name, done, "train", seen_loss)]
        network = learner.network()
        if len(data.valid_y):
            loss = log_loss(network.predict_proba(data.valid_x), data.valid_y)
            rows += [(name, done, "valid", loss)]
        progress(done / passes, f"{name}: pass {done} of {passes}")
    return network, training_log(rows)


class Parameters(NamedTuple):
    """What is learnt, or the gradient of a loss by it; as in `Network`, over some artists.

    Attributes
    ----------
    hidden : floating ndarray of shape (n_artists, n_units)
    hidden_biases : floating ndarray of shape (n_units,)
    output : floating ndarray of shape (n_units, n_classes)
    output_biases : floating ndarray of shape (n_classes,)
    """

    hidden: NDArray[np.float32]
    hidden_biases: NDArray[np.float32]
    output: NDArray[np.float32]
    output_biases: NDArray[np.float32]


def backpropagate(
    parameters: Parameters,
    lists: csr_matrix,
    y: NDArray[np.intp],
    kept: NDArray[np.bool_],
    *,
    kept_share: float,
) -> tuple[float, Parameters]:
    """Give the mean log loss of some listeners, and its gradient, in the precision that comes.

    Parameters
    ----------
    parameters : Parameters
    lists : csr_matrix of shape (n, n_artists)
        From `features.bag`, or a part of it.
    y : integer ndarray of shape (n,)
        Class of each listener.
    kept : bool ndarray of shape (n, n_units)
        Which units each listener is seen with; the others count as 0.
    kept_share : float
        Share of the units that is kept on average; what is kept counts for the rest.

    Returns
    -------
    loss : float
    gradient : Parameters
    """
    each = np.arange(len(y))
    summed = lists @ parameters.hidden + parameters.hidden_biases
    gate = (kept & (summed > 0)) / np.float32(kept_share)
    units = summed * gate
    probabilities = _softmax(units @ parameters.output + parameters.output_biases)
    error = probabilities / np.float32(len(y))
    error[each, y] -= np.float32(1 / len(y))
    back = (error @ parameters.output.T) * gate
    gradient = Parameters(
        hidden=lists.T @ back,
        hidden_biases=back.sum(axis=0),
        output=units.T @ error,
        output_biases=error.sum(axis=0),
    )
    return float(losses(probabilities[each, y]).mean()), gradient


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


class _Learner:
    """The network while it learns."""

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
        self._parameters = Parameters(
            hidden=_normal(random, (len(self._vocabulary), units), 0.05),
            hidden_biases=np.zeros(units, dtype=np.float32),
            output=_normal(random, (units, n_classes), 0.5 / np.sqrt(units)),
            output_biases=np.log(np.maximum(share, 1e-12)).astype(np.float32),
        )
        self._adam = Adam(self._parameters)

    def learn(self, *, total: int) -> float:
        """Go once through all listeners; `total` steps are to be made in all.

        Gives the mean log loss of the steps, as the network stood at each, with the artists and
        units that it left out.
        """
        order = self._random.permutation(len(self._y))
        told = []
        for start in range(0, len(order), self._config.batch):
            rows = order[start : start + self._config.batch]
            rate = self._config.learning_rate * max(LEAST_STEP, 1 - (self._adam.steps + 1) / total)
            told.append(self._step(rows, rate) * len(rows))
        return float(sum(told) / len(order))

    def _step(self, rows: NDArray[np.intp], rate: float) -> float:
        lists, artists = self._drawn(rows)
        shape = (len(rows), self._config.units)
        loss, gradient = backpropagate(
            self._parameters._replace(hidden=self._parameters.hidden[artists]),
            lists,
            self._y[rows],
            self._random.random(shape, dtype=np.float32) >= self._config.unit_dropout,
            kept_share=1 - self._config.unit_dropout,
        )
        self._adam.step(gradient, (artists, EVERYWHERE, EVERYWHERE, EVERYWHERE), rate)
        return loss

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

    def network(self) -> Network:
        """Give the network as it stands."""
        hidden = np.zeros((len(self._weights), self._config.units), dtype=np.float32)
        hidden[self._vocabulary] = self._parameters.hidden
        return Network(
            artist_weights=self._weights,
            norm_power=ROOT,
            hidden=hidden,
            hidden_biases=self._parameters.hidden_biases.copy(),
            output=self._parameters.output.copy(),
            output_biases=self._parameters.output_biases.copy(),
        )


def _normal(
    random: np.random.Generator, shape: tuple[int, ...], scale: float
) -> NDArray[np.float32]:
    return random.standard_normal(shape, dtype=np.float32) * np.float32(scale)
