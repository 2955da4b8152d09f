"""How many guesses it takes to be right."""

from __future__ import annotations

import streamlit as st

from app.charts.line_curves import line_curves
from app.charts.still import STILL
from app.look.columns import Column
from app.look.words import count
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from app.views.models.telling import LAYERS, NO_FIGURES, at, curves_as_table
from pipeline.core.builds.build import Build


def guesses(build: Build, chosen: Chosen) -> None:
    """Draw how often the truth is among the k most probable."""
    st.header("How many guesses does it take?")
    for column, view in zip(st.columns(2, gap="medium"), LAYERS, strict=True):
        rows = data.read(
            build, "top_k", "part = ? AND view = ? ORDER BY recipe, k", (chosen.part, view)
        )
        table = model_queries.labelled(rows, chosen.recipes, chosen.names)
        with column:
            st.subheader(LAYERS[view], anchor=False)
            if table.empty:
                st.caption(NO_FIGURES)
                continue
            said = at(table.rename(columns={"k": "x", "accuracy": "y"}), 3, "within 3 guesses")
            st.plotly_chart(
                line_curves(
                    table.rename(columns={"k": "x", "accuracy": "y"}),
                    colours=chosen.colours,
                    x_title="Guesses allowed",
                    y_title="Truth among them",
                ),
                config=dict(STILL),
                key=f"top_k_{view}",
                alt=f"Share of listeners found by the number of guesses, {view}. {said}",
            )
            st.caption(f"{said} n = {count(table['n'].max())} {chosen.part_label} listeners.")
    curves_as_table(
        build,
        "top_k",
        "SELECT r.label, t.view, t.k, t.accuracy, t.n FROM top_k AS t "
        "JOIN recipes AS r USING (recipe) WHERE part = ? AND list_contains(?, recipe) "
        "ORDER BY r.recipe, t.view, t.k",
        chosen,
        [Column("k", "Guesses"), Column("accuracy", unit="share")],
        alt="Share of listeners found by the number of guesses",
    )
