"""What a fitted recipe says of itself: its strength of the prior adjustment, and its members.

Read from the head of its files alone, so that no model is loaded for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.core.builds.build import Build, BuildError
from pipeline.core.model.blend import FittedBlend
from pipeline.core.model.fitted import read_header

_KINDS = {
    "linear": "Linear layers over artists",
    "network": "Network over artists",
    "trees": "Trees on evidence and vectors",
}


@dataclass(frozen=True)
class Member:
    """A recipe within a blend, with its weight in each layer.

    Examples
    --------
    >>> member = Member("network_2", region_weight=0.5, within_weight=0.0)
    >>> member.label, member.heard
    ('Network over artists, 2', True)
    """

    name: str
    region_weight: float
    within_weight: float

    @property
    def label(self) -> str:
        """Name to show; a number at the end of `name` stays."""
        kind, _, number = self.name.partition("_")
        shown = _KINDS.get(kind, self.name)
        return f"{shown}, {number}" if kind in _KINDS and number else shown

    @property
    def heard(self) -> bool:
        """Whether it has a weight in either layer."""
        return bool(self.region_weight or self.within_weight)


@dataclass(frozen=True)
class Makeup:
    """What a fitted recipe is made of.

    Attributes
    ----------
    strength : float
        Strength of the prior adjustment where none is asked for.
    members : tuple of Member
        None for a recipe that is no blend.
    shrinkage : float
        Listeners' worth of the region's shares that the second layer is drawn to; 0 without.

    Examples
    --------
    >>> Makeup(strength=0.5).members
    ()
    """

    strength: float
    members: tuple[Member, ...] = ()
    shrinkage: float = 0.0


def makeup(build: Build, recipe: str) -> Makeup:
    """Read what a recipe of a build is made of; BuildError where its file is damaged.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     made_of = makeup(build, "atlas")
    >>> "trees" in [member.name for member in made_of.members]
    True
    """
    with build.reading():
        try:
            return _read(read_header(build.model_path(recipe), ("form", "adjustment")))
        except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
            raise BuildError(f"the recipe {recipe!r} of the build {build.id}: {error}") from error


def _read(header: dict[str, Any]) -> Makeup:
    adjustment = header["adjustment"]
    strength = float(adjustment["default"]) if adjustment else 0.0
    if header["form"] != FittedBlend.form:
        return Makeup(strength)
    regions, within = header["region_weights"], header["within_weights"]
    members = tuple(Member(m, float(regions[m]), float(within[m])) for m in header["members"])
    return Makeup(strength, members, float(header["shrinkage"]))
