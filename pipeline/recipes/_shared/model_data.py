"""What single models are fitted on: all listeners, or those of one region, and their classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.model.classes import Classes
from pipeline.core.model.fitted import REGIONS
from pipeline.recipes._shared.fitting import Fitting


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


def countries_data(given: Fitting, features: tuple[str, ...] | None = None) -> Data:
    """All listeners, by country; `features` says what to read of them, as in `Features.read`."""
    read = features or given.train.features.names
    return Data(
        X=given.train.features.read(read),
        y=np.asarray(given.train.country),
        valid_x=given.valid.features.read(read),
        valid_y=np.asarray(given.valid.country),
        n_classes=len(given.classes.countries),
    )


def layers_data(given: Fitting, features: tuple[str, ...] | None = None) -> dict[str, Data]:
    """What the models of two layers are fitted on, by model: `REGIONS`, then each region."""
    countries, classes = countries_data(given, features), given.classes
    data = {REGIONS: regions_data(countries, classes)}
    for position, region in enumerate(classes.regions):
        data[region] = within_data(countries, classes, position)
    return data


def regions_data(countries: Data, classes: Classes) -> Data:
    """All listeners, by region."""
    return Data(
        X=countries.X,
        y=classes.regions_of(countries.y),
        valid_x=countries.valid_x,
        valid_y=classes.regions_of(countries.valid_y),
        n_classes=len(classes.regions),
    )


def within_data(countries: Data, classes: Classes, region: int) -> Data:
    """The listeners of one region, by their country's position among the region's."""
    members = classes.within(region)
    position = np.full(len(classes.countries), -1)
    position[members] = np.arange(len(members))
    train, valid = np.isin(countries.y, members), np.isin(countries.valid_y, members)
    return Data(
        X=countries.X[train],
        y=position[countries.y[train]],
        valid_x=countries.valid_x[valid],
        valid_y=position[countries.valid_y[valid]],
        n_classes=len(members),
    )
