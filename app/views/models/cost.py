"""What each recipe costs."""

from __future__ import annotations

import streamlit as st

from app.look.columns import Column
from app.look.tables import show_table
from app.look.words import count
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from pipeline.core.builds.build import Build

_COSTS = [
    Column("label", "Recipe"),
    Column(
        "train_seconds",
        "Training, s",
        "Wall-clock seconds of the training stage when it last ran.",
    ),
    Column(
        "evaluate_seconds",
        "Evaluation, s",
        "Wall-clock seconds of the evaluation stage when it last ran.",
    ),
    Column(
        "per_second",
        "Listeners evaluated a second",
        "All kept listeners, divided by the seconds of the evaluation.",
        unit="count",
    ),
    Column(
        "peak_mb",
        "Peak memory, MiB",
        "Highest resident memory of the process in training or evaluation.",
        unit="count",
    ),
    Column("model_mb", "Model files, MiB", "Size of the recipe's files in the build."),
]


def cost(build: Build, chosen: Chosen) -> None:
    """Show seconds, memory and size."""
    st.header("What does each recipe cost?")
    countries = data.read(build, "countries", "kept")
    parts = ["train_listeners", "valid_listeners", "test_listeners"]
    listeners = int(countries[parts].to_numpy().sum())
    table = model_queries.costs(
        build.manifest.stages, build.manifest.files, chosen.recipes, listeners=listeners
    )
    table = table[table["recipe"].isin(chosen.names)]
    show_table(
        table.round({"peak_mb": 0, "per_second": 0}).reset_index(drop=True),
        _COSTS,
        name="cost_of_recipes",
        alt="Seconds, memory and size of each recipe",
        key="costs",
    )
    threads = build.manifest.config.get("threads")
    st.caption(
        f"As measured while this build was made{f', with {threads} threads' if threads else ''}. "
        f"Evaluation predicts all {count(listeners)} listeners of the three parts at once and "
        "measures and writes everything that these pages show, so that a bare prediction is "
        "faster. Memory is that of the whole process: it holds what the stages before left behind, "
        "and the tables that a recipe learns from."
    )
