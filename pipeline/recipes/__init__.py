"""Recipes: ways to get from plays to P(country), one a file, found by themselves.

A recipe is a function from what is given to what was fitted::

    @recipe(label="Flat trees", meaning="Boosted trees on …", options=("flat",))
    def fit(given: Fitting) -> Outcome: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal, Protocol

from pipeline.config import TrainConfig
from pipeline.core.registry import Registry
from pipeline.recipes._shared.fitting import Fitting, Outcome, Sample

__all__ = ["RECIPES", "Fit", "Fitting", "Outcome", "Recipe", "Sample", "recipe"]


class Fit(Protocol):
    """How a recipe is fitted: on training listeners; validation listeners are for choices.

    Same input and seed: same result, whatever the threads.
    """

    def __call__(self, given: Fitting, /) -> Outcome:
        """Fit."""


@dataclass(frozen=True)
class Recipe:
    """A recipe as declared; name, label, meaning and layers are those of the table recipes.

    `options` are the fields of TrainConfig that `fit` reads, and no others. Where `lifts_tail`,
    validation chooses the strength of the prior adjustment; else it is 0.
    """

    name: str
    label: str
    meaning: str
    layers: Literal[1, 2]
    fit: Fit
    options: tuple[str, ...] = ()
    lifts_tail: bool = False


RECIPES: Registry[Recipe] = Registry(__name__, "recipe")
"""Every recipe by name."""


def recipe(
    name: str | None = None,
    *,
    label: str,
    meaning: str,
    layers: Literal[1, 2] = 1,
    options: tuple[str, ...] = (),
    lifts_tail: bool = False,
) -> Callable[[Fit], Fit]:
    """Declare the decorated `fit` as a recipe; what it fits bears the recipe's name.

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
    options : tuple of str
        Fields of TrainConfig that it reads, itself or through what it calls: the recipe is fitted
        again when one of them changes.
    lifts_tail : bool
        Whether validation chooses how far small countries are raised.

    Raises
    ------
    ValueError
        When an option is no field of TrainConfig.
    """

    def declare(fit: Fit) -> Fit:
        key = name or getattr(fit, "__module__", "").rpartition(".")[2]
        if unknown := sorted(set(options) - set(TrainConfig.model_fields)):
            raise ValueError(
                f"the recipe {key!r} declares options that do not exist: {', '.join(unknown)}; "
                f"there are: {', '.join(TrainConfig.model_fields)}"
            )

        @wraps(fit)
        def named(given: Fitting, /) -> Outcome:
            return fit(given.named(key))

        RECIPES.add(key, Recipe(key, label, meaning, layers, named, options, lifts_tail))
        return named

    return declare
