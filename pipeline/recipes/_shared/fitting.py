"""What recipes share: fitting a model, weighing classes, fitting temperatures, logging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import LogisticConfig, TrainConfig, TreesConfig
from pipeline.core.model.fitted import COUNTRIES, REGIONS, FittedRecipe
from pipeline.core.model.hierarchy import fit_temperature, log_loss
from pipeline.core.model.models import Linear, Model, Trees, prior
from pipeline.recipes import Classes, Progress, Sample

LISTENERS_A_THREAD = 16_000
"""Training listeners that keep one more thread of LightGBM busy; with fewer it only waits."""

FEWEST_FOR_TEMPERATURE = 20
"""Validation listeners below which a temperature would be chance, and stays 1."""

LOG_DTYPES = {"model": "string", "iteration": "Int32", "part": "string", "log_loss": "Float64"}

NEVER = -700.0
"""Intercept of a class that nobody was seen in: its probability is 0 but for rounding."""


@dataclass(frozen=True)
class Data:
    """What one model is fitted on: a matrix and the classes of its rows, for both parts.

    Matrices are dense, or sparse for the models of artists.
    """

    X: Any
    y: NDArray[Any]
    valid_x: Any
    valid_y: NDArray[Any]
    n_classes: int


def countries_data(
    train: Sample, valid: Sample, classes: Classes, names: tuple[str, ...] | None = None
) -> Data:
    """All listeners, by country; `names` says what to read of them, as in `Features.read`."""
    read = names or train.features.names
    return Data(
        X=train.features.read(read),
        y=np.asarray(train.country),
        valid_x=valid.features.read(read),
        valid_y=np.asarray(valid.country),
        n_classes=len(classes.countries),
    )


def regions_data(countries: Data, classes: Classes) -> Data:
    """All listeners, by region."""
    region_of = np.asarray(classes.region_of)
    return Data(
        X=countries.X,
        y=region_of[countries.y],
        valid_x=countries.valid_x,
        valid_y=region_of[countries.valid_y],
        n_classes=len(classes.regions),
    )


def within_data(countries: Data, classes: Classes, region: int) -> Data:
    """The listeners of one region, by their country's place in it."""
    members = classes.within(region)
    place = np.full(len(classes.countries), -1)
    place[members] = np.arange(len(members))
    train, valid = np.isin(countries.y, members), np.isin(countries.valid_y, members)
    return Data(
        X=countries.X[train],
        y=place[countries.y[train]],
        valid_x=countries.valid_x[valid],
        valid_y=place[countries.valid_y[valid]],
        n_classes=len(members),
    )


def class_weights(y: NDArray[Any], n_classes: int, cap: float) -> NDArray[np.float64]:
    """Weight of each class: min(cap, sqrt(N / (K · n_c))), so that rare ones count for more.

    A class that nobody has gets the cap.
    """
    counts = np.bincount(y, minlength=n_classes)
    return np.minimum(cap, np.sqrt(len(y) / (n_classes * np.maximum(counts, 1e-9))))


def no_log() -> pd.DataFrame:
    """The log of a recipe that is not fitted in rounds."""
    return pd.DataFrame({name: [] for name in LOG_DTYPES}).astype(LOG_DTYPES)


def fit_linear(data: Data, config: LogisticConfig) -> Linear:
    """Multinomial logistic regression with L2 on standardised features.

    The loss is the mean over listeners plus l2 / 2 · Σ coefficients², as in Spark; scikit-learn
    sums over listeners instead, hence its C. A class that nobody has in training is never
    predicted.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    means, scales = _moments(data.X)
    width = data.X.shape[1]
    blank = Linear(means, scales, np.zeros((data.n_classes, width)), np.zeros(data.n_classes))
    seen = np.unique(data.y)
    coefficients, intercepts = blank.coefficients, np.full(data.n_classes, NEVER)
    if len(seen) == 1:
        intercepts[seen] = 0.0
        return Linear(means, scales, coefficients, intercepts)
    model = LogisticRegression(
        C=1.0 / (len(data.y) * config.l2) if config.l2 else np.inf, max_iter=config.max_iterations
    )
    with warnings.catch_warnings():
        # Few steps are the recipe's choice, not an accident.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(blank.standardise(data.X), data.y)
    # Of two classes scikit-learn keeps one row, the second's against the first.
    rows = seen[1:] if len(seen) == 2 else seen
    intercepts[seen] = 0.0
    coefficients[rows], intercepts[rows] = model.coef_, model.intercept_
    return Linear(means, scales, coefficients, intercepts)


def _moments(X: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each column over what is known; 0 and 1 where nothing is."""
    known = ~np.isnan(X)
    n = np.maximum(known.sum(axis=0), 1)
    values = np.where(known, X, 0).astype(np.float64)
    means = values.sum(axis=0) / n
    variance = (np.where(known, values - means, 0.0) ** 2).sum(axis=0) / n
    return means, np.where(variance > 0, np.sqrt(variance), 1.0)


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
    return Trees(booster.model_to_string(), threads=threads), _log(name, history)


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
    parts = [
        pd.DataFrame(
            {
                "model": name,
                "iteration": np.arange(1, len(losses["log_loss"]) + 1),
                "part": part,
                "log_loss": losses["log_loss"],
            }
        )
        for part, losses in history.items()
    ]
    return pd.concat(parts, ignore_index=True).astype(LOG_DTYPES)


def validation_temperature(model: Model, data: Data) -> float:
    """Temperature of a model, by the log loss of the validation listeners alone.

    Never of the test listeners: they only report. Weighted models are tempered by the same
    unweighted loss. The temperature changes how sure they are; it leaves their ranking, and so
    their leaning towards rare countries, as it is.
    """
    if len(data.valid_y) < FEWEST_FOR_TEMPERATURE:
        return 1.0
    return fit_temperature(model.predict_proba(data.valid_x), data.valid_y)


def fitted(
    recipe: str,
    models: Mapping[str, Model],
    temperatures: Mapping[str, float],
    train: Sample,
    classes: Classes,
    *,
    names: tuple[str, ...] | None = None,
    top_regions: int | None = None,
) -> FittedRecipe:
    """Put fitted models together with what they were fitted on."""
    return FittedRecipe(
        recipe=recipe,
        countries=classes.countries,
        regions=classes.regions,
        region_of=classes.region_of,
        features=names or train.features.names,
        dimensions=train.features.vectors.shape[1],
        models=models,
        temperatures=temperatures,
        top_regions=top_regions,
    )


def fit_flat(
    recipe: str,
    train: Sample,
    valid: Sample,
    classes: Classes,
    config: TrainConfig,
    *,
    weighted: bool,
    seed: int,
    threads: int,
    progress: Progress,
) -> tuple[FittedRecipe, pd.DataFrame]:
    """Trees over all countries at once, tempered; as `Fit`."""
    data = countries_data(train, valid, classes)
    model, log = fit_trees(
        data,
        config.flat,
        name=COUNTRIES,
        weighted=weighted,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    temperatures = {COUNTRIES: validation_temperature(model, data)}
    return fitted(recipe, {COUNTRIES: model}, temperatures, train, classes), log


def within_config(config: TrainConfig, *, listeners: int, countries: int) -> TreesConfig:
    """Size of the trees of a region's second layer.

    The table of sizes goes by listeners per country. Its leaves are made for hundreds of
    thousands of listeners: where they would hold more than `within_leaf_share` of the region,
    that share is enough, or a small region could not be split at all.

    Parameters
    ----------
    config : TrainConfig
    listeners, countries : int
        Training listeners and countries of the region.
    """
    per_country = listeners / countries
    size = next((s for s in config.within_sizes if per_country < s.below), config.within_sizes[-1])
    enough = max(1, int(config.within_leaf_share * listeners))
    return config.within.model_copy(
        update={"leaves": size.leaves, "min_in_leaf": min(size.min_in_leaf, enough)}
    )


def fit_two_layers(
    recipe: str,
    train: Sample,
    valid: Sample,
    classes: Classes,
    config: TrainConfig,
    *,
    weighted: bool,
    seed: int,
    threads: int,
    progress: Progress,
    names: tuple[str, ...] | None = None,
) -> tuple[FittedRecipe, pd.DataFrame]:
    """Trees over regions, then trees over the countries of each, all tempered; as `Fit`.

    `names` says what they read, by default `Features.names`.
    """
    countries = countries_data(train, valid, classes, names)
    steps = {REGIONS: (regions_data(countries, classes), config.region)}
    for position, region in enumerate(classes.regions):
        data = within_data(countries, classes, position)
        sizes = within_config(config, listeners=len(data.y), countries=data.n_classes)
        steps[region] = (data, sizes)
    shares = _shares([data for data, _ in steps.values()])
    models: dict[str, Model] = {}
    logs = []
    for (name, (data, sizes)), (start, share) in zip(steps.items(), shares, strict=True):
        models[name], log = fit_trees(
            data,
            sizes,
            name=name,
            weighted=weighted,
            seed=seed,
            threads=threads,
            progress=part_of(progress, start, share),
        )
        logs.append(log)
    temperatures = {n: validation_temperature(models[n], data) for n, (data, _) in steps.items()}
    recipe_fitted = fitted(
        recipe, models, temperatures, train, classes, names=names, top_regions=config.top_regions
    )
    return recipe_fitted, pd.concat(logs, ignore_index=True)


def _shares(steps: Iterable[Data]) -> list[tuple[float, float]]:
    """Where each model's work starts and how much it is: about listeners times classes."""
    work = np.array([(len(data.y) + 1.0) * data.n_classes for data in steps])
    shares = work / work.sum()
    return list(zip((shares.cumsum() - shares).tolist(), shares.tolist(), strict=True))


def part_of(progress: Progress, start: float, share: float) -> Progress:
    """Tell `progress` of a part of the work, which starts at `start` and is `share` of all."""
    return lambda done, what: progress(min(1.0, start + share * done), what)
