"""Recipes of boosted trees: over all countries at once, or over regions and within each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.config import TrainConfig, TreesConfig, TreeSize
from pipeline.core.model.fitted import COUNTRIES, REGIONS
from pipeline.core.model.models import Model
from pipeline.recipes._shared.fitting import Fitting, Outcome
from pipeline.recipes._shared.model_data import Data, countries_data, layers_data
from pipeline.recipes._shared.temperature import tempered
from pipeline.recipes._shared.trees import fit_trees


@dataclass(frozen=True)
class LayerTrees:
    """How the trees of both layers are fitted.

    Attributes
    ----------
    region, within : TreesConfig
        Layer 1, and each region of layer 2.
    leaf_share : float
        A leaf of layer 2 needs no more than this share of its region's training listeners.
    sizes : tuple of TreeSize
        Size of layer 2 by training listeners per country, ascending; empty: that of `within`.
    """

    region: TreesConfig
    within: TreesConfig
    leaf_share: float
    sizes: tuple[TreeSize, ...] = ()

    @classmethod
    def of(cls, config: TrainConfig) -> LayerTrees:
        """Read the options of recipes whose layers are trees alone."""
        return cls(config.region, config.within, config.within_leaf_share, config.within_sizes)

    def of_region(self, *, listeners: int, countries: int) -> TreesConfig:
        """Give the second layer of a region with so many training listeners and countries.

        The leaves of `sizes` are made for hundreds of thousands of listeners: where they would
        hold more than `leaf_share` of the region, that share is enough, or a small region could
        not be split at all.
        """
        per_country = listeners / countries
        largest: TreeSize | TreesConfig = self.sizes[-1] if self.sizes else self.within
        size = next((s for s in self.sizes if per_country < s.below), largest)
        enough = max(1, int(self.leaf_share * listeners))
        return self.within.model_copy(
            update={"leaves": size.leaves, "min_in_leaf": min(size.min_in_leaf, enough)}
        )


class Step(NamedTuple):
    """One model of a recipe: what it is fitted on, and how."""

    data: Data
    config: TreesConfig


def fit_flat(given: Fitting, config: TreesConfig, *, weighted: bool = False) -> Outcome:
    """Trees over all countries at once, tempered; `weighted` as in `fit_trees`."""
    return _fit_steps(given, {COUNTRIES: Step(countries_data(given), config)}, weighted=weighted)


def fit_two_layers(
    given: Fitting,
    trees: LayerTrees,
    *,
    weighted: bool = False,
    features: tuple[str, ...] | None = None,
) -> Outcome:
    """Trees over regions, then trees over the countries of each, all tempered.

    All regions count in the combination unless the option `top_regions` says otherwise. A region
    of one country needs no trees: its second layer is the constant 1.

    Parameters
    ----------
    given : Fitting
    trees : LayerTrees
    weighted : bool
        As in `fit_trees`.
    features : tuple of str, optional
        What the trees read, by default `Features.names`.
    """
    steps = {}
    for name, data in layers_data(given, features).items():
        config = trees.region
        if name != REGIONS:
            config = trees.of_region(listeners=len(data.y), countries=data.n_classes)
        steps[name] = Step(data, config)
    top_regions = given.config.top_regions
    return _fit_steps(given, steps, weighted=weighted, features=features, top_regions=top_regions)


def _fit_steps(
    given: Fitting,
    steps: Mapping[str, Step],
    *,
    weighted: bool,
    features: tuple[str, ...] | None = None,
    top_regions: int | None = None,
) -> Outcome:
    """Fit each step's trees one after the other, temper them, and put them together."""
    data = {name: step.data for name, step in steps.items()}
    models: dict[str, Model] = {}
    logs = []
    for (name, step), (start, share) in zip(steps.items(), _shares(data.values()), strict=True):
        models[name], log = fit_trees(
            step.data,
            step.config,
            name=name,
            weighted=weighted,
            seed=given.seed,
            threads=given.threads,
            progress=given.part(start, share).progress,
        )
        logs.append(log)
    fitted = tempered(given, models, data, features=features, top_regions=top_regions)
    return Outcome(fitted, pd.concat(logs, ignore_index=True))


def _shares(steps: Iterable[Data]) -> list[tuple[float, float]]:
    """Where each model's work starts and how much it is: about listeners times classes."""
    work = np.array([(len(data.y) + 1.0) * data.n_classes for data in steps])
    shares = work / work.sum()
    return list(zip((shares.cumsum() - shares).tolist(), shares.tolist(), strict=True))
