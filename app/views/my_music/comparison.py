"""Two lists beside each other: both answers, and what the lists share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from app.look.palette import Palette
from app.look.words import listed, percent, plain
from app.views.my_music import entry, state
from app.views.my_music.asking import Question
from app.views.my_music.layers import bars
from app.views.my_music.matching import known, match_list
from pipeline.core.model.predictor import Known, Prediction, Predictor

_TOP = 8
_NAMED = 12


def show_comparison(
    predictor: Predictor, question: Question, mine: Prediction, palette: Palette
) -> None:
    """Take a second list and show both."""
    text = st.text_area(
        "The other list, one artist a line",
        key=state.OTHER_TEXT,
        bind="query-params",
        height=140,
        placeholder="Paste the artists of somebody else, or your own of another year.",
    )
    matched = match_list(predictor, entry.parse(text or "")[: entry.MOST])
    if not matched:
        st.caption("Paste a second list to see both answers side by side and what they share.")
        return
    asked = question.of([one.play for one in matched])
    theirs = asked.answer(predictor)
    st.caption(f"{known(matched)} of {len(matched)} artists of the other list found.")
    st.markdown(shared_in_words(mine.matched, theirs.matched))
    vectors = [predictor.mean_vector(plays) for plays in (question.plays, asked.plays)]
    st.caption(likeness(mine.country, theirs.country, vectors))
    for column, (title, prediction) in zip(
        st.columns(2, gap="medium"), (("Your list", mine), ("The other list", theirs)), strict=True
    ):
        with column:
            _answer(title, prediction, palette)


def _answer(title: str, prediction: Prediction, palette: Palette) -> None:
    first, region = prediction.country.iloc[0], prediction.region.iloc[0]
    key = title.lower().replace(" ", "_")
    st.markdown(f"##### {title}")
    st.markdown(
        f"**{plain(first['country_name'])}** ({percent(first['probability'])}), "
        f"{plain(region['region'])} ({percent(region['probability'])})"
    )
    bars(prediction.country.head(_TOP), palette, name="country_name", key=f"{key}_countries")
    st.markdown("Regions")
    bars(prediction.region.head(_TOP), palette, name="region", key=f"{key}_regions")


def shared_in_words(mine: Sequence[Known], theirs: Sequence[Known]) -> str:
    """Say which artists two lists share, in a sentence of Markdown."""
    others = {one.artist for one in theirs}
    shared = {one.artist: one.artist_name for one in mine if one.artist in others}
    if not shared:
        return "The lists share **no artist**."
    names = [plain(name) for name in list(shared.values())[:_NAMED]]
    more = [f"{len(shared) - _NAMED} more"] if len(shared) > _NAMED else []
    noun = "artist" if len(shared) == 1 else "artists"
    return f"The lists share **{len(shared)} {noun}**: {listed([*names, *more])}."


def likeness(
    mine: pd.DataFrame, theirs: pd.DataFrame, vectors: Sequence[NDArray[np.float32]]
) -> str:
    """Say how far two answers agree, and how near the lists lie in taste.

    Parameters
    ----------
    mine, theirs : DataFrame
        `Prediction.country` of both.
    vectors : sequence of two ndarrays
        Mean vectors of both lists; all 0 where a list has no place.
    """
    other = mine["country"].map(theirs.set_index("country")["probability"])
    common = float(np.minimum(mine["probability"], other).sum())
    said = f"The answers agree in {percent(common)} of their probability."
    lengths = [float(np.linalg.norm(vector)) for vector in vectors]
    if min(lengths) > 0:
        cosine = float(vectors[0] @ vectors[1]) / (lengths[0] * lengths[1])
        said += f" In taste space the lists have a similarity of {cosine:.2f} (1 is the same)."
    return said
