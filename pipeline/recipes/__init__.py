"""Recipes: ways to get from plays to P(country), one a file, found by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import TrainConfig
from pipeline.core.model.features import Features
from pipeline.core.model.fitted import Fitted
from pipeline.core.registry import Registry

Progress = Callable[[float, str], None]
"""Told how much is done, from 0 to 1, and what is being done."""


@dataclass(frozen=True)
class Classes:
    """What is predicted.

    Attributes
    ----------
    countries, regions : tuple of str
        Codes and names in the order of the probabilities.
    region_of : tuple of int
        Position of each country's region.
    """

    countries: tuple[str, ...]
    regions: tuple[str, ...]
    region_of: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.region_of) != len(self.countries):
            raise ValueError(
                f"one region a country is expected: {len(self.countries)} countries, "
                f"{len(self.region_of)} regions came"
            )
        if set(self.region_of) != set(range(len(self.regions))):
            raise ValueError(
                f"each of the regions {self.regions} needs a country, and each country one of "
                f"them; region_of is {self.region_of}"
            )

    def within(self, region: int) -> NDArray[np.intp]:
        """Positions of the countries of the region at `region`, ascending."""
        return np.flatnonzero(np.asarray(self.region_of) == region)


@dataclass(frozen=True)
class Sample:
    """Listeners of one part.

    Attributes
    ----------
    features : Features
    country : integer ndarray of shape (n,)
        Position of each listener's country.
    """

    features: Features
    country: NDArray[np.int32]

    def __post_init__(self) -> None:
        if len(self.features) != len(self.country):
            raise ValueError(
                f"one country a listener is expected: {len(self.features)} listeners, "
                f"{len(self.country)} countries came"
            )

    def __len__(self) -> int:
        """How many listeners."""
        return len(self.country)

    def rows(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> Sample:
        """Take the listeners at `index`: positions or a mask."""
        return Sample(self.features.rows(index), self.country[index])


class Fit(Protocol):
    """How a recipe is fitted.

    Fits on `train`; `valid` is for choices: when to stop, and temperatures. Gives the fitted
    recipe and the rows of training_log without their recipe: columns model, iteration, part,
    log_loss; none where nothing is fitted in rounds. Same input and seed: same result.
    """

    def __call__(
        self,
        train: Sample,
        valid: Sample,
        classes: Classes,
        config: TrainConfig,
        *,
        seed: int,
        threads: int,
        progress: Progress,
    ) -> tuple[Fitted, pd.DataFrame]:
        """Fit."""


@dataclass(frozen=True)
class Recipe:
    """A recipe as declared; the fields are those of the table recipes.

    Where `lifts_tail`, validation chooses the strength of the prior adjustment; else it is 0.
    `options` are the fields of TrainConfig that it reads; when one changes, it is fitted again.
    """

    name: str
    label: str
    meaning: str
    layers: Literal[1, 2]
    fit: Fit
    lifts_tail: bool = False
    options: tuple[str, ...] = ()


RECIPES: Registry[Recipe] = Registry(__name__, "recipe")
"""Every recipe by name."""


def recipe(
    name: str | None = None,
    *,
    label: str,
    meaning: str,
    layers: Literal[1, 2] = 1,
    lifts_tail: bool = False,
    options: tuple[str, ...] = (),
) -> Callable[[Fit], Fit]:
    """Declare the decorated `fit` as a recipe.

    Parameters
    ----------
    name : str, optional
        Name of the recipe; by default its module's.
    label : str
        Name to show.
    meaning : str
        What the recipe does, in one sentence.
    layers : 1 or 2
        1 where countries are predicted at once, 2 where regions come first.
    lifts_tail : bool
        Whether validation chooses how far small countries are raised.
    options : tuple of str
        Fields of TrainConfig that it reads.
    """

    def declare(fit: Fit) -> Fit:
        key = name or getattr(fit, "__module__", "").rpartition(".")[2]
        RECIPES.add(key, Recipe(key, label, meaning, layers, fit, lifts_tail, options))
        return fit

    return declare
