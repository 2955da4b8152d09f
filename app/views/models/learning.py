"""How the models learned."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.charts.line_curves import line_curves
from app.charts.still import STILL
from app.look.columns import Column
from app.look.tables import show_table
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from app.views.models.telling import NARROW
from pipeline.core.builds.build import Build

_FEW_STEPS = 12
_AXES = {"round": "Boosting round", "pass": "Pass over the training listeners"}
_PLURALS = {"round": "rounds", "pass": "passes"}
_KEPT = {
    "round": "The round of the lowest validation loss.",
    "pass": "The last pass: a network learns in smaller and smaller steps to its end.",
}
_RINGS = {
    "round": "Rings: the round of the lowest validation loss, whose trees are kept. Where dashed "
    "lines fall on and the others do not, a recipe learns its listeners by heart.",
    "pass": "Rings: the last pass, which is kept. Training losses were met on the way, with a part "
    "of each list and of the network left out, so that they lie higher than they would be.",
}


def learning(build: Build, chosen: Chosen) -> None:
    """Draw log loss by boosting round or pass."""
    st.header("How did the models learn?")
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
        help="countries: all at once; regions: the first layer; network and a number: a network "
        "within a blend; the name of a region: its second layer.",
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
    _draw(table, chosen, model)


def _draw(table: pd.DataFrame, chosen: Chosen, model: str) -> None:
    stops = model_queries.stops(table)
    step = "pass" if model_queries.in_passes(model) else "round"
    said = "; ".join(
        f"{row.label} kept {step} {row.kept} of {row.rounds}" for row in stops.itertuples()
    )
    steps = sorted(set(table["iteration"]))
    st.plotly_chart(
        line_curves(
            model_queries.learning_curves(table),
            colours=chosen.colours,
            x_title=_AXES[step],
            y_title="Log loss, nats",
            share=False,
            # A few passes would be marked in halves.
            ticks=steps if len(steps) <= _FEW_STEPS else None,
        ),
        config=dict(STILL),
        key="learning",
        alt=f"Log loss by {_AXES[step].lower()}. {said}.",
    )
    st.caption(f"{said}. Lines through: validation; dashed: the training listeners. {_RINGS[step]}")
    show_table(
        stops,
        [
            Column("label", "Recipe"),
            Column("rounds", f"{_PLURALS[step].capitalize()} fitted"),
            Column("kept", f"{step.capitalize()} kept", _KEPT[step]),
            Column(
                "valid_loss",
                "Validation loss",
                "Mean log loss of the validation listeners there, in nats.",
                unit="nats",
            ),
            Column(
                "train_loss",
                "Training loss",
                "Mean log loss of the training listeners there, in nats.",
                unit="nats",
            ),
        ],
        name=f"learning_{model}",
        alt=f"Fitted and kept of this model, in {_PLURALS[step]}, and the loss there",
        key="stops",
    )
