"""What if: the list changed in play, and the answer beside what it was."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import replace

import streamlit as st

from app.charts.moved_bars import moved_bars
from app.charts.still import STILL
from app.look.palette import Palette
from app.look.words import counted, listed, percent, plain
from app.queries.my_music import beside
from app.views.my_music import entry, state
from app.views.my_music.asking import Question
from pipeline.core.model.predictor import Play, Prediction, Predictor
from pipeline.exports import MOST

_TOP = 10
_HITS = 6
_TWICE = 2.0
_PLAYS_OF_EQUAL_WEIGHT = 9.0
_ADDED = "my_music_added"


def changed(
    plays: Sequence[Play],
    *,
    without: Collection[str],
    twice: Collection[str],
    added: Sequence[str],
) -> list[Play]:
    """Change a list in play.

    Parameters
    ----------
    plays : sequence of Play
        The list.
    without, twice : collection of str
        Names of artists to leave out, and to play twice as much.
    added : sequence of str
        Names of artists to play as much as the middle one of the list.
    """
    counts = sorted(play.playcount for play in plays if play.playcount is not None)
    middle = counts[len(counts) // 2] if counts else None
    kept = [_doubled(p) if p.artist_name in twice else p for p in plays]
    stay = [play for play in kept if play.artist_name not in without]
    # In front, so that a long list does not push them beyond the artists that count.
    names = {play.artist_name for play in stay}
    return [*(Play(name, middle) for name in added if name not in names), *stay]


def _doubled(play: Play) -> Play:
    count = _PLAYS_OF_EQUAL_WEIGHT if play.playcount is None else play.playcount
    return replace(play, playcount=count * _TWICE)


def show_what_if(predictor: Predictor, question: Question, palette: Palette) -> None:
    """Let the list be changed in play, and show how the answer moves."""
    st.caption(
        "Change the list in play, or recipe and strength under Options above: the bars move, and "
        "grey ticks stay where the answer was."
    )
    plays = _changes(predictor, question.plays)
    if not plays:
        st.caption("Nothing is left of the list.")
        return
    asked = question.of(plays)
    now = asked.answer(predictor)
    before = _untouched(predictor, question)
    _say_what_moved(before, now)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("##### Countries")
        _bars(before, now, palette, layer="country")
    with right:
        st.markdown("##### Regions")
        _bars(before, now, palette, layer="region")
    st.caption("Grey ticks: the list as it is, with the recipe and strength that are the default.")
    if tuple(plays) != question.plays:
        st.button(
            "Make this my list",
            icon=":material/done_all:",
            on_click=_adopt,
            args=(plays,),
        )


def _untouched(predictor: Predictor, question: Question) -> Prediction:
    """Answer the list as it is, asked as the build asks by default."""
    return replace(question, recipe=predictor.build.manifest.default_recipe, tau=None).answer(
        predictor
    )


def _changes(predictor: Predictor, plays: Sequence[Play]) -> list[Play]:
    names = [play.artist_name for play in plays]
    of_list = zlib.crc32("\n".join(names).encode())
    left, right = st.columns(2, gap="medium")
    with left:
        without = st.multiselect(
            "Leave out",
            names,
            key=f"my_music_without_{of_list}",
            placeholder="Artists to leave out",
            persist_state="page",
        )
    with right:
        twice = st.multiselect(
            "Play twice as much",
            names,
            key=f"my_music_twice_{of_list}",
            placeholder="Artists to play more",
            persist_state="page",
        )
    added = _add(predictor)
    return changed(plays, without=without, twice=twice, added=added)


def _add(predictor: Predictor) -> list[str]:
    """Let artists be added in play; give their names."""
    typed = st.text_input(
        "Add",
        key="what_if_search",
        type="search",
        live=True,
        placeholder="Begin to type the name of an artist",
    )
    added: list[str] = st.session_state.get(_ADDED, [])
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        for hit in predictor.search(typed, limit=_HITS) if typed else ():
            name = predictor.artist_name(hit)
            st.button(
                plain(name),
                key=f"what_if_add_{hit}",
                icon=":material/add:",
                on_click=_remember,
                args=(name,),
            )
        for name in added:
            st.button(
                plain(name),
                key=f"what_if_drop_{name}",
                icon=":material/close:",
                type="tertiary",
                help="Takes it out again",
                on_click=_forget,
                args=(name,),
            )
    return added


def _remember(name: str) -> None:
    known: list[str] = st.session_state.get(_ADDED, [])
    st.session_state[_ADDED] = list(dict.fromkeys([*known, name]))
    st.session_state["what_if_search"] = ""


def _forget(name: str) -> None:
    st.session_state[_ADDED] = [other for other in st.session_state[_ADDED] if other != name]


def _adopt(plays: Sequence[Play]) -> None:
    st.session_state.pop(_ADDED, None)
    entries = [entry.Entry(play.artist_name, play.playcount) for play in plays[:MOST]]
    state.write(entry.as_text(entries))
    # The button stands in a fragment; the list stands outside it.
    st.rerun()


def _say_what_moved(before: Prediction, now: Prediction) -> None:
    earlier, later = before.country.iloc[0], now.country.iloc[0]
    was = f"was {plain(earlier['country_name'])} with {percent(earlier['probability'])}"
    if earlier["country"] == later["country"]:
        was = f"was {percent(earlier['probability'])}"
    st.markdown(
        f":material/arrow_forward: Now **{plain(later['country_name'])}** with "
        f"**{percent(later['probability'])}**; it {was}. The set holds "
        f"{counted(len(now.prediction_set), 'country', 'countries')}."
    )


def _bars(before: Prediction, now: Prediction, palette: Palette, *, layer: str) -> None:
    name = "country_name" if layer == "country" else "region"
    table = beside(getattr(before, layer), getattr(now, layer), name=name, most=_TOP)
    told = [
        f"{row[name]} {percent(row['probability'])} (was {percent(row['before'])})"
        for _, row in table.head(5).iterrows()
    ]
    st.plotly_chart(
        moved_bars(table, name=name, palette=palette),
        config=dict(STILL),
        key=f"what_if_{layer}",
        alt=f"Probabilities now and before: {listed(told)}",
    )
