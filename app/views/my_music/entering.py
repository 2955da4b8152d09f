"""Entering a list: the text box, the example, and the search as one types."""

from __future__ import annotations

import streamlit as st

from app.look.words import plain
from app.queries import answers
from app.shell import data
from app.views.my_music import entry, state
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Predictor

_HITS = 8
_EXAMPLE_ARTISTS = 12
_EXAMPLE_LISTENERS = 30
_PLACEHOLDER = """One artist a line, or commas on a single line.
Play counts if you like:

Björk (312)
Sigur Rós (97)
múm"""


def enter(build: Build, predictor: Predictor) -> list[entry.Entry]:
    """Take the list."""
    text = st.text_area(
        "Artists you play, the most played first",
        key=state.TEXT,
        bind="query-params",
        height=230,
        on_change=state.forget_example,
        placeholder=_PLACEHOLDER,
    )
    with st.container(horizontal=True):
        st.button("Place me", type="primary", icon=":material/travel_explore:")
        st.button(
            "Show an example",
            icon=":material/casino:",
            on_click=_fill_example,
            args=(build,),
            help="Fills in artists that listeners of one country play more than anybody else.",
        )
        if text:
            st.button(
                "Clear everything",
                icon=":material/delete_sweep:",
                type="tertiary",
                on_click=state.clear,
                help="Forgets the list, what was read, your answers, and the list in the address.",
            )
    if text and state.example_of():
        st.caption(f"Example: favourites of listeners in {state.example_of()}.")
    _search_box(predictor)
    return entry.parse(text or "")


def say_what_is_kept() -> None:
    """Say what becomes of a list: nothing."""
    st.caption(
        ":material/lock: Nothing is stored or logged: files are read and let go, and the list "
        "stands in this page's address alone, so that you can keep or share it."
    )


def _fill_example(build: Build) -> None:
    """Put in the favourites of the next region's largest country."""
    choices = answers.examples(data.read(build, "countries"), least=_EXAMPLE_LISTENERS)
    if choices.empty:
        return
    turn = st.session_state.get("examples_seen", 0)
    # The very largest country's favourites are the world's: begin with the second.
    chosen = choices.iloc[(turn + 1) % len(choices)]
    found = data.ask(build, answers.FAVOURITES, (chosen["country"], _EXAMPLE_ARTISTS))
    st.session_state["examples_seen"] = turn + 1
    state.write_example("\n".join(found["artist_name"]), str(chosen["country_name"]))


@st.fragment
def _search_box(predictor: Predictor) -> None:
    typed = st.text_input(
        "Find an artist to add",
        key="artist_search",
        type="search",
        live=True,
        placeholder="Begin to type a name; slips are forgiven",
    )
    if not typed:
        return
    hits = predictor.search(typed, limit=_HITS)
    if not hits:
        st.caption(f"No artist of this build is called anything like “{plain(typed)}”.")
    with st.container(horizontal=True, gap="xsmall", wrap=True):
        for hit in hits:
            name = predictor.artist_name(hit)
            st.button(
                plain(name), key=f"add_{hit}", icon=":material/add:", on_click=_add, args=(name,)
            )


def _add(name: str) -> None:
    state.write(entry.append(state.text(), name))
    st.session_state["artist_search"] = ""
    # The button stands in a fragment; the list and the answer stand outside it.
    st.rerun()
