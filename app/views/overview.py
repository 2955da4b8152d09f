"""The first page: what this is, on which data, and how good it is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from app.charts import outlines
from app.charts.listener_map import listener_map
from app.charts.probability_bars import probability_bars
from app.charts.region_map import region_map
from app.charts.still import STILL
from app.look.columns import Column, declared, measured
from app.look.selectors import PARTS, meanings
from app.look.tables import show_table
from app.look.words import count, counted, listed, percent
from app.queries import overview as queries
from app.shell import data
from app.shell.page import PAGES, in_order, page
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import BASELINE

_SETS = {
    "All countries": (None, ""),
    "Largest 10": ("accuracy_largest_10", " of the ten largest countries"),
    "Smallest 10": ("accuracy_smallest_10", " of the ten smallest countries"),
}
_LISTENERS, _REGIONS = "Listeners", "Regions"


@page("Overview", icon=":material/public:", order=0, heading="Where does your taste live?")
def overview(build: Build) -> None:
    """What this is, the listeners it learned from, and how good each recipe is."""
    st.markdown(
        "Give it the artists that you play, and it says where in the world people with your taste "
        "live, why, and how sure it is."
    )
    if st.button("Try it with my music", type="primary", icon=":material/headphones:"):
        st.switch_page(PAGES["my_music"].entry())
    _source(build)
    _map(build)
    _leaderboard(build)
    _further()


def _source(build: Build) -> None:
    source = build.manifest.source
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
        [_LISTENERS, _REGIONS],
        default=_LISTENERS,
        required=True,
        key="map",
        bind="query-params",
    )
    top = [f"{row.country_name} ({count(row.listeners)})" for row in countries.head(3).itertuples()]
    regions = queries.regions_by_listeners(countries)
    palette = data.palette(build)
    on_map, beside = st.columns([5, 2], gap="medium", vertical_alignment="center")
    on_map.plotly_chart(
        region_map(countries, palette=palette) if shown == _REGIONS else listener_map(countries),
        config=dict(outlines.config()),
        key=f"map_{shown}",
        alt=f"World map. Most listeners: {listed(top)}.",
    )
    beside.plotly_chart(
        probability_bars(regions, name="region", palette=palette),
        config=dict(STILL),
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
    show_table(
        countries,
        declared(
            "countries",
            Column("country_name", "Country"),
            "region",
            "listeners",
            Column("kept", "Learned from"),
        ),
        name="countries",
        alt="Listeners and region of each country",
        key="countries",
    )


def _leaderboard(build: Build) -> None:
    st.header("How good each recipe is")
    shown = st.segmented_control(
        "Measured in",
        list(_SETS),
        default="All countries",
        required=True,
        key="board",
        bind="query-params",
    )
    catalogue = data.read(build, "metric_catalogue")
    metric, where = _SETS[shown]
    chosen = [metric] if metric else _headline_metrics(build, catalogue)
    metrics = data.read(build, "metrics", "view = 'countries' AND subject = ''")
    recipes = data.read(build, "recipes")
    board = queries.leaderboard(metrics, recipes, chosen, parts=list(PARTS))
    _board_table(board, chosen, recipes, catalogue)
    st.caption(_board_in_words(board, chosen[0], where, build))


def _headline_metrics(build: Build, catalogue: pd.DataFrame) -> list[str]:
    named = dict.fromkeys(m for values in build.manifest.headline.values() for m in values)
    return [metric for metric in named if metric in set(catalogue["metric"])]


def _board_table(
    board: pd.DataFrame, chosen: list[str], recipes: pd.DataFrame, catalogue: pd.DataFrame
) -> None:
    best = queries.best_rows(board, catalogue, parts=["valid", "test"])
    columns = [Column("recipe", hidden=True), Column("label", "Recipe", meanings(recipes))]
    for metric in measured(catalogue, *chosen):
        for name, part in PARTS.items():
            column = queries.column_of(metric.name, name)
            columns.append(
                replace(
                    metric,
                    name=column,
                    label=part.label,
                    meaning=f"{metric.meaning} Of {part.who}.",
                    group=metric.label,
                    marked=best.get(column, ()),
                )
            )
    for name, part in PARTS.items():
        who = f"{part.who.capitalize()}: how many."
        columns.append(Column(f"n_{name}", part.label, who, group="Listeners (n)"))
    show_table(
        board,
        columns,
        name="leaderboard",
        height="content",
        alt="Metrics of each recipe on validation, test and training listeners, the best first",
        key="leaderboard",
    )


def _board_in_words(board: pd.DataFrame, metric: str, where: str, build: Build) -> str:
    """Say which recipe is best by the first metric, against what, and which one is used."""
    label = board.set_index("recipe")["label"]
    valid, train = (
        board.set_index("recipe")[queries.column_of(metric, part)] for part in ("valid", "train")
    )
    words = ["The best on validation and test are marked."]
    if valid.notna().any():
        best = valid.idxmax()
        words.append(
            f"{label[best]} names the right country most often, for {percent(valid[best])} of the "
            f"validation listeners{where}; of those it was fitted on, for {percent(train[best])}. "
            "The gap is what it learned by heart."
        )
    if valid.notna().get(BASELINE):
        blind = percent(valid[BASELINE])
        words.append(
            f"Naming the largest country each time is right for {blind}{where and ' there'}."
        )
    default = build.manifest.default_recipe
    if default in label:
        words.append(f"Where no recipe is chosen, “{label[default]}” is used.")
    return " ".join(words)


def _further() -> None:
    """Link to every other page, with the line that it says of itself."""
    st.header("Look further")
    with st.grid(3, min_column_width=240):
        for found in in_order()[1:]:
            with st.container(gap=None):
                st.page_link(found.entry(), label=f"**{found.title}**")
                st.caption(found.meaning)
