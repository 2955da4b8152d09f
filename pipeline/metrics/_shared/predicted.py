"""What a recipe predicts of listeners, beside what is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.core.model.classes import Classes
from pipeline.core.model.hierarchy import Layers
from pipeline.core.tables.contract import PARTS
from pipeline.metrics._shared.judged import Floats, Integers

REPORTED_PARTS = ("valid", "test")
"""Parts whose listeners a recipe was not trained on: those of the table predictions."""

TOLERANCE = 1e-4
"""How far outside 0 to 1 a probability may lie by rounding."""


@dataclass(frozen=True, eq=False)
class Predicted:
    """Listeners of every part, where they live, and where a recipe says that they live.

    Attributes
    ----------
    listener : ndarray of int, shape (n,)
        Number of each listener.
    part : ndarray of str, shape (n,)
        Part of each listener.
    truth : ndarray of int, shape (n,)
        Position of each listener's country.
    layers : Layers
        Probabilities of every layer.
    classes : Classes
        What the positions mean.
    support : ndarray of int, shape (n_countries,)
        Training listeners of each country.

    Raises
    ------
    ValueError
        When shapes, positions, probabilities or parts are not as above; names all of these.
    """

    listener: Integers
    part: NDArray[np.str_]
    truth: Integers
    layers: Layers
    classes: Classes
    support: Integers

    def __post_init__(self) -> None:
        problems = [*self._problems_of_listeners(), *self._problems_of_layers()]
        if problems:
            raise ValueError(
                f"cannot evaluate these predictions: {'; '.join(problems)}; take positions, "
                "probabilities and parts from the same run"
            )

    def rows(self, part: str) -> NDArray[np.intp]:
        """Positions of the listeners of a part, ascending."""
        return np.flatnonzero(self.part == part)

    def _problems_of_listeners(self) -> Iterator[str]:
        for name in ("listener", "part"):
            if (came := np.shape(getattr(self, name))) != np.shape(self.truth):
                yield f"{name} must have the shape of truth, {np.shape(self.truth)}, not {came}"
        if unknown := sorted({str(part) for part in pd.unique(self.part.ravel())} - set(PARTS)):
            yield f"part must be one of {', '.join(PARTS)}, not {unknown}"
        k = len(self.classes.countries)
        if (came := np.shape(self.support)) != (k,):
            yield f"support must have shape {(k,)}, one a country, but has {came}"
        truth = self.truth
        if np.ndim(truth) != 1 or not np.issubdtype(truth.dtype, np.integer):
            yield (
                f"truth must be one integer a listener, not {truth.dtype} of shape "
                f"{np.shape(truth)}"
            )
        elif wrong := sorted(set(truth[(truth < 0) | (truth >= k)].tolist())):
            yield f"truth must be a position among {k} countries, not {wrong}"

    def _problems_of_layers(self) -> Iterator[str]:
        n, k = len(self.truth), len(self.classes.countries)
        widths = {"country": k, "region": len(self.classes.regions), "within": k}
        for name, width in widths.items():
            yield from _problems_of_layer(name, getattr(self.layers, name), (n, width))


def _problems_of_layer(name: str, given: Floats, shape: tuple[int, int]) -> Iterator[str]:
    if given.shape != shape:
        yield f"{name} must have shape {shape}, listeners by classes, not {given.shape}"
    # Written so that a NaN, which compares as false, is an offender.
    elif given.size and not (given.min() >= -TOLERANCE and given.max() <= 1 + TOLERANCE):
        bad = ~((given >= -TOLERANCE) & (given <= 1 + TOLERANCE)).all(axis=1)
        yield (
            f"{name} must be probabilities from 0 to 1, but {np.count_nonzero(bad)} listeners "
            f"have others, first the one in row {int(bad.argmax())}"
        )
