"""Where am I: the list's place among artists, countries of like taste, and a typical list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from app.charts.artist_map import CONFIG as MAP_CONFIG
from app.charts.signed_bars import signed_bars
from app.charts.still import STILL
from app.charts.taste_place import taste_place
from app.look.columns import Column, declared
from app.look.tables import show_table
from app.look.words import count, counted, listed, plain
from app.queries import artist_map as artist_map_queries
from app.queries import my_music as queries
from app.shell import data
from app.shell.address import ARTIST_PAGE
from app.views.my_music.asking import Question
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Prediction, Predictor

_POINTS = 4_000
_ALWAYS = 500
_NEAREST = 10
_TOLD = 3
_NAMED = 12


def show_where(
    build: Build, predictor: Predictor, question: Question, prediction: Prediction
) -> None:
    """Show the list among artists and countries."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _place(build, question.plays, prediction)
    with right:
        _nearest(build, predictor, question.plays)
    _beside_typical(build, prediction)


# --- on the map -----------------------------------------------------------------------------------


def _place(build: Build, plays: Sequence[Play], prediction: Prediction) -> None:
    st.markdown("##### Among the artists")
    points = data.once(build, _sample)
    own = build.sql(artist_map_queries.POINTS_OF, [sorted(_playcounts(plays, prediction))])
    if points.empty or own.empty:
        st.caption("No artist of the list has enough listeners for a place on the map.")
        return
    centre = queries.centre(own, _playcounts(plays, prediction))
    st.plotly_chart(
        taste_place(points, own, centre, palette=data.palette(build)),
        config=dict(MAP_CONFIG) | {"displayModeBar": False},
        key="taste_place",
        alt=_alt(own, prediction),
    )
    st.caption(
        f"Stars are the {counted(len(own), 'artist', 'artists')} of the list on the map, among "
        f"{count(len(points))} others in the colour of the region they are most typical of; the "
        "cross is their mean, each by its weight. Only distances mean something. The page Artist "
        "map shows them all."
    )


def _sample(build: Build) -> pd.DataFrame:
    return build.sql(artist_map_queries.POINTS, [[], _ALWAYS, _POINTS])


def _playcounts(plays: Sequence[Play], prediction: Prediction) -> dict[int, float | None]:
    """Plays by number of artist; names of one artist are added up."""
    numbers = {known.given: known.artist for known in prediction.matched}
    counts: dict[int, float | None] = {}
    for play in plays:
        artist = numbers.get(play.artist_name)
        if artist is None:
            continue
        known = counts.get(artist)
        both = [number for number in (known, play.playcount) if number is not None]
        counts[artist] = sum(both) if both else None
    return counts


def _alt(own: pd.DataFrame, prediction: Prediction) -> str:
    regions = own["region"].dropna().value_counts().index.tolist()[:_TOLD]
    typical = f", most of them typical of {listed(regions)}" if regions else ""
    return f"Map of artists by taste with {len(own)} of the list starred{typical}."


# --- countries ------------------------------------------------------------------------------------


def _nearest(build: Build, predictor: Predictor, plays: Sequence[Play]) -> None:
    st.markdown("##### Countries of like taste")
    codes, vectors = data.once(build, _tastes)
    table = queries.similarities(predictor.mean_vector(plays), codes, vectors)
    if table.empty:
        st.caption("No artist of the list has a place in the taste space.")
        return
    kept = data.read(build, "countries", "kept")[["country", "country_name", "region"]]
    nearest = table.merge(kept, on="country").head(_NEAREST)
    palette = data.palette(build)
    shown = nearest.assign(
        written=[f"{cosine:.2f}".replace("-", "−") for cosine in nearest["similarity"]],
        colour=[palette.colour_of(region) for region in nearest["region"]],
    )
    told = [f"{row.country_name} {row.written}" for row in shown.head(_TOLD).itertuples()]
    st.plotly_chart(
        signed_bars(
            shown,
            name="country_name",
            value="similarity",
            written="written",
            colour="colour",
            end=1.0,
        ),
        config=dict(STILL),
        key="nearest_countries",
        alt=f"Countries whose taste is most like the list's: {listed(told)}",
    )
    st.caption(
        "How nearly the list leans from the taste of all countries in the direction in which the "
        "country does (cosine: 1 the same way, 0 neither way, −1 the other way). The size of a "
        "country does not count."
    )


def _tastes(build: Build) -> tuple[Sequence[str], NDArray[np.float32]]:
    codes, vectors = build.vectors("country_tastes")
    return [str(code) for code in codes], np.asarray(vectors, dtype=np.float32)


# --- a typical list -------------------------------------------------------------------------------


def _beside_typical(build: Build, prediction: Prediction) -> None:
    st.markdown("##### Beside a typical list")
    likeliest = prediction.country["country_name"].tolist()
    name = st.selectbox(
        "A typical list of",
        likeliest,
        index=None,
        key="typical_of",
        bind="query-params",
        placeholder=f"The likeliest country: {likeliest[0]}",
    )
    chosen = prediction.country[prediction.country["country_name"] == (name or likeliest[0])]
    code, where = str(chosen["country"].iloc[0]), plain(str(chosen["country_name"].iloc[0]))
    mine = {known.artist for known in prediction.matched}
    typical = data.ask(build, queries.TYPICAL, (code,))
    if typical.empty:
        st.caption(f"Too few listeners live in {where} to say what is typical.")
        return
    shared = typical[typical["artist"].isin(mine)]["artist_name"].tolist()
    st.markdown(_shared(shared, len(typical), where))
    _say_played(build, code, where, sorted(mine))
    show_table(
        typical.assign(yours=typical["artist"].isin(mine)),
        declared(
            "typical_artists",
            "rank",
            Column("artist_name", "Artist", link=ARTIST_PAGE),
            Column("yours", "In the list", "Whether your list has the artist."),
            Column("lift", unit="times"),
            "listeners",
            Column("artist", hidden=True),
        ),
        name=f"typical-{code.lower()}",
        alt=f"The {len(typical)} artists most typical of {where}, and whether the list has them",
        key="typical",
    )


def _shared(names: Sequence[str], of: int, where: str) -> str:
    if not names:
        return f"None of the {of} artists most typical of **{where}** is in your list."
    shown = [plain(name) for name in names[:_NAMED]]
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return (
        f"Your list has **{len(names)} of the {of}** artists most typical of **{where}**: "
        f"{listed([*shown, *more])}."
    )


def _say_played(build: Build, code: str, where: str, artists: Sequence[int]) -> None:
    """Say which of the list's artists are played most there."""
    ranks = build.sql(queries.RANKS, [code, list(artists)])
    if ranks.empty:
        st.caption(f"Nobody in {where} plays any artist of the list.")
        return
    most = [
        f"{plain(row.artist_name)} (number {count(row.rank)})"
        for row in ranks.head(_TOLD).itertuples()
    ]
    st.caption(
        f"{counted(len(ranks), 'artist', 'artists')} of the list "
        f"{'is' if len(ranks) == 1 else 'are'} played in {where}, most of all {listed(most)}."
    )
