"""The default: two layers, soft, each a pool of linear models, networks and trees on evidence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.core.model.blend import FittedBlend
from pipeline.core.model.features import ARTISTS, EVIDENCE
from pipeline.core.model.fitted import COUNTRIES, Fitted
from pipeline.core.model.pooling import fit_shrinkage, fit_weights, pool_within
from pipeline.recipes import Fitting, Outcome, recipe, two_layer_linear
from pipeline.recipes._shared.model_data import countries_data
from pipeline.recipes._shared.network import fit_network
from pipeline.recipes._shared.scaled_evidence import expected, scales
from pipeline.recipes._shared.temperature import tempered
from pipeline.recipes._shared.tree_recipes import LayerTrees, fit_two_layers

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
    options=(
        "artist_logistic",
        "network",
        "evidence_region",
        "evidence_within",
        "within_leaf_share",
        "top_regions",
    ),
    lifts_tail=True,
)
def fit(given: Fitting) -> Outcome:
    """Fit the members on training listeners, and their weights in each layer on validation.

    A member that validation does not need gets the weight 0 and is not asked again.
    """
    outcomes = {LINEAR: two_layer_linear.fit(given.part(0.0, NETWORK_SHARE))}
    networks = given.config.network.networks
    share = 2 * NETWORK_SHARE / networks
    for number in range(networks):
        name = f"network_{number + 1}"
        own = given.named(name).with_seed(given.seed + number)
        outcomes[name] = _network(own.part(NETWORK_SHARE + number * share, share))
    outcomes[TREES] = _trees(given.named(TREES).part(1 - NETWORK_SHARE, NETWORK_SHARE))
    members = {name: outcome.fitted for name, outcome in outcomes.items()}
    logs = [outcome.log for outcome in outcomes.values()]
    return Outcome(pooled(given, members), pd.concat(logs, ignore_index=True))


def _network(given: Fitting) -> Outcome:
    data = countries_data(given, (ARTISTS,))
    model, log = fit_network(
        data, given.config.network, name=given.recipe, seed=given.seed, progress=given.progress
    )
    return Outcome(tempered(given, {COUNTRIES: model}, {COUNTRIES: data}, features=(ARTISTS,)), log)


def _trees(given: Fitting) -> Outcome:
    """Evidence needs smaller trees than vectors: each of its columns already means a class."""
    config = given.config
    trees = LayerTrees(config.evidence_region, config.evidence_within, config.within_leaf_share)
    return fit_two_layers(given, trees, features=(EVIDENCE, *given.train.features.names))


def pooled(given: Fitting, members: Mapping[str, Fitted]) -> FittedBlend:
    """Fit the weights of fitted members in each layer, and the shrinkage, on validation."""
    valid, classes, listeners = given.valid, given.classes, given.listeners
    layers = [member.predict(valid.features) for member in members.values()]
    withins = [one.within for one in layers]
    of_region = fit_weights([one.region for one in layers], classes.regions_of(valid.country))
    of_country = fit_weights(withins, valid.country, classes.region_of)
    first, second = scales(given)
    shrinkage = fit_shrinkage(
        pool_within(withins, of_country, classes.region_of),
        valid.country,
        expected(given).within,
        classes.by_region(listeners)[list(classes.region_of)],
    )
    return FittedBlend(
        recipe=given.recipe,
        members=members,
        region_weights=dict(zip(members, of_region, strict=True)),
        within_weights=dict(zip(members, of_country, strict=True)),
        shrinkage=shrinkage,
        listeners=tuple(listeners.tolist()),
        outside_scales=(min(first, MOST_BELIEF), min(second, MOST_BELIEF)),
    )
