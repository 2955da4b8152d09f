"""What several pages let the reader choose: a recipe, and the listeners that are measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd
import streamlit as st


@dataclass(frozen=True)
class Part:
    """A part of the listeners, as it is to be read: its label, and which listeners they are."""

    label: str
    who: str


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "valid": Part("Validation", "listeners that recipes were chosen on, not fitted on"),
        "test": Part("Test", "listeners that nothing was fitted or chosen on"),
        "train": Part("Training", "listeners that recipes were fitted on, so that figures flatter"),
    }
)
"""The parts of the listeners by their names in tables, the one that is shown at first before."""


def choose_part(key: str, *, order: Sequence[str] = tuple(PARTS)) -> str:
    """Let one part be chosen, at first validation; give its name.

    Parameters
    ----------
    key : str
        Of the widget and in the address.
    order : sequence of str
        Names of parts.
    """
    names = {PARTS[name].label: name for name in order}
    chosen = st.segmented_control(
        "Measured on",
        list(names),
        default=PARTS["valid"].label,
        required=True,
        key=key,
        bind="query-params",
    )
    return names[chosen]


def choose_recipe(
    recipes: pd.DataFrame,
    *,
    key: str,
    default: str | None = None,
    meaning: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """Let one recipe be chosen; give its name.

    Parameters
    ----------
    recipes : DataFrame
        Rows of the table recipes, in the order in which they are offered; one at least.
    key : str
        Of the widget and in the address.
    default : str, optional
        Recipe that is chosen at first; the first row's where it is not among `recipes`.
    meaning : str, optional
        What the reader is told beside the choice, such as `meanings`.
    width : int or "stretch"
        In pixels.
    """
    names = dict(zip(recipes["label"], recipes["recipe"], strict=True))
    known = list(names.values())
    label = st.selectbox(
        "Recipe",
        list(names),
        index=known.index(default) if default in known else 0,
        key=key,
        bind="query-params",
        help=meaning,
        width=width,
    )
    return str(names[label])


WAY = "The way from artists to probabilities."
"""What a recipe is, where its meaning stands elsewhere."""


def meanings(recipes: pd.DataFrame) -> str:
    """Say what each recipe is, in a line of Markdown; `recipes` as in `choose_recipe`."""
    return " ".join(f"**{row.label}**: {row.meaning}" for row in recipes.itertuples())
