"""What each recipe is worth beyond a single figure, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app.shell.page import page
from app.views.models.calibration import calibration
from app.views.models.choosing import Chosen, Start, choose
from app.views.models.cost import cost
from app.views.models.guesses import guesses
from app.views.models.learning import learning
from app.views.models.members import members
from app.views.models.rare_countries import rare_countries
from app.views.models.sets import sets
from app.views.models.short_lists import short_lists
from app.views.models.tail import tail
from pipeline.core.builds.build import Build


@dataclass(frozen=True)
class _Section:
    """A section, and what the reader chooses above it; without `start` all recipes are meant."""

    draw: Callable[[Build, Chosen], None]
    start: Start | None = "leading"
    by_part: bool = True


_SECTIONS = {
    "Calibration": _Section(calibration),
    "Guesses": _Section(guesses),
    "Short lists": _Section(short_lists),
    "Tail": _Section(tail, start="default"),
    "Sets": _Section(sets, start="default"),
    "Rare countries": _Section(rare_countries),
    "Members": _Section(members, start=None, by_part=False),
    "Learning": _Section(learning, by_part=False),
    "Cost": _Section(cost, by_part=False),
}


@page("Models", icon=":material/monitoring:", order=70)
def models(build: Build) -> None:
    """Compare recipes: how sure, how right, how they learned, what they miss and cost."""
    shown = st.segmented_control(
        "Look at",
        list(_SECTIONS),
        default=next(iter(_SECTIONS)),
        required=True,
        key="models_show",
        bind="query-params",
    )
    section = _SECTIONS[shown]
    chosen = choose(build, start=section.start, by_part=section.by_part)
    if not chosen.names:
        st.caption("No recipe is chosen: choose at least one above.")
        return
    section.draw(build, chosen)
