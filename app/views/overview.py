"""The first page: what this is, on which data, and how good it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app import data, queries
from app.charts import outlines
from app.charts.listener_map import listener_map
from app.charts.probability_bars import CONFIG, probability_bars
from app.charts.region_map import region_map
from app.page import PAGES, page
from app.words import count, counted, listed, percent, plain
from pipeline.core import contract
from pipeline.core.builds import Build

_PARTS = {
    "Validation": ("valid", "listeners that recipes were chosen on, not fitted on"),
    "Test": ("test", "listeners that nothing was fitted or chosen on"),
    "Training": ("train", "listeners that recipes were fitted on, so the figures flatter"),
}
_MAPS = {"Listeners": listener_map, "Regions": region_map}
_FORMATS = {
    "share": "%.1f%%",
    "nats": "%.3f",
    "bits": "%.2f",
    "count": "localized",
    "classes": "%.1f",
}
_BEST = "background-color: rgba(45, 150, 145, 0.28); font-weight: 700"


@page("Overview", icon=":material/public:", order=0, heading="Where does your taste live?")
def overview(build: Build) -> None:
    """What this is, the listeners it learned from, and how good each recipe is."""
    st.markdown(
        "Give it the artists that you play, and it says where in the world people with your taste "
        "live, why, and how sure it is."
    )
    if st.button("Try it with my music", type="primary", icon=":material/headphones:"):
        st.switch_page(PAGES["predict"].entry())
    _source(build)
    _map(build)
    _leaderboard(build)


def _source(build: Build) -> None:
    source = build.manifest.source
    if source.simulated:
        st.markdown(
            ":orange-badge[:material/science: Simulated] **These listeners are simulated.** A "
            "program invented them, their homes and their plays. The figures say how well the "
            "method finds what was planted, not how real people listen."
        )
    counts = data.read(build, "row_counts")
    countries = data.read(build, "countries")
    artists = int(data.ask(build, "SELECT count(*) AS n FROM artists")["n"].iloc[0])
    kept = queries.rows_of(counts, step="clean", kind="listeners", outcome="kept")
    read = queries.rows_of(counts, step="ingest", kind="listeners", outcome="read")
    plays = queries.rows_of(counts, step="clean", kind="plays", outcome="kept")
    trained = int(countries["kept"].sum())
    with st.grid(4, min_column_width=150):
        st.metric(
            "Listeners", count(kept), help=f"Kept, of {count(read)} read from {source.label}."
        )
        st.metric(
            "Countries", count(trained), help=f"With enough listeners, of {len(countries)} stated."
        )
        st.metric("Artists", count(artists), help="Spellings of one artist are counted once.")
        st.metric("Plays", count(plays), help="Pairs of a listener and an artist that were kept.")


def _map(build: Build) -> None:
    st.header("Where the listeners live")
    countries = queries.countries_by_listeners(data.read(build, "countries"))
    shown = st.segmented_control(
        "Colour the map by",
        list(_MAPS),
        default="Listeners",
        required=True,
        key="map",
        bind="query-params",
    )
    top = [f"{row.country_name} ({count(row.listeners)})" for row in countries.head(3).itertuples()]
    regions = queries.regions_by_listeners(countries)
    on_map, beside = st.columns([5, 2], gap="medium", vertical_alignment="center")
    on_map.plotly_chart(
        _MAPS[shown](countries),
        config=dict(outlines.config()),
        key=f"map_{shown}",
        alt=f"World map. Most listeners: {listed(top)}.",
    )
    beside.plotly_chart(
        probability_bars(regions, name="region"),
        config=dict(CONFIG),
        key="region_bars",
        alt=f"Share of the listeners in each region, largest in {regions['region'].iloc[0]}",
    )
    hidden = countries.loc[~outlines.drawn(countries["iso3"]), "country_name"].tolist()
    few = int((~countries["kept"]).sum())
    notes = [f"Most listeners: {listed(top)}. Bars: share of the listeners in each region."]
    if few:
        notes.append(f"Too few listeners to learn from: {counted(few, 'country', 'countries')}.")
    if hidden:
        notes.append(f"Not on the map: {listed(hidden)}.")
    st.caption(" ".join(notes))
    with st.expander("The map as a table", icon=":material/table:"):
        _country_table(countries)


def _country_table(countries: pd.DataFrame) -> None:
    meaning = {c.name: c.meaning for c in contract.table("countries").columns}
    st.dataframe(
        countries.drop(columns=["iso3", "joke"]),
        hide_index=True,
        alt="Listeners and region of each country",
        column_config={
            "country_name": st.column_config.TextColumn("Country", pinned=True),
            "region": st.column_config.TextColumn("Region", help=meaning["region"]),
            "listeners": st.column_config.NumberColumn(
                "Listeners", help=meaning["listeners"], format="localized"
            ),
            "kept": st.column_config.CheckboxColumn("Learned from", help=meaning["kept"]),
        },
    )


def _leaderboard(build: Build) -> None:
    st.header("How good each recipe is")
    chosen_part = st.segmented_control(
        "Measured on",
        list(_PARTS),
        default="Validation",
        required=True,
        key="part",
        bind="query-params",
    )
    part, meaning = _PARTS[chosen_part]
    metrics = data.read(build, "metrics", "view = 'countries' AND subject = ''")
    catalogue = data.read(build, "metric_catalogue").set_index("metric", drop=False)
    chosen = _headline_metrics(build, catalogue)
    recipes = data.read(build, "recipes")
    board = queries.leaderboard(metrics, recipes, chosen, part=part)
    n = count(queries.listeners_of(metrics, part))
    st.caption(f"{n} {meaning}. The best of each column is marked.")
    _board_table(board, recipes, catalogue)
    st.caption(_board_in_words(board, build.manifest.default_recipe))


def _headline_metrics(build: Build, catalogue: pd.DataFrame) -> list[str]:
    named = dict.fromkeys(m for values in build.manifest.headline.values() for m in values)
    return [metric for metric in named if metric in catalogue.index]


def _board_table(board: pd.DataFrame, recipes: pd.DataFrame, catalogue: pd.DataFrame) -> None:
    best = queries.best_rows(board, catalogue)
    meanings = " ".join(f"**{row.label}**: {row.meaning}" for row in recipes.itertuples())
    config: dict[str, Any] = {
        "label": st.column_config.TextColumn("Recipe", pinned=True, help=meanings)
    }
    for metric in (m for m in board.columns if m in catalogue.index):
        row = catalogue.loc[metric]
        config[metric] = st.column_config.NumberColumn(
            row["label"], help=row["meaning"], format=_FORMATS[row["unit"]]
        )

    def mark(column: pd.Series) -> list[str]:
        return [_BEST if i in best.get(str(column.name), []) else "" for i in column.index]

    st.dataframe(
        queries.shares_as_percentages(board, catalogue)[list(config)].style.apply(mark, axis=0),
        hide_index=True,
        column_config=config,
        placeholder="–",
        alt="Metrics of each recipe over all countries, the recipe of highest accuracy first",
    )


def _board_in_words(board: pd.DataFrame, default: str) -> str:
    """Say which recipe is right most often, against what, and which one is used."""
    if "accuracy" not in board:
        return ""
    accuracy = board.set_index("recipe")["accuracy"].dropna()
    label = board.set_index("recipe")["label"]
    words = []
    if len(accuracy):
        best = accuracy.idxmax()
        words.append(
            f"{plain(label[best])} names the right country most often, "
            f"for {percent(accuracy[best])} of the listeners."
        )
    if queries.BASELINE in accuracy:
        blind = percent(accuracy[queries.BASELINE])
        words.append(f"Naming the largest country each time is right for {blind}.")
    if default in label:
        words.append(f"Where no recipe is chosen, “{plain(label[default])}” is used.")
    return " ".join(words)
