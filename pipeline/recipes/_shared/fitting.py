"""What a recipe is given to fit, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.config import TrainConfig
from pipeline.core.model.classes import Classes
from pipeline.core.model.features import Features
from pipeline.core.model.fitted import Fitted, FittedRecipe
from pipeline.core.model.models import Model
from pipeline.core.progress import Progress, no_progress, part_of


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


@dataclass(frozen=True)
class Fitting:
    """One fit: the listeners, the choices, and whom to tell.

    Attributes
    ----------
    train : Sample
        Listeners to fit on.
    valid : Sample
        Listeners to choose on: when to stop, strengths, temperatures, weights of members.
    classes : Classes
        What the positions mean.
    config : TrainConfig
        A recipe reads the fields that its declaration names.
    seed : int
        Same seed, same result.
    threads : int
        At most; they do not change the result.
    progress : callable
        Told how far the fit is.
    recipe : str
        Name of what is fitted; the declaration of a recipe fills it in.
    """

    train: Sample
    valid: Sample
    classes: Classes
    config: TrainConfig
    seed: int = 0
    threads: int = 1
    progress: Progress = no_progress
    recipe: str = ""

    @property
    def listeners(self) -> NDArray[np.intp]:
        """Training listeners of each country, shape (n_countries,)."""
        return np.bincount(self.train.country, minlength=len(self.classes.countries))

    def named(self, recipe: str) -> Fitting:
        """Give the same fit under another name."""
        return replace(self, recipe=recipe)

    def with_seed(self, seed: int) -> Fitting:
        """Give the same fit with another seed."""
        return replace(self, seed=seed)

    def part(self, start: float, share: float) -> Fitting:
        """Give the fit that is a part of this one: from `start` on, `share` of all the work."""
        return replace(self, progress=part_of(self.progress, start, share))

    def fitted(
        self,
        models: Mapping[str, Model],
        temperatures: Mapping[str, float],
        *,
        features: tuple[str, ...] | None = None,
        top_regions: int | None = None,
    ) -> FittedRecipe:
        """Put fitted models together with what they were fitted on.

        Parameters
        ----------
        models, temperatures, top_regions
            As in `FittedRecipe`.
        features : tuple of str, optional
            What the models read, as in `Features.read`; by default `Features.names`.
        """
        return FittedRecipe(
            recipe=self.recipe,
            countries=self.classes.countries,
            regions=self.classes.regions,
            region_of=self.classes.region_of,
            features=features or self.train.features.names,
            dimensions=self.train.features.vectors.shape[1],
            models=models,
            temperatures=temperatures,
            top_regions=top_regions,
        )


class Outcome(NamedTuple):
    """A fitted recipe, and the rows of training_log without their recipe.

    The log has the columns model, iteration, part and log_loss; no row where nothing is fitted in
    rounds.
    """

    fitted: Fitted
    log: pd.DataFrame
