"""Who is taken for whom, and what those have in common."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app.charts.confusion_heatmap import (
    FEW,
    MANY,
    MEASURES,
    Measure,
    config,
    confusion_heatmap,
)
from app.look.columns import Column, declared
from app.look.selectors import choose_part, choose_recipe, meanings
from app.look.tables import show_table
from app.look.words import count, counted, listed, percent, plain
from app.queries import confusion as confusion_queries
from app.shell import address, data
from app.shell.page import page
from pipeline.core.builds.build import Build

_VIEWS = {"Regions": "regions", "Countries": "countries", "Within a region": "within"}
_ORDERS = {"Listeners": "n", "Share of truth": "of_truth", "Share of predictions": "of_predicted"}
_CHART, _LIST = "confusion_chart", "confusion_list"
_TRUTH, _PREDICTED = "confusion_truth", "confusion_predicted"
_CELLS = declared(
    "confusion",
    Column("truth", "Truth"),
    Column("predicted", "Taken for"),
    Column("n", "Listeners"),
    Column(
        "of_truth",
        "Of the truth",
        "Share of the truth's listeners who are taken for this.",
        unit="share",
    ),
    Column(
        "of_predicted",
        "Of the predictions",
        "Share of the listeners predicted alike who belong to this truth.",
        unit="share",
    ),
    Column(
        "listeners_true",
        "Listeners of the truth",
        "Listeners of the truth, whatever they are taken for.",
    ),
)


@dataclass(frozen=True)
class _Chosen:
    """What the reader looks at: rows of the table confusion, and the axes of the matrix."""

    recipe: str
    part: str
    view: str
    subject: str
    classes: pd.DataFrame

    def code(self, name: str) -> str:
        """Give the code of a country, the name of a region."""
        return str(self.classes.set_index("name").at[name, "code"])


@page("Confusion", icon=":material/grid_on:", order=60)
def confusion(build: Build) -> None:
    """Who is taken for whom: regions, countries, and the countries within a region."""
    chosen = _choose(build)
    measure = MEASURES[
        st.segmented_control(
            "Colour by",
            list(MEASURES),
            default="Share of truth",
            required=True,
            key="confusion_measure",
            bind="query-params",
        )
    ]
    every = confusion_queries.rates(
        data.ask(
            build,
            confusion_queries.CELLS,
            (chosen.recipe, chosen.part, chosen.view, chosen.subject),
        )
    )
    cells = confusion_queries.named(every, chosen.classes)
    if cells.empty:
        st.caption("This build has no listeners to measure for this choice.")
        return
    many = len(chosen.classes) > MANY
    left, right = st.columns([11, 4] if many else [5, 3], gap="medium")
    with right:
        cell = _choose_cell(chosen.classes)
        _cell(build, chosen, cells, cell)
    with left:
        st.plotly_chart(
            confusion_heatmap(
                cells,
                chosen.classes,
                measure=measure,
                palette=data.palette(build),
                chosen=cell,
            ),
            config=config(len(chosen.classes)),
            key=_CHART,
            on_select=_take_from_chart,
            selection_mode="points",
            alt=f"Matrix of truths and predictions. {_in_words(cells)}",
        )
        st.caption(_caption(chosen, cells, measure))
    _list(cells)


# --- choosing -------------------------------------------------------------------------------------


def _choose(build: Build) -> _Chosen:
    recipes = data.recipes(build)
    with st.grid(3, min_column_width=280):
        view = _VIEWS[
            st.segmented_control(
                "Of",
                list(_VIEWS),
                default="Regions",
                required=True,
                key="confusion_of",
                bind="query-params",
            )
        ]
        part = choose_part("confusion_part")
        recipe = choose_recipe(
            recipes,
            key="confusion_recipe",
            default=build.manifest.default_recipe,
            meaning=meanings(recipes),
        )
    subject, classes = _choose_classes(build, view)
    return _Chosen(recipe, part, view, subject, classes)


def _choose_classes(build: Build, view: str) -> tuple[str, pd.DataFrame]:
    """Give the region that is looked into, if any, and the classes on the axes."""
    regions = data.regions(build)
    countries = data.read(build, "countries")
    if view == "regions":
        return "", confusion_queries.region_classes(regions)
    if view == "within":
        region = st.selectbox(
            "Region", regions, key="confusion_region", bind="query-params", width=320
        )
        return region, confusion_queries.country_classes(countries, [region])
    picked = st.multiselect(
        "Countries of",
        regions,
        key="confusion_regions",
        bind="query-params",
        placeholder="All regions",
        help="Narrows both axes. Shares stay those of all listeners.",
    )
    return "", confusion_queries.country_classes(
        countries, [region for region in regions if not picked or region in picked]
    )


def _choose_cell(classes: pd.DataFrame) -> tuple[str, str] | None:
    names = classes["name"].tolist()
    truth = st.selectbox(
        "Truth",
        names,
        index=None,
        key=_TRUTH,
        bind="query-params",
        placeholder="Choose, or click a cell",
    )
    predicted = st.selectbox(
        "Taken for",
        names,
        index=None,
        key=_PREDICTED,
        bind="query-params",
        placeholder="Choose, or click a cell",
    )
    return (truth, predicted) if truth and predicted else None


def _take_from_chart() -> None:
    points = st.session_state[_CHART].selection.points
    if points:
        _take(*points[0]["customdata"][:2])


def _take(truth: str, predicted: str) -> None:
    st.session_state[_TRUTH] = truth
    st.session_state[_PREDICTED] = predicted


# --- one cell -------------------------------------------------------------------------------------


def _cell(build: Build, chosen: _Chosen, cells: pd.DataFrame, cell: tuple[str, str] | None) -> None:
    """Say how many listeners a cell holds and what they have in common."""
    if cell is None:
        st.caption("Click a cell of the matrix or a row of the list to see whom it holds.")
        return
    truth, predicted = cell
    found = cells[(cells["truth"] == truth) & (cells["predicted"] == predicted)]
    if found.empty:
        st.markdown(f"No listener of {plain(truth)} is taken for {plain(predicted)}.")
        return
    row = found.iloc[0]
    n = int(row["n"])
    st.markdown(
        f"**{counted(n, 'listener', 'listeners')}**: {percent(row['of_truth'])} of those of "
        f"{plain(truth)}, and {percent(row['of_predicted'])} of those predicted as "
        f"{plain(predicted)}."
    )
    _artists(build, chosen, cell, n)


def _artists(build: Build, chosen: _Chosen, cell: tuple[str, str], n: int) -> None:
    st.markdown("##### What they have in common")
    if chosen.part == "train" or chosen.view == "within":
        st.caption(
            "Artists are counted for regions and for countries among all listeners, on validation "
            "and test."
        )
        return
    truth, predicted = (chosen.code(name) for name in cell)
    artists = data.ask(
        build,
        confusion_queries.ARTISTS,
        (chosen.recipe, chosen.part, chosen.view, truth, predicted),
    )
    show_table(
        artists,
        declared(
            "confusion_artists",
            Column("artist_name", "Artist", link=address.ARTIST_PAGE),
            "listeners",
            Column("lift", "Times as common", unit="times"),
            Column("rank", hidden=True),
            Column("artist", hidden=True),
        ),
        name=f"artists_{truth}_taken_for_{predicted}",
        alt=f"Artists that set listeners of {cell[0]} who are taken for {cell[1]} apart",
        key="confusion_artists",
        empty=(
            f"Too few to say: among {counted(n, 'listener', 'listeners')} no artist is shared "
            "often enough."
        ),
    )
    if len(artists):
        st.caption("Compared with all listeners of validation and test.")


# --- all cells ------------------------------------------------------------------------------------


def _right(cells: pd.DataFrame) -> float:
    right = cells.loc[cells["truth"] == cells["predicted"], "n"].sum()
    return float(right) / float(cells["n"].sum())


def _in_words(cells: pd.DataFrame) -> str:
    wrong = confusion_queries.ordered(cells, by="n", right_too=False).head(3)
    total = count(cells["n"].sum())
    said = f"{percent(_right(cells))} of {total} listeners are taken for what they are."
    if wrong.empty:
        return said
    most = [f"{row.truth} for {row.predicted} ({count(row.n)})" for row in wrong.itertuples()]
    return f"{said} Most often mistaken: {listed(most)}."


def _caption(chosen: _Chosen, cells: pd.DataFrame, measure: Measure) -> str:
    notes = [_in_words(cells)]
    if chosen.view == "within":
        notes.append("The region's own listeners, with the choice left between its countries.")
    notes.append("Blank: it never happens. Colours are spread so that rare cells show.")
    if len(chosen.classes) <= FEW and not measure.counts:
        notes.append("Figures are percentages.")
    if len(chosen.classes) > MANY:
        notes.append("The tools above the matrix zoom; so does choosing regions.")
    return " ".join(notes)


def _list(cells: pd.DataFrame) -> None:
    st.header("The worst confusions")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        order = st.segmented_control(
            "Worst by",
            list(_ORDERS),
            default="Listeners",
            required=True,
            key="confusion_order",
            bind="query-params",
        )
        right_too = st.toggle("Right answers too", key="confusion_right", bind="query-params")
    rows = confusion_queries.ordered(cells, by=_ORDERS[order], right_too=right_too)
    show_table(
        rows,
        _CELLS,
        name="confusion",
        alt=f"Cells of the matrix, the highest first by {order.lower()}",
        key=_LIST,
        select=lambda row: _take(rows.at[row, "truth"], rows.at[row, "predicted"]),
        empty="Nobody is mistaken for another here.",
    )
