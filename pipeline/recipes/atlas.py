"""The default: two layers, soft, each a pool of linear models, networks and trees on evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.config import TrainConfig, TreeSize
from pipeline.core.model.blend import FittedBlend
from pipeline.core.model.features import ARTISTS, EVIDENCE
from pipeline.core.model.fitted import COUNTRIES, Fitted, FittedRecipe
from pipeline.core.model.hierarchy import Layers
from pipeline.core.model.pooling import fit_shrinkage, fit_weights, pool_within
from pipeline.recipes import Classes, Progress, Sample, evidence, recipe, two_layer_linear
from pipeline.recipes._shared.artist_models import fit_network
from pipeline.recipes._shared.fitting import (
    countries_data,
    fit_two_layers,
    fitted,
    part_of,
    validation_temperature,
)

LINEAR = "linear"
TREES = "trees"
NETWORK_SHARE = 0.25
"""Rough share of the time that each network takes; trees and linear layers share the rest."""

MOST_BELIEF = 1.0
"""Most that rare artists' and mere names' evidence is believed, however easy the data are: it is
shrunk already, and more would say that they know better than was counted."""


@recipe(
    label="Atlas",
    meaning="Pools linear layers over artists, networks over artists, and trees on evidence and "
    "vectors: regions first, then the countries of each.",
    layers=2,
    lifts_tail=True,
    options=(
        "artist_logistic",
        "network",
        "evidence_region",
        "evidence_within",
        "within_leaf_share",
        "top_regions",
    ),
)
def fit(
    train: Sample,
    valid: Sample,
    classes: Classes,
    config: TrainConfig,
    *,
    seed: int,
    threads: int,
    progress: Progress,
) -> tuple[FittedBlend, pd.DataFrame]:
    """Fit the members on training listeners, and their weights in each layer on validation.

    A member that validation does not need gets the weight 0 and is not asked again.
    """
    members: dict[str, Fitted] = {}
    logs = []
    linear, _ = two_layer_linear.fit(
        train,
        valid,
        classes,
        config,
        seed=seed,
        threads=threads,
        progress=part_of(progress, 0.0, NETWORK_SHARE),
    )
    members[LINEAR] = linear
    share = 2 * NETWORK_SHARE / config.network.networks
    for number in range(config.network.networks):
        told = part_of(progress, NETWORK_SHARE + number * share, share)
        name = f"network_{number + 1}"
        members[name], log = _network(
            name, train, valid, classes, config, seed=seed + number, progress=told
        )
        logs.append(log)
    members[TREES], log = fit_two_layers(
        TREES,
        train,
        valid,
        classes,
        _small_trees(config),
        weighted=False,
        seed=seed,
        threads=threads,
        progress=part_of(progress, 1 - NETWORK_SHARE, NETWORK_SHARE),
        names=(EVIDENCE, *train.features.names),
    )
    logs.append(log)
    return pooled(members, train, valid, classes), pd.concat(logs, ignore_index=True)


def _network(
    name: str,
    train: Sample,
    valid: Sample,
    classes: Classes,
    config: TrainConfig,
    *,
    seed: int,
    progress: Progress,
) -> tuple[FittedRecipe, pd.DataFrame]:
    data = countries_data(train, valid, classes, (ARTISTS,))
    model, log = fit_network(data, config.network, name=name, seed=seed, progress=progress)
    temperatures = {COUNTRIES: validation_temperature(model, data)}
    member = fitted(name, {COUNTRIES: model}, temperatures, train, classes, names=(ARTISTS,))
    return member, log


def _small_trees(config: TrainConfig) -> TrainConfig:
    """Evidence needs smaller trees than vectors: each of its columns already means a place."""
    within = config.evidence_within
    size = TreeSize(below=float("inf"), leaves=within.leaves, min_in_leaf=within.min_in_leaf)
    update = {"region": config.evidence_region, "within": within, "within_sizes": (size,)}
    return config.model_copy(update=update)


def pooled(
    members: Mapping[str, Fitted], train: Sample, valid: Sample, classes: Classes
) -> FittedBlend:
    """Fit the weights of fitted members in each layer, and the shrinkage, on validation."""
    said = [member.predict(valid.features) for member in members.values()]
    of_region, of_country = _layer_weights(said, valid, classes)
    listeners = np.bincount(train.country, minlength=len(classes.countries))
    first, second = evidence.scales(train, valid, classes)
    known = evidence.expected(train, classes)
    columns = np.asarray(classes.region_of)
    by_region = np.bincount(columns, weights=listeners)[columns]
    within = pool_within([layers.within for layers in said], of_country, columns)
    return FittedBlend(
        recipe="atlas",
        members=members,
        region_weights=dict(zip(members, of_region, strict=True)),
        within_weights=dict(zip(members, of_country, strict=True)),
        shrinkage=fit_shrinkage(within, valid.country, known.within, by_region),
        listeners=tuple(listeners.tolist()),
        outside_scales=(min(first, MOST_BELIEF), min(second, MOST_BELIEF)),
    )


def _layer_weights(
    said: Sequence[Layers], valid: Sample, classes: Classes
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    home = np.asarray(classes.region_of)[valid.country]
    return (
        fit_weights([layers.region for layers in said], home),
        fit_weights([layers.within for layers in said], valid.country, classes.region_of),
    )
