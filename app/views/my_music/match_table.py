"""The list as it was understood: a table to edit, and names to fix or drop."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from app.look.words import counted, plain
from app.views.my_music import entry, state
from app.views.my_music.matching import (
    AS_WRITTEN,
    FOUND,
    GIVEN,
    PLAYS,
    TAKEN_FOR,
    Matched,
    as_table,
    from_table,
    known,
)
from pipeline.exports._shared.tally import name_key

_SUGGESTIONS = 4
_FIXED_AT_ONCE = 6
_MEANINGS = {
    GIVEN: "The name in your list.",
    TAKEN_FOR: "The artist that counts; empty where the name counts by itself alone.",
    FOUND: "Whether the name was found as it is, corrected, or not found.",
    PLAYS: "Times played; empty where the list does not say.",
}
_LABELS = {GIVEN: "As given", TAKEN_FOR: "Taken for", FOUND: "Match", PLAYS: "Plays"}


def show_matches(entries: Sequence[entry.Entry], matched: Sequence[Matched]) -> None:
    """Say how the list was read, and let it be put right.

    Parameters
    ----------
    entries : sequence of Entry
        The whole list.
    matched : sequence of Matched
        Its first `entry.MOST` entries, in the same order.
    """
    more = f"; only the first {entry.MOST} count" if len(entries) > entry.MOST else ""
    st.markdown(f"**{known(matched)} of {len(matched)}** artists found{more}.")
    _corrections(matched)
    _doubts(matched)
    with st.expander("Check and edit the list", icon=":material/edit_note:"):
        _editor(entries, matched)
        st.caption(_weights(matched))


def _weights(matched: Sequence[Matched]) -> str:
    """Say how much each artist counts."""
    without = sum(one.playcount is None for one in matched)
    grows = (
        "An artist's weight grows with the logarithm of its plays: 1,000 weigh half as much again "
        "as 100"
    )
    if not without:
        return f"{grows}."
    if without == len(matched):
        return "Without play counts all artists weigh the same, whatever their order."
    return (
        f"{grows}. {counted(without, 'artist has', 'artists have')} no count: a gap is filled from "
        "its neighbours in the list."
    )


# --- fixing ---------------------------------------------------------------------------------------


def _corrections(matched: Sequence[Matched]) -> None:
    corrected = [one for one in matched if one.kind == "corrected"]
    if not corrected:
        return
    read = [f"{plain(one.given)} → **{plain(one.artist_name)}**" for one in corrected]
    st.markdown(f":material/spellcheck: Read as: {', '.join(read)}")
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        st.button(
            "Write them so",
            icon=":material/check:",
            type="tertiary",
            on_click=_replace,
            args=([(one.given, one.artist_name) for one in corrected],),
            help="Puts the corrected names into the list.",
        )
        for one in corrected[:_FIXED_AT_ONCE]:
            st.button(
                f"Not {plain(one.artist_name)}",
                key=f"refuse_{name_key(one.given)}",
                icon=":material/close:",
                type="tertiary",
                on_click=state.keep_as_written,
                args=([one.given],),
                help=f"Takes {plain(one.given)} as it is written.",
            )


def _doubts(matched: Sequence[Matched]) -> None:
    doubtful = [one for one in matched if one.kind in ("ambiguous", "unknown", AS_WRITTEN)]
    for one in doubtful[:_FIXED_AT_ONCE]:
        _doubt(one)
    if len(doubtful) > _FIXED_AT_ONCE:
        st.caption(
            f"{len(doubtful) - _FIXED_AT_ONCE} more names count by themselves alone: see the table."
        )


def _doubt(one: Matched) -> None:
    several = one.kind == "ambiguous"
    said = {
        "ambiguous": "could be several artists. Until you choose it counts by its name alone:",
        AS_WRITTEN: "is taken as it is written, and counts by its name alone.",
    }.get(one.kind, "is not in this build, and counts by its name alone.")
    offers = one.candidates[:_SUGGESTIONS]
    if offers and not several:
        said += " Did you mean:"
    st.markdown(f":material/help: **{plain(one.given)}** {said}")
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        for artist, name in offers:
            st.button(
                plain(name),
                key=f"replace_{name_key(one.given)}_{artist}",
                on_click=_replace,
                args=([(one.given, name)],),
            )
        st.button(
            "Drop it",
            key=f"drop_{name_key(one.given)}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_drop,
            args=(one.given,),
        )


def _replace(pairs: Sequence[tuple[str, str]]) -> None:
    text = state.text()
    for old, new in pairs:
        text = entry.replace(text, old, new)
    state.write(text)


def _drop(name: str) -> None:
    state.write(entry.drop(state.text(), name))


# --- the table ------------------------------------------------------------------------------------


def _editor(entries: Sequence[entry.Entry], matched: Sequence[Matched]) -> None:
    table = as_table(matched)
    edited = st.data_editor(
        table,
        # Another list is another table: what was edited in the last one is not carried over.
        key=f"matches_{zlib.crc32(table.to_json().encode())}",
        num_rows="dynamic",
        hide_index=True,
        disabled=[TAKEN_FOR, FOUND],
        placeholder="–",
        alt="Artists of the list, what each was taken for, and plays",
        column_config={
            column: (
                st.column_config.NumberColumn(label, help=_MEANINGS[column], min_value=0, step=1)
                if column == PLAYS
                else st.column_config.TextColumn(label, help=_MEANINGS[column])
            )
            for column, label in _LABELS.items()
        },
    )
    st.caption("Edit names and plays; add a row at the foot; choose rows at the left to take out.")
    changed = from_table(pd.DataFrame(edited))
    if changed != from_table(table):
        state.write_and_rerun(entry.as_text([*changed, *entries[entry.MOST :]]))
