"""Was I right: an answer for the answer, counted in the browser's session and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app.look.words import counted, plain
from app.views.my_music.asking import Question
from pipeline.core.model.predictor import Prediction

_ANSWERS = "my_music_answers"
_TOP = 5


@dataclass(frozen=True)
class Outcome:
    """How an answer did: the rank of the true country, from 1, and whether the set holds it."""

    rank: int
    in_set: bool


def outcome_of(country: pd.DataFrame, code: str) -> Outcome:
    """Look the true country up in `Prediction.country`."""
    position = country["country"].tolist().index(code)
    return Outcome(position + 1, bool(country["in_set"].iloc[position]))


def tally(outcomes: Iterable[Outcome]) -> str:
    """Count outcomes in a sentence."""
    known = list(outcomes)
    right = sum(one.rank == 1 for one in known)
    among = sum(one.rank <= _TOP for one in known)
    held = sum(one.in_set for one in known)
    return (
        f"In this session: {counted(len(known), 'list', 'lists')}, {right} right at once, "
        f"{among} among the first {_TOP}, {held} in the set."
    )


def ask_whether_right(question: Question, prediction: Prediction) -> None:
    """Ask for the true country, and say how the answer did."""
    names = dict(
        sorted(
            zip(prediction.country["country"], prediction.country["country_name"], strict=True),
            key=lambda pair: pair[1],
        )
    )
    st.markdown("##### Was it right?")
    lives = st.selectbox(
        "Where the listener lives, if you like to say",
        list(names),
        index=None,
        format_func=lambda code: str(names[code]),
        key=f"my_music_lives_{hash(question.plays)}",
        placeholder="A country",
        persist_state="page",
    )
    answers: dict[tuple[object, ...], Outcome] = st.session_state.setdefault(_ANSWERS, {})
    if lives is None:
        answers.pop(question.plays, None)
    else:
        outcome = outcome_of(prediction.country, lives)
        answers[question.plays] = outcome
        st.markdown(_said(outcome, plain(str(names[lives])), len(names)))
    told = f"{tally(answers.values())} " if answers else ""
    st.caption(f"{told}What you say stays in this browser's session; it is not stored.")


def _said(outcome: Outcome, where: str, of: int) -> str:
    held = "in the set" if outcome.in_set else "not in the set"
    if outcome.rank == 1:
        return f":material/check_circle: **Right at once**: {where}, {held}."
    if outcome.rank <= _TOP:
        which = f"{where} is number {outcome.rank}"
        return f":material/adjust: **Among the first {_TOP}**: {which}, {held}."
    return f":material/cancel: **Missed**: {where} is number {outcome.rank} of {of}, {held}."
