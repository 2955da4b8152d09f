"""The second page: a person's own artists, and where they point."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.shell import data, session
from app.shell.page import page, standing_on
from app.views.my_music import asking, entry, layers, state
from app.views.my_music.bringing import bring
from app.views.my_music.comparison import show_comparison
from app.views.my_music.entering import enter, say_what_is_kept
from app.views.my_music.match_table import show_matches
from app.views.my_music.matching import Matched, match_list
from app.views.my_music.take_away import open_link, show_take_away
from app.views.my_music.was_i_right import ask_whether_right
from app.views.my_music.what_if import show_what_if
from app.views.my_music.where import show_where
from app.views.my_music.why import show_why
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor

_ANSWER, _WHY, _WHAT_IF, _WHERE, _COMPARE, _TAKE = _SECTIONS = (
    "Answer",
    "Why",
    "What if",
    "Where am I",
    "Two lists",
    "Take away",
)


@page("My music", icon=":material/headphones:", order=10, formerly=("predict",))
def my_music(build: Build) -> None:
    """Enter the artists you play and see where people with such lists live."""
    predictor = data.predictor(build)
    state.take_pending()
    open_link(build)
    asking_side, answering_side = st.columns([2, 3], gap="large")
    with asking_side:
        matched = _ask(build, predictor)
    with answering_side:
        if not matched:
            session.forget_my_artists()
            _invite()
            return
        session.remember_my_artists(one.artist for one in matched if one.artist is not None)
        _answer(build, predictor, matched)


def _ask(build: Build, predictor: Predictor) -> list[Matched]:
    """Take the list; give what each of its artists counts as."""
    entries = enter(build, predictor)
    bring()
    say_what_is_kept()
    matched = match_list(predictor, entries[: entry.MOST], as_written=state.as_written())
    if matched:
        show_matches(entries, matched)
    return matched


def _invite() -> None:
    st.markdown(
        "##### Enter some artists to see\n"
        "- :material/public: the **regions** and **countries** where people with such lists live\n"
        "- :material/percent: how **sure** that is, beside what one would guess of anybody\n"
        "- :material/balance: **why**: what each artist says, and what would change it\n"
        "- :material/spellcheck: which names were **found**, and how they were read"
    )
    st.caption(f"Ten artists do; fifty say more. {layers.CARE}")


@st.fragment
def _answer(build: Build, predictor: Predictor, matched: Sequence[Matched]) -> None:
    """Answer, and show the part that is looked at; what is chosen here redraws this alone."""
    with standing_on(build):
        _look(build, predictor, matched)


def _look(build: Build, predictor: Predictor, matched: Sequence[Matched]) -> None:
    st.subheader("Where such lists come from", anchor=False)
    words = st.container()
    part = st.segmented_control(
        "What to look at",
        _SECTIONS,
        default=_ANSWER,
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
    plays = [one.play for one in matched]
    question = asking.options(build, predictor, plays, expanded=part == _WHAT_IF)
    prediction = question.answer(predictor)
    palette = data.palette(build)
    with words:
        layers.say_it(build, prediction, as_measured=question.tau is None)
    if part == _ANSWER:
        layers.draw(prediction, palette)
        ask_whether_right(question, prediction)
    elif part == _WHY:
        show_why(predictor, question, prediction)
    elif part == _WHAT_IF:
        show_what_if(predictor, question, palette)
    elif part == _WHERE:
        show_where(build, predictor, question, prediction)
    elif part == _COMPARE:
        show_comparison(predictor, question, prediction, palette)
    elif part == _TAKE:
        show_take_away(build, question, prediction, matched)
