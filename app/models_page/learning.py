"""How the models learned."""

from __future__ import annotations

import streamlit as st

from app import data, model_queries
from app.charts.line_curves import CONFIG, line_curves
from app.models_page.choosing import Chosen
from app.models_page.telling import NARROW
from app.tables import show_table
from pipeline.core.builds import Build


def learning(build: Build, chosen: Chosen) -> None:
    """Draw log loss by boosting round or pass."""
    st.header("How did the trees learn?")
    names = data.ask(build, "SELECT DISTINCT recipe, model FROM training_log")
    if names.empty:
        st.caption("No recipe of this build keeps a log of its learning.")
        return
    model = st.selectbox(
        "Model within the recipe",
        model_queries.models_in(names),
        key="models_model",
        width=NARROW,
        bind="query-params",
        help="countries: all at once; regions: the first layer; the name of a region: its second.",
    )
    log = data.read(build, "training_log", "model = ? ORDER BY recipe, iteration", (model,))
    table = model_queries.labelled(log, chosen.recipes, chosen.names)
    if table.empty:
        with_log = data.read(build, "recipes", "recipe IN (SELECT recipe FROM training_log)")
        st.caption(
            f"None of the chosen recipes has a log of the model {model}. "
            f"Recipes with a log: {'; '.join(with_log['label'])}."
        )
        return
    stops = model_queries.stops(table)
    said = "; ".join(
        f"{row.label} kept round {row.kept} of {row.rounds}" for row in stops.itertuples()
    )
    st.plotly_chart(
        line_curves(
            model_queries.learning_curves(table),
            colours=chosen.colours,
            x_title="Boosting round",
            y_title="Log loss, nats",
            share=False,
        ),
        config=dict(CONFIG),
        key="learning",
        alt=f"Log loss by boosting round. {said}.",
    )
    st.caption(
        f"{said}. Lines through: validation; dashed: the training listeners; rings: the round of "
        "the lowest validation loss, whose trees are kept. Where dashed lines fall on and the "
        "others do not, a recipe learns its listeners by heart."
    )
    show_table(
        stops,
        name=f"learning_{model}",
        alt="Rounds fitted and kept, and the loss there",
        key="stops",
        labels={
            "label": "Recipe",
            "rounds": "Rounds fitted",
            "kept": "Round kept",
            "valid_loss": "Validation loss",
            "train_loss": "Training loss",
        },
        meanings={
            "kept": "The round of the lowest validation loss.",
            "valid_loss": "Mean log loss of the validation listeners at the round kept, in nats.",
            "train_loss": "Mean log loss of the training listeners at the round kept, in nats.",
        },
        units={"valid_loss": "nats", "train_loss": "nats"},
    )
