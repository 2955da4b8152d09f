"""One artist: where it is played, which artists are near, and what the model reads from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.charts import outlines
from app.charts.audience_map import plays_map, popularity_map
from app.charts.popularity_bars import fine_percent, popularity_bars
from app.charts.probability_bars import probability_bars
from app.charts.still import STILL
from app.look.columns import Column, declared
from app.look.palette import Palette
from app.look.tables import show_table
from app.look.words import count, listed, percent, plain, sureness, verdict
from app.queries import artists as artist_queries
from app.shell import address, data
from app.shell.page import page
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Prediction, Predictor

_HITS = 50
_HITS_HEIGHT = 220
_FEW_HITS = 12
_BARS = 12
_TOLD = 3
_LEAST_LISTENERS = 5
_FOUND = "artist_found"


@dataclass(frozen=True)
class _Measure:
    """A way to say how much an artist is played in a country."""

    draw: Callable[[pd.DataFrame], go.Figure]
    bars: Callable[[pd.DataFrame, Palette], go.Figure]
    write: Callable[[float], str]
    meaning: str


_MEASURES: Mapping[str, _Measure] = MappingProxyType(
    {
        "Popularity": _Measure(
            popularity_map,
            lambda table, palette: popularity_bars(table, palette=palette),
            fine_percent,
            "Popularity is the artist's share of all plays in a country, so that large countries "
            "do not win by size alone.",
        ),
        "Plays": _Measure(
            plays_map,
            lambda table, palette: probability_bars(table, name="country_name", palette=palette),
            percent,
            "Bars: the country's share of the artist's plays. Grey ticks: its share of all "
            "listeners.",
        ),
    }
)


@page("Artists", icon=":material/artist:", order=30)
def artists(build: Build) -> None:
    """Look an artist up: where it is played, what is near, and what the model reads from it."""
    predictor = data.predictor(build)
    _search_box(predictor)
    artist = data.ask(build, artist_queries.ARTIST, (_chosen(build),)).iloc[0].to_dict()
    countries = data.ask(build, artist_queries.COUNTRIES, (artist["artist"], artist["artist"]))
    world = data.ask(build, artist_queries.WORLD).iloc[0]
    st.header(plain(artist["artist_name"]), anchor=False)
    _figures(artist, countries)
    _where(artist, countries, world, data.palette(build))
    beside, near = st.columns([3, 2], gap="large")
    with beside:
        _what_the_model_reads(artist, predictor, data.palette(build))
    with near:
        _neighbours(build, artist)


# --- choosing -------------------------------------------------------------------------------------


def _chosen(build: Build) -> int:
    """Give the artist of the address, else the one with the most listeners."""
    given = address.asked(address.ARTIST)
    if not given:
        return 0
    known = int(data.ask(build, "SELECT count(*) AS n FROM artists")["n"].iloc[0])
    number = artist_queries.number(given[0], artists=known)
    if number is None:
        st.caption(
            f":material/error: There is no artist number “{plain(given[0])}” in this build; its "
            f"numbers go from 0 to {known - 1}. This is the artist with the most listeners."
        )
        return 0
    return number


@st.fragment
def _search_box(predictor: Predictor) -> None:
    typed = st.text_input(
        "Find an artist",
        key=_FOUND,
        type="search",
        live="200ms",
        placeholder="Begin to type a name; slips are forgiven",
    )
    if not typed:
        return
    hits = predictor.search(typed, limit=_HITS)
    if not hits:
        st.caption(f"No artist of this build is called anything like “{plain(typed)}”.")
        return
    tall = len(hits) > _FEW_HITS
    with (
        st.container(height=_HITS_HEIGHT if tall else "content", border=tall),
        st.container(horizontal=True, gap="xsmall", wrap=True),
    ):
        for hit in hits:
            label = plain(predictor.artist_name(hit))
            st.button(label, key=f"open_{hit}", on_click=_open, args=(hit,))


def _open(artist: int) -> None:
    address.ask_for(address.ARTIST, [str(artist)])
    st.session_state[_FOUND] = ""
    # The button stands in a fragment; the artist's page stands outside it.
    st.rerun()


# --- where it is played ---------------------------------------------------------------------------


def _figures(artist: Mapping[str, Any], countries: pd.DataFrame) -> None:
    with st.grid(4, min_column_width=150):
        st.metric("Listeners", count(artist["listeners"]), help="Who have it among their artists.")
        st.metric("Plays", count(artist["plays"]), help="Of all its listeners together.")
        st.metric("Countries", count(len(countries)), help="Where a listener plays it.")
        if pd.notna(artist["locality"]):
            st.metric(
                "Locality",
                percent(artist["locality"]),
                help="Share of its listeners who would have to live elsewhere for it to be spread "
                "as all listeners are. Few listeners are never spread evenly.",
            )
    st.markdown(artist_queries.belonging(artist, countries, least=_LEAST_LISTENERS))


def _where(
    artist: Mapping[str, Any], countries: pd.DataFrame, world: pd.Series, palette: Palette
) -> None:
    st.subheader("Where it is played", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        measure = st.segmented_control(
            "Measured by",
            list(_MEASURES),
            default="Popularity",
            required=True,
            key="artist_by",
            bind="query-params",
        )
        few = st.toggle(
            "Countries with few listeners too",
            key="artist_few",
            bind="query-params",
            help="Where few people are known, one of them can make an artist look popular.",
        )
    ordered = (
        artist_queries.by_popularity(countries)
        if measure == "Popularity"
        else artist_queries.by_plays(
            countries, plays=artist["plays"], listeners=int(world["listeners"])
        )
    )
    shown = ordered if few else ordered[ordered["kept"].astype(bool)]
    if shown.empty:
        st.caption(
            "Nobody plays it in a country with enough listeners to learn from. Switch the others "
            "on above to see them."
        )
    else:
        _map_and_bars(shown.reset_index(drop=True), measure, artist, world, palette)
    with st.expander("Rank of each country for the artist", icon=":material/table:"):
        _country_table(countries, artist)


def _map_and_bars(
    shown: pd.DataFrame,
    measure: str,
    artist: Mapping[str, Any],
    world: pd.Series,
    palette: Palette,
) -> None:
    top, chosen = shown.head(_BARS), _MEASURES[measure]
    told = [
        f"{row.country_name} {chosen.write(row.probability)}"
        for row in top.head(_TOLD).itertuples()
    ]
    on_map, beside = st.columns([5, 3], gap="medium", vertical_alignment="center")
    on_map.plotly_chart(
        chosen.draw(shown),
        config=dict(outlines.config()),
        key=f"artist_map_{measure}",
        alt=f"World map of where the artist is played, most: {listed(told)}",
    )
    beside.plotly_chart(
        chosen.bars(top, palette),
        config=dict(STILL),
        key=f"artist_bars_{measure}",
        alt=f"Countries where the artist is played most: {listed(told)}",
    )
    notes = [chosen.meaning]
    if measure == "Popularity" and world["plays"]:
        notes.append(f"Everywhere together it is {fine_percent(artist['plays'] / world['plays'])}.")
    hidden = shown.loc[~outlines.drawn(shown["iso3"]), "country_name"].tolist()
    if hidden:
        notes.append(f"Not on the map: {listed(hidden)}.")
    st.caption(" ".join(notes))


def _country_table(countries: pd.DataFrame, artist: Mapping[str, Any]) -> None:
    show_table(
        countries.assign(per_million=countries["popularity"] * 1e6),
        declared(
            "country_rank_per_artist",
            Column(
                "country_name",
                "Country",
                "Opens the country in a new tab.",
                link=address.COUNTRY_PAGE,
            ),
            "rank",
            Column(
                "per_million",
                "Per million plays",
                "Normalised popularity: the artist's plays in a million plays there.",
            ),
            Column("plays", unit="count"),
            Column("listeners", meaning="Listeners in the country who have the artist."),
            "region",
            Column("country", hidden=True),
            Column("popularity", hidden=True),
        ),
        name=f"country_rank_artist_{artist['artist']}",
        alt="Rank of each country for the artist by normalised popularity",
        key="artist_places",
    )


# --- what is near, and what the model reads -------------------------------------------------------


def _neighbours(build: Build, artist: Mapping[str, Any]) -> None:
    st.subheader("Nearest artists", anchor=False)
    near = data.ask(build, artist_queries.NEIGHBOURS, (artist["artist"],))
    if near.empty:
        st.caption(
            "Too few listeners learned from play it for a place in the taste space, so nothing is "
            "near."
        )
        return
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        for row in near.itertuples():
            address.artist_link(int(row.artist), plain(str(row.artist_name)))
    st.caption("The same listeners play them. A click leads to an artist's own page.")
    with st.expander("As a table", icon=":material/table:"):
        show_table(
            near,
            declared(
                "artist_neighbours",
                Column(
                    "artist_name",
                    "Artist",
                    "Opens the artist in a new tab.",
                    link=address.ARTIST_PAGE,
                ),
                "similarity",
                Column("listeners", meaning="Who have the artist."),
                Column(
                    "country_name",
                    "Most typical of",
                    "Country of which the artist is most typical.",
                ),
                Column("artist", hidden=True),
            ),
            name=f"neighbours_of_artist_{artist['artist']}",
            alt="Nearest artists, the nearest first",
            key="artist_near",
        )


def _what_the_model_reads(
    artist: Mapping[str, Any], predictor: Predictor, palette: Palette
) -> None:
    st.subheader("What the model reads from it", anchor=False)
    prediction = predictor.predict([Play(artist["artist_name"])])
    taken = [known.artist for known in prediction.matched]
    if taken != [artist["artist"]]:
        st.caption("Its name alone does not tell it from others, so no list can hold it by itself.")
        return
    if prediction.without_vector:
        st.caption(
            "Too few listeners learned from play it for a place in the taste space. In a list it "
            "tells the model nothing: it answers as it does of anybody."
        )
        return
    st.markdown(f"Of a list of this artist alone it says: {_lower_first(_read(prediction))}")
    st.caption(sureness(prediction.country))
    regions, countries = st.columns(2, gap="medium")
    with regions:
        st.markdown("##### Regions")
        _bars(prediction.region, name="region", palette=palette)
    with countries:
        st.markdown("##### The likeliest countries")
        _bars(prediction.country.head(_BARS), name="country_name", palette=palette)
    st.caption(
        "Grey ticks mark shares of all listeners learned from: what one would guess of anybody."
    )


def _read(prediction: Prediction) -> str:
    return verdict(prediction.country, prediction.region)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _bars(table: pd.DataFrame, *, name: str, palette: Palette) -> None:
    told = [f"{row[name]} {percent(row['probability'])}" for _, row in table.head(5).iterrows()]
    st.plotly_chart(
        probability_bars(table, name=name, palette=palette),
        config=dict(STILL),
        key=f"artist_read_{name}",
        alt=f"Probabilities given this artist alone: {listed(told)}",
    )
