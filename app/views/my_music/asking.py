"""How the list is asked about: recipe, strength of the prior adjustment, and the whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from app.look.selectors import WAY, choose_recipe
from app.look.words import percent
from app.shell import data
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Prediction, Predictor

_STEP = 0.05
_WORTH_TELLING = 0.0005


@dataclass(frozen=True)
class Question:
    """A list and how it is asked about; `tau` None leaves it to the recipe."""

    plays: tuple[Play, ...]
    recipe: str
    tau: float | None = None
    total_scrobbles: int | None = None

    def answer(self, predictor: Predictor) -> Prediction:
        """Ask the models."""
        return predictor.predict(
            self.plays,
            recipe=self.recipe,
            total_scrobbles=self.total_scrobbles,
            tau=self.tau,
        )

    def of(self, plays: Sequence[Play]) -> Question:
        """Ask the same of another list."""
        return replace(self, plays=tuple(plays))


def options(
    build: Build, predictor: Predictor, plays: Sequence[Play], *, expanded: bool
) -> Question:
    """Let it be chosen how the list is asked about."""
    recipes = data.recipes(build)
    with st.expander("Options", icon=":material/tune:", expanded=expanded):
        recipe = choose_recipe(
            recipes, key="recipe", default=build.manifest.default_recipe, meaning=WAY
        )
        st.caption(str(recipes.set_index("recipe").at[recipe, "meaning"]))
        tau = _strength(build, predictor, recipe)
        scrobbles = st.number_input(
            "Plays in your whole history",
            min_value=0,
            value=None,
            step=1000,
            key="scrobbles",
            bind="query-params",
            placeholder="Unknown",
            help="Last.fm calls them total scrobbles. Leave it empty when you do not know.",
        )
    return Question(tuple(plays), recipe, tau, None if scrobbles is None else int(scrobbles))


def _strength(build: Build, predictor: Predictor, recipe: str) -> float | None:
    """Let small countries be raised; None where the recipe's own strength stands."""
    own = predictor.default_tau(recipe)
    curve = data.read(build, "prior_adjustment", "recipe = ?", (recipe,))
    if curve.empty:
        return None
    # Each recipe has a slider of its own, as it has a strength of its own.
    key = "tau" if recipe == build.manifest.default_recipe else f"tau_{recipe}"
    tau = st.slider(
        "Raise small countries",
        0.0,
        1.0,
        own,
        _STEP,
        key=key,
        bind="query-params",
        help=(
            "The strength τ of the prior adjustment: at 0 a country with more listeners learned "
            "from is the likelier for it; at 1 the size of a country counts for nothing."
        ),
    )
    st.caption(cost(curve, tau, own=own))
    return None if abs(tau - own) < _STEP / 2 else float(tau)


def cost(curve: pd.DataFrame, tau: float, *, own: float) -> str:
    """Say in words what another strength than the recipe's own gains and costs.

    Parameters
    ----------
    curve : DataFrame
        Rows of the table prior_adjustment of one recipe.
    tau, own : float
        The strength, and the recipe's own.
    """
    part = "test" if (curve["part"] == "test").any() else "valid"
    rows = curve[curve["part"] == part]
    here, there = _at(rows, tau), _at(rows, own)
    measured = [
        f"{label} {percent(here[metric])}{_change(here[metric] - there[metric])}"
        for metric, label in (("accuracy", "right at once"), ("macro_f1", "macro F1"))
        if metric in here and metric in there
    ]
    whose = (
        "the recipe's own strength" if abs(tau - own) < _STEP / 2 else f"the recipe's own: {own:g}"
    )
    n = int(rows["n"].max())
    return f"τ = {tau:g} ({whose}). Of {n:,} listeners held back: {', '.join(measured)}."


def _at(rows: pd.DataFrame, tau: float) -> dict[str, float]:
    """Values of the metrics at the measured strength nearest to `tau`."""
    nearest = rows["tau"].iloc[(rows["tau"] - tau).abs().argmin()]
    chosen = rows[(rows["tau"] == nearest) & rows["value"].notna()]
    return dict(zip(chosen["metric"], chosen["value"].astype(float), strict=True))


def _change(difference: float) -> str:
    """Write a difference in percentage points; nothing where there is none to speak of."""
    if abs(difference) < _WORTH_TELLING:
        return ""
    return f" ({'+' if difference > 0 else '−'}{abs(difference) * 100:.1f} points)"
