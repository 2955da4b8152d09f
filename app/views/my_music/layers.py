"""The answer: both layers, together, on a map, as a flow, and in words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.charts import outlines
from app.charts.probability_bars import probability_bars
from app.charts.probability_map import probability_map
from app.charts.sankey import sankey
from app.charts.still import STILL
from app.look.columns import Column, declared
from app.look.palette import Palette
from app.look.tables import show_table
from app.look.words import count, listed, percent, plain, sureness, verdict
from app.queries import answers
from app.queries import my_music as own_queries
from app.shell import data
from app.views.my_music import sure
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Prediction

TOP_COUNTRIES = 10
LIKELIEST = "The likeliest region; choose others here"
CARE = (
    "This is an estimate of where people with such lists say they live. It is not a statement "
    "about anybody's nationality or ethnicity."
)
_TOLD = 3
_REGIONS_AT_ONCE = 4
_LEAST_FLOW = 0.01
_ENDS = 0.015
_PROBABILITIES = declared(
    "countries",
    Column("country_name", "Country"),
    "region",
    Column("probability", meaning="Of this country, given the list.", unit="share"),
    Column(
        "within",
        "Within its region",
        "Of this country, given the list and that the listener lives in its region.",
        unit="share",
    ),
    Column(
        "share",
        "Of all listeners",
        "Of the listeners learned from, whatever they play.",
        unit="share",
    ),
    Column(
        "in_set",
        "In the set",
        "Whether the country is among those of which one is right 9 times in 10.",
    ),
)


def coverage_of(build: Build, recipe: str) -> pd.DataFrame:
    """Give how well the sets of a recipe held."""
    return data.ask(build, own_queries.COVERAGE, (recipe,))


def say_it(build: Build, prediction: Prediction, *, as_measured: bool = True) -> None:
    """Say the answer in words; `as_measured`: the strength is that of the figures of coverage."""
    region, country = prediction.region, prediction.country
    coverage = coverage_of(build, prediction.recipe)
    reasons = sure.doubts(prediction, usual_set=sure.usual_set(coverage))
    if reasons:
        st.markdown(f":material/help: {sure.not_sure(reasons)}")
    st.markdown(verdict(country, region))
    st.markdown(f":material/target: {sure.set_in_words(prediction)}")
    local = locality_in_words(build, prediction)
    held = sure.held_in_words(coverage) if as_measured else ""
    st.caption(" ".join(said for said in (sureness(country), local, held) if said))
    st.caption(CARE + (f" {_SIMULATED}" if build.manifest.source.simulated else ""))


_SIMULATED = "**These people are simulated**, and so is what follows from them."


def locality_in_words(build: Build, prediction: Prediction) -> str:
    """Say how local a list is among those of all listeners; empty where none of it is known."""
    artists = sorted({known.artist for known in prediction.matched})
    # Straight from the build: what is asked of a person's own list is not cached.
    found = build.sql(own_queries.LOCALITY, [artists])
    percentiles = data.ask(build, own_queries.PERCENTILES)
    if not found["artists"].iloc[0] or percentiles.empty:
        return ""
    share = own_queries.more_local_than(percentiles, float(found["locality"].iloc[0]))
    if share < _ENDS:
        return "Your list is among the least local of all lists."
    if share > 1 - _ENDS:
        return "Your list is among the most local of all lists."
    return f"Your list is more local than {share:.0%} of lists."


def draw(prediction: Prediction, palette: Palette) -> None:
    """Draw the answer: regions, countries within them, and both together."""
    region, country = prediction.region, prediction.country
    _map(country)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("##### The likeliest countries")
        bars(country.head(TOP_COUNTRIES), palette, name="country_name")
    with right:
        st.markdown("##### The regions")
        bars(region, palette, name="region")
    st.caption(
        f"The {min(len(country), TOP_COUNTRIES)} countries hold "
        f"{percent(country['probability'].head(TOP_COUNTRIES).sum())} together. Grey ticks mark "
        "shares of all listeners learned from: what one would guess of anybody."
    )
    _flows(country, palette)
    _within(region, country, palette)
    if prediction.without_vector:
        names = listed([plain(k.artist_name) for k in prediction.without_vector])
        st.caption(f"Too few listeners play {names} for a place in the taste space.")
    with st.expander("All probabilities as a table", icon=":material/table:"):
        probability_table(country)


def bars(
    table: pd.DataFrame,
    palette: Palette,
    *,
    name: str,
    value: str = "probability",
    key: str | None = None,
) -> None:
    """Draw probabilities as bars."""
    told = [f"{row[name]} {percent(row[value])}" for _, row in table.head(5).iterrows()]
    st.plotly_chart(
        probability_bars(table, name=name, palette=palette, value=value),
        config=dict(STILL),
        key=key or f"bars_{name}_{value}",
        alt=f"Probabilities: {listed(told)}",
    )


def _map(country: pd.DataFrame) -> None:
    first = country["country_name"].iloc[0]
    st.plotly_chart(
        probability_map(country),
        config=dict(outlines.config()),
        key="probability_map",
        alt=f"World map of the probability of each country, highest for {first}",
    )


def _flows(country: pd.DataFrame, palette: Palette) -> None:
    st.markdown("##### From regions to countries")
    table = answers.flows(country, least=_LEAST_FLOW)
    named = table[table["country_name"] != answers.OTHER_COUNTRIES]
    told = [
        f"{row.region} to {row.country_name} {percent(row.probability)}"
        for row in named.nlargest(_TOLD, "probability").itertuples()
    ]
    st.plotly_chart(
        sankey(table, palette=palette),
        config=dict(STILL),
        key="flows",
        alt=f"Probability that flows from regions to countries, most: {listed(told)}",
    )
    st.caption(
        f"Most goes from {listed(told)}. What is below {percent(_LEAST_FLOW)} is put together."
    )


def _within(region: pd.DataFrame, country: pd.DataFrame, palette: Palette) -> None:
    st.markdown("##### Given a region, the country")
    chosen = st.multiselect(
        "Regions",
        palette.in_order(region["region"]),
        key="regions",
        bind="query-params",
        max_selections=_REGIONS_AT_ONCE,
        placeholder=LIKELIEST,
        label_visibility="collapsed",
    )
    names = chosen or [str(region["region"].iloc[0])]
    for column, name in zip(st.columns(max(len(names), 2), gap="medium"), names, strict=False):
        with column:
            members = answers.within(country, name, most=TOP_COUNTRIES)
            bars(members, palette, name="country_name", value="within", key=f"within_{name}")
            st.caption(
                f"If the listener lives in {name}. Ticks: shares of that region's listeners."
            )


def probability_table(country: pd.DataFrame) -> None:
    """Show every country."""
    show_table(
        country,
        _PROBABILITIES,
        name="probabilities",
        alt=f"Probability of each of {count(len(country))} countries",
        key="probabilities",
    )
