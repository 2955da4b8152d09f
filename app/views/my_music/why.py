"""Why: how each artist moves the answer, toward a country and away from it."""

from __future__ import annotations

import math
from typing import cast

import pandas as pd
import streamlit as st

from app.charts.signed_bars import signed_bars
from app.charts.still import STILL
from app.look.columns import Column
from app.look.tables import show_table
from app.look.words import counted, listed, percent, plain
from app.queries import my_music as queries
from app.views.my_music import state
from app.views.my_music.asking import Question
from pipeline.core.model.explanation import Explanation, explain
from pipeline.core.model.predictor import Prediction, Predictor

_MOST = 20
_COUNTRIES_BESIDE = 5
_TOLD = 3


def times(effect: float) -> str:
    """Write a change of log-odds as what the odds are multiplied with, or divided by."""
    factor = math.exp(min(abs(effect), 20.0))
    written = f"{factor:.2f}" if factor < 9.995 else f"{factor:,.0f}"
    return f"× {written}" if effect >= 0 else f"÷ {written}"


def show_why(predictor: Predictor, question: Question, prediction: Prediction) -> None:
    """Let a country be chosen, and show what the artists say of it."""
    explanation = _explained(predictor, question)
    chosen = _country(prediction)
    code = str(chosen["country"])
    where = plain(str(chosen["country_name"]))
    effects = explanation.country[:, explanation.countries.index(code)]
    names = [artist.artist_name for artist in explanation.artists]
    table = queries.effects_of(names, effects, most=_MOST)
    if table.empty:
        st.caption(f"No artist of the list moves the answer toward {where} or away from it.")
    else:
        _draw(table, str(chosen["country_name"]))
        st.caption(
            "Each artist is left out in turn: a bar says what the artist multiplies the odds of "
            f"{where} with (teal) or divides them by (brown). Artists of one kind stand in for "
            "each other, so the bars need not add up."
        )
    _strangers(prediction)
    with st.expander("Every artist and the likeliest countries", icon=":material/table:"):
        _all(explanation, prediction)


def _explained(predictor: Predictor, question: Question) -> Explanation:
    asked = (predictor.build.id, question)
    made = state.once(
        "explanation",
        asked,
        lambda: explain(
            predictor,
            question.plays,
            recipe=question.recipe,
            total_scrobbles=question.total_scrobbles,
            tau=question.tau,
        ),
    )
    return cast(Explanation, made)


def _country(prediction: Prediction) -> pd.Series:
    country = prediction.country
    likeliest = country["country_name"].tolist()
    name = st.selectbox(
        "Toward which country, and away from it",
        likeliest,
        index=None,
        key="why_country",
        bind="query-params",
        placeholder=f"The likeliest: {likeliest[0]}",
        help="In the order of their probabilities.",
    )
    return country[country["country_name"] == (name or likeliest[0])].iloc[0]


def _draw(table: pd.DataFrame, where: str) -> None:
    shown = table.assign(written=[times(effect) for effect in table["effect"]])
    toward = shown[shown["effect"] > 0]["artist_name"].head(_TOLD).tolist()
    away = shown[shown["effect"] < 0]["artist_name"].tail(_TOLD).tolist()[::-1]
    told = [
        f"{direction} it {listed(artists)}"
        for direction, artists in (("toward", toward), ("away from", away))
        if artists
    ]
    st.plotly_chart(
        signed_bars(shown, name="artist_name", value="effect", written="written"),
        config=dict(STILL),
        key="why",
        alt=f"How artists move the answer for {where}: {'; '.join(told)}",
    )


def _strangers(prediction: Prediction) -> None:
    """Name the artists that the models do not know, or hardly."""
    if prediction.unknown:
        names = listed([plain(name) for name in prediction.unknown])
        st.markdown(
            f":material/person_off: The models do not know **{names}**: only what names like "
            f"{'this' if len(prediction.unknown) == 1 else 'these'} say counts."
        )
    if prediction.without_vector:
        names = listed([plain(known.artist_name) for known in prediction.without_vector])
        st.caption(f"Too few listeners play {names} for a place in the taste space.")
    if not prediction.unknown and not prediction.without_vector:
        st.caption("The models know every artist of the list.")


def _all(explanation: Explanation, prediction: Prediction) -> None:
    top = prediction.country.head(_COUNTRIES_BESIDE)
    columns = {
        str(row.country_name): explanation.country[:, explanation.countries.index(row.country)]
        for row in top.itertuples()
    }
    table = pd.DataFrame(
        {"artist_name": [artist.artist_name for artist in explanation.artists], **columns}
    )
    reach = max(float(table[list(columns)].abs().to_numpy().max()), 1e-6)
    shown = [
        Column(
            str(row.country_name),
            str(row.country_name),
            f"Change of the log-odds of {row.country_name} ({percent(row.probability)}) with the "
            "artist, in nats; above 0 it speaks for the country.",
            unit="nats",
            signed=True,
            tint=(-reach, reach),
        )
        for row in top.itertuples()
    ]
    show_table(
        table,
        [Column("artist_name", "Artist"), *shown],
        name="why",
        alt=f"Effect of {counted(len(table), 'artist', 'artists')} on the likeliest countries",
        key="why_table",
    )
