"""One model of boosted trees, stopped early by validation listeners."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import TreesConfig
from pipeline.core.model.hierarchy import log_loss
from pipeline.core.model.models import Model, Trees, prior
from pipeline.core.progress import Progress
from pipeline.recipes._shared.model_data import Data
from pipeline.recipes._shared.training_log import no_log, training_log

LISTENERS_A_THREAD = 16_000
"""Training listeners that keep one more thread of LightGBM busy; with fewer it only waits."""

THREADS = re.compile(r"^\[num_threads: \d+\]$", re.MULTILINE)
"""The line of LightGBM's text that says how many threads a model was fitted with."""


def class_weights(y: NDArray[Any], n_classes: int, cap: float) -> NDArray[np.float64]:
    """Weight of each class: min(cap, sqrt(N / (K · n_c))), so that rare ones count for more.

    A class that nobody has gets the cap.
    """
    counts = np.bincount(y, minlength=n_classes)
    return np.minimum(cap, np.sqrt(len(y) / (n_classes * np.maximum(counts, 1e-9))))


def fit_trees(
    data: Data,
    config: TreesConfig,
    *,
    name: str,
    weighted: bool,
    seed: int,
    threads: int,
    progress: Progress,
) -> tuple[Model, pd.DataFrame]:
    """Boosted trees that stop early on the validation listeners' log loss.

    Log losses are of single listeners, unweighted, in both parts, weighted variant or not. Where
    all training listeners are of one class, or there are no listeners, the model is the prior.

    Parameters
    ----------
    data : Data
    config : TreesConfig
    name : str
        The model, as the log and the progress call it.
    weighted : bool
        Whether listeners count by `class_weights`.
    seed, threads : int
        The threads do not change the result.
    progress : callable
        Told once a round.

    Returns
    -------
    model : Trees or Constant
    log : DataFrame
        Rows of training_log without their recipe; empty for a constant.
    """
    if len(np.unique(data.y)) < 2:
        progress(1.0, name)
        return prior(data.y, data.n_classes), no_log()
    import lightgbm

    weights = None
    if weighted:
        weights = class_weights(data.y, data.n_classes, config.weight_cap)[data.y]
    train_set = lightgbm.Dataset(data.X, data.y, weight=weights)
    sets, parts = [train_set], ["train"]
    if len(data.valid_y):
        sets.append(train_set.create_valid(data.valid_x, data.valid_y))
        parts.append("valid")
    history: dict[str, dict[str, list[float]]] = {}
    callbacks = [lightgbm.record_evaluation(history), _tell(progress, name)]
    if "valid" in parts:
        callbacks.append(lightgbm.early_stopping(config.patience, verbose=False))
    booster = lightgbm.train(
        _parameters(data, config, seed=seed, threads=threads),
        train_set,
        num_boost_round=config.rounds,
        valid_sets=sets,
        valid_names=parts,
        feval=_mean_log_loss,
        callbacks=callbacks,
    )
    progress(1.0, name)
    # Its parameters stand in the text: what a file holds must not depend on the machine.
    text = THREADS.sub("[num_threads: 1]", booster.model_to_string())
    return Trees(text, threads=threads), _log(name, history)


def _parameters(data: Data, config: TreesConfig, *, seed: int, threads: int) -> dict[str, Any]:
    return {
        "objective": "multiclass",
        "num_class": data.n_classes,
        # The built-in metric would weigh listeners as the fit does.
        "metric": "None",
        "learning_rate": config.learning_rate,
        "num_leaves": config.leaves,
        "min_data_in_leaf": config.min_in_leaf,
        "feature_fraction": config.feature_fraction,
        "bagging_fraction": config.bagging_fraction,
        "bagging_freq": config.bagging_every,
        "lambda_l2": config.l2,
        "max_bin": config.max_bin,
        "seed": seed,
        "num_threads": min(threads, 1 + len(data.y) // LISTENERS_A_THREAD),
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def _mean_log_loss(probabilities: NDArray[Any], part: Any) -> tuple[str, float, bool]:
    return "log_loss", log_loss(probabilities, part.get_label().astype(np.intp)), False


def _tell(progress: Progress, name: str) -> Callable[[Any], None]:
    def callback(round_: Any) -> None:
        done = round_.iteration + 1
        progress(done / round_.end_iteration, f"{name}: round {done} of {round_.end_iteration}")

    return callback


def _log(name: str, history: dict[str, dict[str, list[float]]]) -> pd.DataFrame:
    return training_log(
        (name, iteration, part, loss)
        for part, losses in history.items()
        for iteration, loss in enumerate(losses["log_loss"], 1)
    )
