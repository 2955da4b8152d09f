"""How many artists it takes to be right."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.charts.line_curves import line_curves
from app.charts.still import STILL
from app.look.columns import Column, declared
from app.look.tables import show_table
from app.look.words import count
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from app.views.models.telling import at
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import BASELINE


def short_lists(build: Build, chosen: Chosen) -> None:
    """Draw accuracy by the number of artists known."""
    st.header("How many artists does it need to know?")
    rows = data.read(
        build, "accuracy_by_known", "part = ? ORDER BY recipe, known_artists", (chosen.part,)
    )
    names = [*chosen.names, *({BASELINE} & set(chosen.recipes["recipe"]) - set(chosen.names))]
    table = model_queries.labelled(rows, chosen.recipes, names)
    if table.empty:
        st.caption("Short lists are measured on validation and test listeners: choose one of them.")
        return
    lines = table.rename(columns={"known_artists": "x", "accuracy": "y"})
    ticks = sorted(set(lines["x"]))
    said = at(lines, max(ticks), f"from {max(ticks)} artists")
    st.plotly_chart(
        line_curves(
            lines,
            colours=chosen.colours,
            x_title="Artists known, the most played first",
            y_title="Right at the first guess",
            ticks=ticks,
            logarithmic=True,
        ),
        config=dict(STILL),
        key="short_lists",
        alt=f"Share of listeners whose country is named first by the artists known. {said}",
    )
    st.caption(
        f"{said} Measured on {chosen.part_label} listeners who have that many artists in the taste "
        f"space: {_range(lines['n'])}. The grey line names the largest country each time."
    )
    show_table(
        table,
        declared(
            "accuracy_by_known",
            Column("label", "Recipe"),
            "known_artists",
            Column("accuracy", unit="share"),
            Column("top_5_accuracy", unit="share"),
            Column("n", "Listeners"),
        ),
        name=f"accuracy_by_known_{chosen.part}",
        alt="Accuracy by the number of artists known",
        key="short_lists_table",
    )


def _range(n: pd.Series) -> str:
    low, high = count(n.min()), count(n.max())
    return f"n = {high}" if low == high else f"n from {low} to {high}"
