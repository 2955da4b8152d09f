"""Artists and countries on a plane: what lies near is played by the same people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.charts import artist_map as artists_chart
from app.charts import country_map as countries_chart
from app.look.columns import Column, declared
from app.look.tables import show_table
from app.look.words import count, counted, listed, plain
from app.queries import artist_map as queries
from app.shell import data, session
from app.shell.address import ARTIST_PAGE, COUNTRY_PAGE
from app.shell.page import PAGES, page
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor
from pipeline.core.tables import contract

_ARTISTS, _COUNTRIES = "Artists", "Countries"
_HITS = 6
_NEAR = 10
_TOLD = 4
_HIDING = {
    "Region": "Click a region under the map to hide its artists.",
    "Country": "Click a country under the map to hide its artists.",
}
_STARRING = "Enter your artists on the page My music, and they are starred on this map."
_MINE = "mine"
_NUMBER = re.compile("[0-9]{1,9}")

Numbers: TypeAlias = tuple[int, ...]
"""Numbers of artists; hashable, unlike a list."""


@page("Artist map", icon=":material/scatter_plot:", order=20)
def artist_map(build: Build) -> None:
    """Every artist and every country on a plane, near what is played by the same people."""
    shown = st.segmented_control(
        "On the map",
        [_ARTISTS, _COUNTRIES],
        default=_ARTISTS,
        required=True,
        key="map_of",
        bind="query-params",
        label_visibility="collapsed",
    )
    if shown == _ARTISTS:
        _artists(build)
    else:
        _countries(build)


# --- artists --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    """A map of artists, and what it shows in words."""

    figure: go.Figure
    shown: int
    placed: int
    alt: str
    caption: str


def _artists(build: Build) -> None:
    if not _number(build, "SELECT count(*) FROM artist_map"):
        st.caption("No artist of this build has enough listeners for a place on the map.")
        return
    asking, map_side = st.columns([1, 2], gap="medium")
    with asking:
        found = _search(build)
        regions, colour, countries = _options(build)
        own = _own(build)
    with map_side:
        drawn = data.once(build, _draw, colour, regions, countries, found, own)
        selected = _chart(drawn)
    _details(build, selected, found)


def _number(build: Build, query: str) -> int:
    return int(data.ask(build, query).iat[0, 0])


def _options(build: Build) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Let regions, the meaning of colour, and countries to tell apart be chosen."""
    colour = st.segmented_control(
        "Colour",
        list(artists_chart.COLOURS),
        default="Region",
        required=True,
        key="map_colour",
        bind="query-params",
        help=(
            "Region and country: where an artist is most typical. "
            f"How local: {_meaning('locality')} Popularity: listeners who have the artist."
        ),
    )
    regions = st.multiselect(
        "Regions",
        data.regions(build),
        key="map_regions",
        bind="query-params",
        placeholder="All regions",
        help="Shows only artists that are most typical of a country of these regions.",
    )
    countries: list[str] = []
    if colour == "Country":
        kept = data.read(build, "countries", "kept")
        within = kept[kept["region"].isin(regions)] if regions else kept
        countries = st.multiselect(
            "Countries in colour",
            sorted(within["country_name"]),
            max_selections=artists_chart.MOST_COUNTRIES,
            key="map_countries",
            bind="query-params",
            placeholder="Those with the most artists",
        )
    return tuple(regions), colour, tuple(countries)


def _meaning(column: str) -> str:
    declared = {c.name: c.meaning for c in contract.table("artist_profiles").columns}
    return declared[column]


# --- finding --------------------------------------------------------------------------------------


def _search(build: Build) -> int | None:
    """Let a name be typed; give the number of the artist that is meant, if it is on the map."""
    typed = st.text_input(
        "Find an artist",
        key="map_find",
        type="search",
        bind="query-params",
        placeholder="A name; slips are forgiven",
    )
    if not typed or not typed.strip():
        return None
    predictor = data.predictor(build)
    hits = _hits(predictor, typed.strip())
    if not hits:
        st.caption(f"No artist of this build is called anything like “{plain(typed)}”.")
        return None
    first, *others = hits
    name = predictor.artist_name(first)
    said = "" if name.casefold() == typed.strip().casefold() else f", read from “{plain(typed)}”"
    if others:
        with st.container(horizontal=True, gap="xsmall", wrap=True):
            for other in others:
                _offer(predictor.artist_name(other), other)
    if data.ask(build, queries.POINTS_OF, ([first],)).empty:
        st.caption(f"Too few listeners play **{plain(name)}**{said} for a place on the map.")
        return None
    st.caption(f":material/my_location: The map is at **{plain(name)}**{said}.")
    st.button("Show the whole map", icon=":material/zoom_out_map:", on_click=_find, args=("",))
    return first


def _hits(predictor: Predictor, typed: str) -> list[int]:
    """Artists that a name may mean, the best first; one alone when the name is clear."""
    match = predictor.resolve([typed])[0]
    if match.index is not None:
        return [match.index]
    return list(dict.fromkeys([*match.candidates, *predictor.search(typed, _HITS)]))[:_HITS]


def _offer(name: str, artist: int) -> None:
    st.button(plain(name), key=f"map_find_{artist}", on_click=_find, args=(name,))


def _find(name: str) -> None:
    st.session_state["map_find"] = name


def _own(build: Build) -> Numbers:
    """Give the artists of the list entered on the page My music, if they are to be shown."""
    own = data.once(build, _on_map, _listed())
    if not own:
        if st.button("Star my artists", icon=":material/star:", help=_STARRING):
            st.switch_page(PAGES["my_music"].entry())
        return ()
    shown = st.toggle("Star my artists", value=True, key="map_mine", bind="query-params")
    st.caption(f"{counted(len(own), 'artist', 'artists')} of your list on the map.")
    return own if shown else ()


def _listed() -> Numbers:
    """Numbers of the artists of the list answered last, which go into the address; else those."""
    own = session.my_artists()
    if own is not None:
        st.query_params[_MINE] = ",".join(map(str, own))
        return own
    asked = st.query_params.get(_MINE, "").split(",")
    return tuple(int(number) for number in asked if _NUMBER.fullmatch(number))


def _on_map(build: Build, artists: Numbers) -> Numbers:
    return tuple(_points_of(build, artists)["artist"].tolist())


# --- the map --------------------------------------------------------------------------------------


def _draw(
    build: Build,
    colour: str,
    regions: Sequence[str],
    countries: Sequence[str],
    found: int | None,
    own: Numbers,
) -> _Drawn:
    """Draw the map for one state of the page; the same state gives the same map."""
    points = build.sql(queries.POINTS, [list(regions), queries.ALWAYS, queries.MOST_POINTS])
    window = artists_chart.whole(*build.sql(queries.EXTENT).iloc[0].astype(float))
    ringed = _points_of(build, () if found is None else (found,))
    near: Sequence[int] = ()
    if len(ringed):
        near = build.sql(queries.NEIGHBOURS, [found, _NEAR])["neighbour"].tolist()
        window = artists_chart.around(ringed["x"].iloc[0], ringed["y"].iloc[0], window)
    most = queries.artists_by(points, "country_name").index
    figure = artists_chart.artist_map(
        points,
        colour=colour,
        window=window,
        palette=data.palette(build),
        countries=countries or sorted(most[: artists_chart.MOST_COUNTRIES]),
        found=ringed,
        near=_points_of(build, near),
        own=_points_of(build, own),
    )
    return _Drawn(
        figure=figure,
        shown=len(points),
        placed=int(points["placed"].iloc[0]) if len(points) else 0,
        alt=_alt(points, regions, ringed),
        caption=f"{_most_of(points)} {_HIDING.get(colour, '')}",
    )


def _points_of(build: Build, artists: Sequence[int]) -> pd.DataFrame:
    return build.sql(queries.POINTS_OF, [list(artists)])


def _alt(points: pd.DataFrame, regions: Sequence[str], ringed: pd.DataFrame) -> str:
    best = points.sort_values("plays", ascending=False)["artist_name"].head(_TOLD).tolist()
    where = f" of {listed(list(regions))}" if regions else ""
    at = f", zoomed to {ringed['artist_name'].iloc[0]}" if len(ringed) else ""
    return f"Map of {count(len(points))} artists{where} by taste{at}. Most played: {listed(best)}."


def _most_of(points: pd.DataFrame) -> str:
    numbers = queries.artists_by(points, "region").head(_TOLD)
    told = [f"{region} ({count(n)})" for region, n in numbers.items()]
    return f"Most artists are of {listed(told)}." if told else ""


def _chart(drawn: _Drawn) -> list[int]:
    """Show the map and give the artists that are selected, those with the most listeners first."""
    if not drawn.shown:
        st.caption("No artist on the map is most typical of these regions. Choose others.")
        return []
    event: Any = st.plotly_chart(
        drawn.figure,
        config=dict(artists_chart.CONFIG),
        key="artist_map",
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        alt=drawn.alt,
    )
    sample = (
        f"**A fair sample:** {count(drawn.shown)} of {count(drawn.placed)} artists, so that "
        f"browsers keep up; the {count(queries.ALWAYS)} with the most listeners are always in. "
        if drawn.shown < drawn.placed
        else f"{counted(drawn.shown, 'artist', 'artists')}. "
    )
    st.caption(
        f"{sample}**Near** artists are played by the same listeners; only nearness means "
        "something, not directions, and small distances more than large ones. Area: listeners. "
        f"{drawn.caption}"
    )
    points = event["selection"]["points"]
    return sorted({int(p["customdata"]) for p in points if p.get("customdata") is not None})


# --- details --------------------------------------------------------------------------------------


def _details(build: Build, selected: Sequence[int], found: int | None) -> None:
    """List what is selected, else what was found and is near it, else say how to select."""
    if selected:
        st.subheader(f"{counted(len(selected), 'artist', 'artists')} selected", anchor=False)
        if len(selected) > queries.MOST_ROWS:
            st.caption(f"The {queries.MOST_ROWS} with the most listeners are listed.")
        _table(build, selected[: queries.MOST_ROWS], "Selected artists")
    elif found is not None:
        name = plain(data.predictor(build).artist_name(found))
        near = data.ask(build, queries.NEIGHBOURS, (found, _NEAR))["neighbour"].tolist()
        st.subheader(f"{name} and the artists nearest to it", anchor=False)
        _table(build, [found, *near], f"{name} and the artists nearest to it")
        st.caption(
            "Nearest by the angle between vectors in all dimensions of taste; the map has only "
            "two, so a near artist may lie farther off on it."
        )
    else:
        st.markdown(
            ":material/touch_app: **Click an artist**, or draw around some with the "
            ":material/lasso_select: lasso above the map, to see where they are played and what "
            "is near them. Double-click to let go."
        )


def _table(build: Build, artists: Sequence[int], alt: str) -> None:
    asked = (list(artists), queries.TOP_COUNTRIES, queries.NEAREST)
    details = data.ask(build, queries.DETAILS, asked)
    show_table(
        queries.in_given_order(details, artists),
        declared(
            "artist_profiles",
            Column("artist_name", "Artist", "Opens the page of the artist.", link=ARTIST_PAGE),
            Column(
                "top_countries",
                "Most popular in",
                "Countries with the highest normalised popularity: the artist's plays as a share "
                "of all plays there. Countries with too few listeners are left out.",
            ),
            Column(
                "nearest",
                "Nearest artists",
                "Artists whose listeners are most alike, the nearest first.",
            ),
            Column("region", meaning="Region of the country of which the artist is most typical."),
            Column("listeners", meaning="Listeners who have the artist."),
            Column("locality", "How local", unit="share"),
            Column("artist", hidden=True),
        ),
        name="artists",
        alt=alt,
        key="map_artists",
    )


# --- countries ------------------------------------------------------------------------------------


def _countries(build: Build) -> None:
    regions = st.multiselect(
        "Regions",
        data.regions(build),
        key="map_regions",
        bind="query-params",
        placeholder="All regions",
    )
    table = data.ask(build, queries.COUNTRIES, (queries.NEAREST, regions))
    if table.empty:
        st.caption("No country of these regions is on the map. Choose others.")
        return
    first = table.iloc[0]
    st.plotly_chart(
        countries_chart.country_map(table, palette=data.palette(build)),
        config=dict(countries_chart.CONFIG),
        key="country_map",
        alt=(
            f"Map of {len(table)} countries by taste. "
            f"Nearest to {first['country_name']}: {first['nearest']}."
        ),
    )
    st.caption(
        "**Near** countries have listeners whose average taste is alike, once what all countries "
        "share is set aside; only nearness means something, not directions. Area: listeners. "
        "Where a name does not fit, the country's code stands, or its dot alone."
    )
    with st.expander("The map as a table", icon=":material/table:"):
        show_table(
            table,
            declared(
                "countries",
                Column(
                    "country_name", "Country", "Opens the page of the country.", link=COUNTRY_PAGE
                ),
                Column(
                    "nearest",
                    "Nearest in taste",
                    "Other countries by likeness of taste, the nearest first.",
                ),
                "region",
                "listeners",
                Column("country", hidden=True),
            ),
            name="country_map",
            alt="Countries and those nearest to them in taste",
            key="map_country_table",
        )
