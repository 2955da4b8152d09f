"""What a recipe that blends others is made of."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.charts.member_bars import LAYERS, member_bars
from app.charts.still import STILL
from app.look.columns import Column
from app.look.selectors import choose_recipe
from app.look.tables import show_table
from app.look.words import counted, listed
from app.views.models.choosing import Chosen
from app.views.models.telling import NARROW
from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import Makeup, makeup


def members(build: Build, chosen: Chosen) -> None:
    """Show the members of a blend with their weights in both layers."""
    made = {name: makeup(build, name) for name in chosen.names}
    blends = [name for name, found in made.items() if found.members]
    if not blends:
        st.caption("No recipe of this build is made of others.")
        return
    recipe = blends[0]
    if len(blends) > 1:
        offered = chosen.recipes[chosen.recipes["recipe"].isin(blends)]
        recipe = choose_recipe(offered, key="models_blend", width=NARROW)
    label = chosen.label(recipe)
    st.header(f"What is {label} made of?")
    meaning = chosen.recipes.set_index("recipe").at[recipe, "meaning"]
    st.markdown(f"{meaning} It multiplies what its members say, each to the power of its weight.")
    found = made[recipe]
    table = pd.DataFrame(
        [(m.label, m.region_weight, m.within_weight) for m in found.members],
        columns=["label", *LAYERS],
    )
    said = in_words(found, label)
    st.plotly_chart(
        member_bars(table),
        config=dict(STILL),
        key="members",
        alt=f"Weight of each member of {label} in both layers. {said}",
    )
    st.caption(said)
    show_table(
        table,
        [
            Column("label", "Member"),
            Column(
                "region_weight",
                LAYERS["region_weight"],
                "Power that what it says of the region is raised to.",
                unit="nats",
            ),
            Column(
                "within_weight",
                LAYERS["within_weight"],
                "Power that what it says of the country within the region is raised to.",
                unit="nats",
            ),
        ],
        name=f"members_of_{recipe}",
        alt=f"Members of {label} and their weights",
        key="members_table",
    )


def in_words(found: Makeup, label: str) -> str:
    """Say which members count, how sure they make the whole, and what happens after them."""
    words = ["Weights were fitted on validation listeners, in each layer by itself."]
    first = sum(m.region_weight for m in found.members)
    second = sum(m.within_weight for m in found.members)
    words.append(
        f"They sum to {first:.2f} in layer 1 and to {second:.2f} in layer 2: above 1 the whole is "
        "surer than its members, below 1 less sure."
    )
    silent = [m.label for m in found.members if not m.heard]
    if silent:
        verb = "has" if len(silent) == 1 else "have"
        words.append(f"{listed(silent)} {verb} no weight here and is not asked.")
    words.append(
        f"Countries within a region are drawn to their shares of it by "
        f"{counted(round(found.shrinkage), 'listener', 'listeners')}' worth."
        if found.shrinkage
        else "Countries within a region are not drawn to their shares of it (shrinkage 0)."
    )
    words.append(
        f"Where none is asked for, {label} raises small countries by τ = {found.strength:.2f}."
    )
    return " ".join(words)
