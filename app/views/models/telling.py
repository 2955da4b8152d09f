"""What several sections say and show in the same way."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from app.look.tables import show_table
from app.look.words import percent
from app.shell import data
from app.views.models.choosing import Chosen
from pipeline.core.builds.build import Build

LAYERS = {"countries": "Countries", "regions": "Regions"}
NARROW = 360
"""Pixels of a choice that need not fill the page."""

NO_FIGURES = "There are no figures for this choice."


def meaning(build: Build, metric: str) -> str:
    """What a metric says, in one sentence."""
    found = data.read(build, "metric_catalogue", "metric = ?", (metric,))
    return str(found["meaning"].iloc[0]) if len(found) else ""


def told(labels: Iterable[str], shares: Iterable[float]) -> str:
    """Write figures with their recipes, whose names may hold commas."""
    return "; ".join(f"{a} {percent(b)}" for a, b in zip(labels, shares, strict=True))


def at(table: pd.DataFrame, x: int, words: str) -> str:
    """Say the figures of all lines at one place, where they are drawn there."""
    there = table[table["x"] == x]
    figures = told(there["label"], there["y"])
    return f"Right {words}: {figures}." if figures else ""


def curves_as_table(
    build: Build, table: str, query: str, chosen: Chosen, *, units: dict[str, str], alt: str
) -> None:
    """Offer the rows behind curves; `query` takes the part and the names of the recipes."""
    with st.expander("The curves as a table", icon=":material/table:"):
        show_table(
            data.ask(build, query, (chosen.part, tuple(chosen.names))),
            name=f"{table}_{chosen.part}",
            alt=alt,
            key=f"{table}_table",
            table=table,
            labels={"label": "Recipe", "view": "Guessed", "k": "Guesses", "n": "Listeners"},
            units=units,
        )
