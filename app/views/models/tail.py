"""What raising small countries gains and costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from app.charts.still import STILL
from app.charts.strength_curves import strength_curves
from app.look.columns import Column, declared, measured
from app.look.formats import in_words
from app.look.palette import recipe_colours
from app.look.tables import show_table
from app.look.words import count, listed
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from app.views.models.telling import NO_FIGURES
from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import makeup

_SHARES = ("accuracy", "top_5_accuracy", "macro_f1", "accuracy_smallest_10")
_LOSS = "log_loss"
_SAME = 0.0005
"""Change below which a metric stays as it is, as tables write it."""


def tail(build: Build, chosen: Chosen) -> None:
    """Draw how metrics move with the strength of the prior adjustment."""
    st.header("What does raising small countries cost?")
    st.markdown(
        "A recipe names countries with many listeners more often than their lists alone would "
        "say. Dividing each probability by the country's share of the listeners to the power of "
        "τ takes that back: not at all at 0, wholly at 1. No model is fitted anew."
    )
    rows = data.read(build, "prior_adjustment", "part = ?", (chosen.part,))
    labelled = model_queries.labelled(rows, chosen.recipes, chosen.names)
    if labelled.empty:
        st.caption("Moving it is measured on validation and test listeners: choose one of them.")
        return
    catalogue = data.read(build, "metric_catalogue")
    first = [*_SHARES, _LOSS]
    metrics = [*first, *sorted(set(labelled["metric"]) - set(first))]
    table = model_queries.by_strength(labelled, metrics)
    in_use = {name: makeup(build, name).strength for name in chosen.names}
    for recipe, of_recipe in table.groupby("recipe", sort=False):
        _of_recipe(of_recipe, catalogue, chosen, in_use=in_use[str(recipe)])
    if chosen.part == "valid":
        st.caption("Strengths were chosen on these listeners; the test listeners are the proof.")
    _as_table(table, metrics, catalogue, in_use, part=chosen.part)


def _of_recipe(
    table: pd.DataFrame, catalogue: pd.DataFrame, chosen: Chosen, *, in_use: float
) -> None:
    label, recipe = str(table["label"].iloc[0]), str(table["recipe"].iloc[0])
    st.subheader(label, anchor=False)
    about = catalogue.set_index("metric")
    said = gains_and_costs(table, about, part=chosen.part_label, in_use=in_use)
    colours = recipe_colours([*_SHARES, _LOSS], baseline="")
    shares, loss = st.columns([3, 2], gap="medium")
    for column, metrics, unit, title in (
        (shares, _SHARES, "share", "Change against τ = 0"),
        (loss, (_LOSS,), str(about.at[_LOSS, "unit"]), f"{about.at[_LOSS, 'label']}, nats"),
    ):
        lines = _lines(table, about, metrics, unit=unit, against_none=unit == "share")
        with column:
            if lines["y"].isna().all():
                st.caption(NO_FIGURES)
                continue
            st.plotly_chart(
                strength_curves(
                    lines,
                    colours={str(about.at[m, "label"]): colours[m] for m in metrics},
                    y_title=title,
                    in_use=in_use,
                    y_format="+.1%" if unit == "share" else "",
                ),
                config=dict(STILL),
                key=f"tail_{recipe}_{unit}",
                alt=f"{label}: {listed(sorted(set(lines['label'])))} by the strength. {said}",
            )
    st.caption(said)


def _lines(
    table: pd.DataFrame,
    about: pd.DataFrame,
    metrics: tuple[str, ...],
    *,
    unit: str,
    against_none: bool,
) -> pd.DataFrame:
    lines = [
        pd.DataFrame(
            {
                "label": str(about.at[metric, "label"]),
                "tau": table["tau"],
                "y": table[metric] - (table[metric].iloc[0] if against_none else 0.0),
                "written": [in_words(value, unit) for value in table[metric]],
                "n": table["n"],
            }
        )
        for metric in metrics
    ]
    return pd.concat(lines, ignore_index=True)


def gains_and_costs(table: pd.DataFrame, about: pd.DataFrame, *, part: str, in_use: float) -> str:
    """Say what the strength in use gains and costs against none.

    Parameters
    ----------
    table : DataFrame
        Rows of `model_queries.by_strength` of one recipe.
    about : DataFrame
        The table metric_catalogue by metric.
    part : str
        As it is to be read.
    in_use : float
        The strength that holds where none is asked for.
    """
    n = f"n = {count(table['n'].max())} {part} listeners."
    label = table["label"].iloc[0]
    none, used = model_queries.moved(table, in_use)
    if in_use == 0:
        peak = _peak(table, none, about)
        return f"{label} uses τ = 0: it leaves the probabilities as they are. {peak}{n}"
    told: dict[str, list[str]] = {"It gains": [], "It costs": [], "Unchanged": [], "Undefined": []}
    for metric in (*_SHARES, _LOSS):
        change = used[metric] - none[metric]
        name = _name(metric, about)
        if pd.isna(change):
            told["Undefined"].append(name)
        elif abs(change) < _SAME:
            told["Unchanged"].append(name)
        else:
            better = (change > 0) == (about.at[metric, "better"] == "higher")
            figures = f"{name} {_from_to(metric, none, used, about)}"
            told["It gains" if better else "It costs"].append(figures)
    words = [f"{what}: {'; '.join(metrics)}." for what, metrics in told.items() if metrics]
    return " ".join([f"{label} uses τ = {in_use:.2f}.", *words, n])


def _peak(table: pd.DataFrame, none: pd.Series, about: pd.DataFrame) -> str:
    """Say which strength would have the highest macro F1, if that is not none at all."""
    best = table.loc[table["macro_f1"].fillna(-1).idxmax()]
    if best["tau"] == 0:
        return ""
    return (
        f"Macro F1 would be highest at τ = {best['tau']:.2f}: "
        f"{_from_to('macro_f1', none, best, about)}, accuracy "
        f"{_from_to('accuracy', none, best, about)}. "
    )


def _name(metric: str, about: pd.DataFrame) -> str:
    label = str(about.at[metric, "label"])
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def _from_to(metric: str, none: pd.Series, used: pd.Series, about: pd.DataFrame) -> str:
    unit = str(about.at[metric, "unit"])
    return f"from {in_words(none[metric], unit)} to {in_words(used[metric], unit)}"


def _as_table(
    table: pd.DataFrame,
    metrics: Sequence[str],
    catalogue: pd.DataFrame,
    in_use: dict[str, float],
    *,
    part: str,
) -> None:
    marked = [
        int((rows["tau"] - in_use[str(recipe)]).abs().idxmin())
        for recipe, rows in table.groupby("recipe", sort=False)
    ]
    show_table(
        table,
        declared(
            "prior_adjustment",
            Column("recipe", hidden=True),
            Column("label", "Recipe", "The recipe.", marked=marked),
            Column("tau", "τ", unit="decimal", marked=marked),
            *measured(catalogue, *metrics),
            Column("n", "Listeners", "Listeners measured on."),
        ),
        name=f"strength_of_adjustment_{part}",
        alt="Metrics of each recipe by the strength, those in use marked",
        key="tail_table",
    )
    st.caption(
        "Strengths in use are marked. Metrics of the largest or the smallest countries rest on "
        "the listeners of these alone."
    )
