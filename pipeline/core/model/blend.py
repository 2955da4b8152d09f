"""A fitted recipe that blends others: pooled layers, shrunk, with a voice for rare artists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from pipeline.core.model.adjustment import Adjustment
from pipeline.core.model.features import Features
from pipeline.core.model.fitted import Fitted, FittedRecipe, in_batches, read_header, write_header
from pipeline.core.model.hierarchy import (
    Layers,
    Probabilities,
    combine,
    log,
    softmax,
    softmax_within,
)
from pipeline.core.model.pooling import pool, pool_within, shrink_within


@dataclass(frozen=True, eq=False)
class FittedBlend:
    """Members whose layers are pooled, each layer with weights of its own.

    Attributes
    ----------
    recipe : str
        Name of the recipe.
    members : mapping of str to Fitted
        What is pooled; all over the same countries and regions.
    region_weights, within_weights : mapping of str to float
        Weight of each member in layer 1 and in layer 2.
    shrinkage : float
        Strength of `pooling.shrink_within`.
    listeners : tuple of int
        Training listeners of each country.
    outside_scales : tuple of two floats
        How far the evidence of artists outside the members' vocabulary is believed, in layer 1
        and in layer 2.
    adjustment : Adjustment or None
        What can be moved after training.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from pipeline.core.model.models import Constant
    >>> def member(first: float) -> FittedRecipe:
    ...     return FittedRecipe(
    ...         recipe="constant",
    ...         countries=("PL", "JP"),
    ...         regions=("Europe", "Asia"),
    ...         region_of=(0, 1),
    ...         features=("vectors",),
    ...         dimensions=2,
    ...         models={"countries": Constant((first, 1 - first))},
    ...         temperatures={},
    ...     )
    >>> blend = FittedBlend(
    ...     recipe="both",
    ...     members={"even": member(0.5), "sure": member(0.8)},
    ...     region_weights={"even": 1.0, "sure": 1.0},
    ...     within_weights={"even": 0.5, "sure": 0.5},
    ...     shrinkage=0.0,
    ...     listeners=(10, 10),
    ...     outside_scales=(0.0, 0.0),
    ... )
    >>> rows = np.zeros((1, 4), dtype=np.float32)
    >>> features = Features(
    ...     rows[:, :2], None, csr_matrix((1, 5)), np.ones(1, dtype=np.int32), rows, rows
    ... )
    >>> blend.predict(features).country.round(2)
    array([[0.8, 0.2]])
    """

    form: ClassVar[str] = "blend"
    recipe: str
    members: Mapping[str, Fitted]
    region_weights: Mapping[str, float]
    within_weights: Mapping[str, float]
    shrinkage: float
    listeners: tuple[int, ...]
    outside_scales: tuple[float, float]
    adjustment: Adjustment | None = None

    def __post_init__(self) -> None:
        """Refuse members that predict different things, or weights that are not theirs."""
        predicted = {(m.countries, m.regions, m.region_of) for m in self.members.values()}
        if len(predicted) != 1:
            raise ValueError(
                f"members of {self.recipe!r} must predict the same countries and regions; "
                f"{len(predicted)} different ones came"
            )
        for weights in (self.region_weights, self.within_weights):
            if set(weights) != set(self.members):
                raise ValueError(
                    f"one weight a member is expected: members {sorted(self.members)}, "
                    f"weights {sorted(weights)}"
                )

    @property
    def _first(self) -> Fitted:
        return next(iter(self.members.values()))

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes in the order of the probabilities."""
        return self._first.countries

    @property
    def regions(self) -> tuple[str, ...]:
        """Names in the order of the probabilities."""
        return self._first.regions

    @property
    def region_of(self) -> tuple[int, ...]:
        """Position of each country's region."""
        return self._first.region_of

    @property
    def layers(self) -> int:
        """Two: regions are pooled before countries."""
        return 2

    def predict(self, features: Features, *, tau: float | None = None) -> Layers:
        """As `FittedRecipe.predict`."""
        layers = in_batches(self._predict, features)
        return layers if self.adjustment is None else self.adjustment.apply(layers, tau)

    def adjusted(self, adjustment: Adjustment) -> FittedBlend:
        """Give the same members with this adjustment."""
        return replace(self, adjustment=adjustment)

    def _predict(self, features: Features) -> Layers:
        # A member without weight in either layer is not asked.
        heard = {
            name: member.predict(features)
            for name, member in self.members.items()
            if self.region_weights[name] or self.within_weights[name]
        }
        region = pool(
            [layers.region for layers in heard.values()],
            [self.region_weights[n] for n in heard],
        )
        within = pool_within(
            [layers.within for layers in heard.values()],
            [self.within_weights[n] for n in heard],
            self.region_of,
        )
        region, within = self._hear_outsiders(features, region, self._shrunk(within))
        return Layers(combine(region, within, self.region_of), region, within)

    def _shrunk(self, within: Probabilities) -> Probabilities:
        columns = np.asarray(self.region_of)
        counts = np.asarray(self.listeners, dtype=np.float64)
        by_region = np.bincount(columns, weights=counts)[columns]
        prior = counts / np.maximum(by_region, 1e-9)
        return shrink_within(within, prior, by_region, self.shrinkage)

    def _hear_outsiders(
        self, features: Features, region: Probabilities, within: Probabilities
    ) -> tuple[Probabilities, Probabilities]:
        if not features.outside.any():
            return region, within
        of_region, of_country = np.split(features.outside, [len(self.regions)], axis=1)
        first, second = self.outside_scales
        return (
            softmax(log(region) + first * of_region),
            softmax_within(log(within) + second * of_country, self.region_of),
        )

    def save(self, folder: Path) -> None:
        """Write `recipe.json`, and each member into a folder of its name."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, member in self.members.items():
            member.save(folder / name)
        header = {
            "form": self.form,
            "recipe": self.recipe,
            "members": list(self.members),
            "region_weights": dict(self.region_weights),
            "within_weights": dict(self.within_weights),
            "shrinkage": self.shrinkage,
            "listeners": list(self.listeners),
            "outside_scales": list(self.outside_scales),
            "adjustment": self.adjustment and self.adjustment.to_json(),
        }
        write_header(folder, header)

    @classmethod
    def load(cls, folder: Path, *, threads: int | None = None) -> FittedBlend:
        """Read what `save` wrote; errors as in `FittedRecipe.load`."""
        header = read_header(folder, _FIELDS)
        members = {
            name: FittedRecipe.load(folder / name, threads=threads) for name in header["members"]
        }
        first, second = header["outside_scales"]
        fitted = cls(
            recipe=header["recipe"],
            members=members,
            region_weights=header["region_weights"],
            within_weights=header["within_weights"],
            shrinkage=header["shrinkage"],
            listeners=tuple(header["listeners"]),
            outside_scales=(first, second),
        )
        adjustment = header["adjustment"]
        if adjustment is None:
            return fitted
        return fitted.adjusted(Adjustment.from_json(adjustment, fitted.region_of))


_FIELDS = (
    "recipe",
    "members",
    "region_weights",
    "within_weights",
    "shrinkage",
    "listeners",
    "outside_scales",
    "adjustment",
)


def open_recipe(folder: Path, *, threads: int | None = None) -> Fitted:
    """Read a fitted recipe of any form.

    Raises
    ------
    FileNotFoundError, ValueError
        When something is missing or cannot be read; the message says what.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     open_recipe(build.model_path("atlas")).recipe
    'atlas'
    """
    form = read_header(folder, ("form",))["form"]
    forms: dict[str, type[FittedRecipe] | type[FittedBlend]] = {
        kind.form: kind for kind in (FittedRecipe, FittedBlend)
    }
    if form not in forms:
        raise ValueError(
            f"{folder} holds a recipe of the unknown form {form!r}; known are: "
            f"{', '.join(sorted(forms))}"
        )
    fitted: Fitted = forms[form].load(folder, threads=threads)
    return fitted
