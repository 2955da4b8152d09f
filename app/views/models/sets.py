"""Whether prediction sets hold the truth as often as they promise."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.charts.coverage_dots import coverage_dots
from app.charts.still import STILL
from app.look.columns import Column, declared
from app.look.tables import show_table
from app.look.words import counted, percent
from app.queries import models as model_queries
from app.shell import data
from app.views.models.choosing import Chosen
from pipeline.core.builds.build import Build
from pipeline.core.model.adjustment import COVERAGE

_EVERYBODY = "All listeners"
_COVERAGE = declared(
    "coverage",
    "region",
    Column("label", "Recipe", "The recipe."),
    Column("covered", "Truth in the set", unit="share"),
    Column(
        "low",
        "Likely from",
        "Lower end of the range that chance leaves open, 95 times in 100.",
        unit="share",
    ),
    Column(
        "high",
        "Likely to",
        "Upper end of the range that chance leaves open, 95 times in 100.",
        unit="share",
    ),
    Column("mean_size", unit="classes"),
    Column("median_size", unit="classes"),
    Column("n", "Listeners"),
    Column(
        "few",
        meaning=f"Fewer than {model_queries.FEW} listeners: the share says little.",
    ),
)


def sets(build: Build, chosen: Chosen) -> None:
    """Compare the coverage of prediction sets with what they promise, region by region."""
    st.header("Do sets of countries hold the truth?")
    st.markdown(
        f"An answer comes with a set of countries that should hold the listener's own for "
        f"{COVERAGE:.0%} of all listeners. A sure answer has a small set, an unsure one a large."
    )
    rows = data.read(build, "coverage", "part = ?", (chosen.part,))
    labelled = model_queries.labelled(rows, chosen.recipes, chosen.names)
    if labelled.empty:
        st.caption("Sets are measured on validation and test listeners: choose one of them.")
        return
    regions = data.read(build, "regions", "true ORDER BY position")["region"].tolist()
    table = model_queries.coverage_by_region(labelled, regions, everybody=_EVERYBODY)
    said = _in_words(table, part=chosen.part_label)
    st.plotly_chart(
        coverage_dots(table, colours=chosen.colours, promised=COVERAGE),
        config=dict(STILL),
        key="coverage",
        alt=f"Share of listeners whose country is in their set, by region. {said}",
    )
    proof = (
        " The sets were fitted on these very listeners; the test listeners are the proof."
        if chosen.part == "valid"
        else ""
    )
    st.caption(
        f"{said}{proof} The dotted line is what is promised. A line through a dot is the range "
        f"that chance leaves open, 95 times in 100; hollow dots rest on fewer than "
        f"{model_queries.FEW} listeners and say little."
    )
    _as_table(table, part=chosen.part)


def _in_words(table: pd.DataFrame, *, part: str) -> str:
    return " ".join(
        _of_recipe(rows.set_index("region"), str(label), part)
        for label, rows in table.groupby("label", sort=False)
    )


def _of_recipe(rows: pd.DataFrame, label: str, part: str) -> str:
    """Say how often the sets hold, how large they are, and where they hold least."""
    words = ""
    if _EVERYBODY in rows.index:
        whole = rows.loc[_EVERYBODY]
        words = (
            f"{label}: sets hold the country of {percent(whole['covered'])} of "
            f"{counted(int(whole['n']), f'{part} listener', f'{part} listeners')}, with "
            f"{whole['mean_size']:.1f} countries on average and {whole['median_size']:g} for half "
            "of them or fewer."
        )
    enough = rows[~rows["few"].astype(bool)].drop(index=_EVERYBODY, errors="ignore")
    short = enough[enough["high"] < COVERAGE]
    if len(short):
        told = "; ".join(
            f"{region} {percent(row['covered'])} of {counted(int(row['n']), 'one', 'them')}"
            for region, row in short.iterrows()
        )
        return f"{words} Clearly less than promised: {told}."
    if len(enough) > 1:
        least = enough["covered"].idxmin()
        return (
            f"{words} Of regions with enough listeners least in {least}: "
            f"{percent(enough.at[least, 'covered'])} of {int(enough.at[least, 'n'])}."
        )
    return words


def _as_table(table: pd.DataFrame, *, part: str) -> None:
    show_table(
        table,
        _COVERAGE,
        name=f"coverage_{part}",
        alt="How often prediction sets hold the truth, and how large they are, by region",
        key="coverage_table",
    )
