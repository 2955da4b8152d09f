"""Whether countries with few listeners are found."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app.charts.scatter_by_support import scatter_by_support
from app.charts.still import STILL
from app.look.columns import Column, declared, measured
from app.look.selectors import choose_recipe
from app.look.tables import show_table
from app.look.words import count
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from app.views.models.telling import NARROW, NO_FIGURES
from pipeline.core.builds.build import Build


def rare_countries(build: Build, chosen: Chosen) -> None:
    """Draw recall of each country by its training listeners."""
    st.header("Are countries with few listeners found?")
    recipe = choose_recipe(
        chosen.recipes[chosen.recipes["recipe"].isin(chosen.names)],
        key="models_recipe",
        default=build.manifest.default_recipe,
        width=NARROW,
    )
    label = chosen.label(recipe)
    rows = data.read(
        build,
        "metrics",
        "recipe = ? AND part = ? AND view = 'country' AND metric = 'recall'",
        (recipe, chosen.part),
    )
    table = model_queries.recall_by_support(rows, data.read(build, "countries"))
    if table.empty:
        st.caption(NO_FIGURES)
        return
    never = table[table["recall"] == 0]
    said = (
        f"{len(never)} of {len(table)} countries are never found; the largest of them, "
        f"{never['country_name'].iloc[0]}, has {count(never['train_listeners'].iloc[0])} training "
        "listeners."
        if len(never)
        else f"Each of the {len(table)} countries is found at least once."
    )
    st.plotly_chart(
        scatter_by_support(table, palette=data.palette(build)),
        config=dict(STILL),
        key="support",
        alt=f"Share of each country's listeners found by its training listeners. {said}",
    )
    st.caption(
        f"{said} Up: the share of a country's {chosen.part_label} listeners whose first guess is "
        f"right, by {label}. Each step to the right is ten times as many listeners learned "
        "from. With few listeners measured, shares are coarse: n is in the table."
    )
    (recall,) = measured(data.read(build, "metric_catalogue"), "recall")
    show_table(
        table,
        declared(
            "countries",
            Column("country_name", "Country"),
            "region",
            Column("train_listeners", "Training listeners"),
            replace(recall, label="Found"),
            Column("n", "Measured on", "Listeners that the share rests on."),
        ),
        name=f"recall_by_country_{recipe}_{chosen.part}",
        alt="Share found and listeners learned from, by country",
        key="support_table",
    )
