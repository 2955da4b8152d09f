"""What the reader looks at: recipes, and the listeners that they are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd
import streamlit as st

from app.look.palette import recipe_colours
from app.look.selectors import PARTS, choose_part
from app.shell import data
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import BASELINE

Start: TypeAlias = Literal["leading", "default"]
"""Recipes that are chosen before the reader chooses: the best few and the baseline, or the build's
default alone."""

LEADING = 4
"""Recipes beside the baseline that are compared at first: more curves cannot be told apart."""

_KEYS: dict[Start, str] = {"leading": "models_recipes", "default": "models_moved"}


@dataclass(frozen=True)
class Chosen:
    """What the reader looks at: recipes in the build's order, and the part measured on."""

    recipes: pd.DataFrame
    names: list[str]
    part: str
    part_label: str
    colours: dict[str, str]

    def label(self, recipe: str) -> str:
        """Name of a recipe to show."""
        return str(self.recipes.set_index("recipe").at[recipe, "label"])


def choose(build: Build, *, start: Start | None, by_part: bool) -> Chosen:
    """Ask for recipes, unless `start` is None and all are meant, and for a part."""
    recipes = data.recipes(build)
    names = dict(zip(recipes["label"], recipes["recipe"], strict=True))
    of_recipes, of_part = st.columns([3, 2], gap="medium")
    labels = list(names)
    if start is not None:
        first = leading(build) if start == "leading" else [build.manifest.default_recipe]
        labels = of_recipes.pills(
            "Recipes to compare",
            list(names),
            selection_mode="multi",
            default=[label for label, recipe in names.items() if recipe in first],
            key=_KEYS[start],
            bind="query-params",
            wrap=True,
        )
    part = "valid"
    if by_part:
        with of_part:
            part = choose_part("models_part")
    colours = recipe_colours(recipes["recipe"].tolist(), baseline=BASELINE)
    return Chosen(
        recipes=recipes,
        names=[names[label] for label in names if label in labels],
        part=part,
        part_label=PARTS[part].label.lower(),
        colours={label: colours[recipe] for label, recipe in names.items()},
    )


def leading(build: Build) -> list[str]:
    """Name the default recipe, those of the lowest log loss on validation, and the baseline."""
    headline = build.manifest.headline
    losses = {recipe: headline[recipe].get("log_loss") for recipe in headline}
    known = {recipe: loss for recipe, loss in losses.items() if loss is not None}
    default = build.manifest.default_recipe
    peers = [recipe for recipe in sorted(known, key=known.__getitem__) if recipe != default]
    peers = [recipe for recipe in peers if recipe != BASELINE][: LEADING - 1]
    return [default, *peers, BASELINE]
