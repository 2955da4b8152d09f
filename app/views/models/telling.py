"""What several sections say and show in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from app.look.columns import Column, declared
from app.look.tables import show_table
from app.look.words import percent
from app.shell import data
from app.views.models.choosing import Chosen
from pipeline.core.builds.build import Build

LAYERS = {"countries": "Countries", "regions": "Regions"}
NARROW = 360
"""Pixels of a choice that need not fill the page."""

NO_FIGURES = "There are no figures for this choice."


def told(labels: Iterable[str], shares: Iterable[float]) -> str:
    """Write figures with their recipes, whose names may hold commas."""
    return "; ".join(f"{a} {percent(b)}" for a, b in zip(labels, shares, strict=True))


def at(table: pd.DataFrame, x: int, words: str) -> str:
    """Say the figures of all lines at one value of x, where they are drawn there."""
    there = table[table["x"] == x]
    figures = told(there["label"], there["y"])
    return f"Right {words}: {figures}." if figures else ""


def curves_as_table(
    build: Build,
    table: str,
    query: str,
    chosen: Chosen,
    columns: Sequence[Column | str],
    *,
    alt: str,
) -> None:
    """Offer the rows behind curves.

    Parameters
    ----------
    table : str
        Of the contract: what the rows are of.
    query : str
        Takes the part and the names of the recipes; gives ``label``, ``view``, `columns`, ``n``.
    """
    with st.expander("The curves as a table", icon=":material/table:"):
        show_table(
            data.ask(build, query, (chosen.part, tuple(chosen.names))),
            declared(
                table,
                Column("label", "Recipe"),
                Column("view", "Guessed"),
                *columns,
                Column("n", "Listeners"),
            ),
            name=f"{table}_{chosen.part}",
            alt=alt,
            key=f"{table}_table",
        )
