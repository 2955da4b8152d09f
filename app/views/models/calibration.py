"""Whether probabilities mean what they say."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from app.charts.calibration_curve import calibration_curve
from app.charts.still import STILL
from app.look.columns import Column, measured
from app.look.tables import show_table
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from app.views.models.telling import LAYERS, NO_FIGURES, curves_as_table, told
from pipeline.core.builds.build import Build


def calibration(build: Build, chosen: Chosen) -> None:
    """Compare how probable first guesses are said to be with how often they are right."""
    st.header("Do probabilities mean what they say?")
    st.markdown(
        "Of the listeners whose first guess is said to be right with 70%, about 70% should be "
        "right. On the dotted line they are; below it a recipe is too sure of itself, above it not "
        "sure enough."
    )
    errors = _calibration_errors(build, chosen)
    for column, view in zip(st.columns(2, gap="medium"), LAYERS, strict=True):
        rows = data.read(
            build, "calibration", "part = ? AND view = ? ORDER BY recipe, bin", (chosen.part, view)
        )
        table = model_queries.labelled(rows, chosen.recipes, chosen.names)
        with column:
            st.subheader(LAYERS[view], anchor=False)
            if table.empty:
                st.caption(NO_FIGURES)
                continue
            said = _errors_in_words(errors, view)
            st.plotly_chart(
                calibration_curve(table, colours=chosen.colours),
                config=dict(STILL),
                key=f"calibration_{view}",
                alt=f"How often the first guess is right by its probability, {view}. {said}",
            )
            st.caption(said)
    st.caption(
        f"Measured on {chosen.part_label} listeners. The larger a dot, the more listeners are in "
        "its bin; small dots rest on few listeners and swing. The calibration error is "
        "the gap to the dotted line, on average over listeners."
    )
    (error,) = measured(data.read(build, "metric_catalogue"), "calibration_error")
    show_table(
        errors,
        [
            Column("label", "Recipe"),
            *(replace(error, name=view, label=label) for view, label in LAYERS.items()),
            Column("n", "Listeners", unit="count"),
        ],
        name=f"calibration_error_{chosen.part}",
        alt="Calibration error of each recipe, for countries and regions",
        key="calibration_errors",
    )
    curves_as_table(
        build,
        "calibration",
        "SELECT r.label, c.view, c.bin, c.confidence, c.accuracy, c.n FROM calibration AS c "
        "JOIN recipes AS r USING (recipe) WHERE part = ? AND list_contains(?, recipe) "
        "ORDER BY r.recipe, c.view, c.bin",
        chosen,
        [
            "bin",
            Column("confidence", unit="share"),
            Column("accuracy", unit="share"),
        ],
        alt="Bins of the calibration curves",
    )


def _calibration_errors(build: Build, chosen: Chosen) -> pd.DataFrame:
    rows = data.read(
        build,
        "metrics",
        "metric = 'calibration_error' AND part = ? AND subject = ''",
        (chosen.part,),
    )
    table = model_queries.labelled(rows, chosen.recipes, chosen.names)
    wide = table.pivot(index=["recipe", "label"], columns="view", values="value")
    wide = wide.reindex(columns=list(LAYERS)).reset_index()
    n = table.groupby("recipe")["n"].max()
    return wide.assign(n=wide["recipe"].map(n)).rename_axis(columns=None)


def _errors_in_words(errors: pd.DataFrame, view: str) -> str:
    known = errors.dropna(subset=[view])
    figures = told(known["label"], known[view])
    return f"Calibration error: {figures}." if figures else ""
