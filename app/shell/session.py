"""What pages tell each other within one reader's session."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

_MY_ARTISTS = "my_artists"


def my_artists() -> tuple[int, ...] | None:
    """Numbers of the artists of the list that was answered last; None while there is no list."""
    known = st.session_state.get(_MY_ARTISTS)
    return None if known is None else tuple(known)


def remember_my_artists(artists: Iterable[int]) -> None:
    """Let other pages know the list that is answered, in its order."""
    st.session_state[_MY_ARTISTS] = list(artists)


def forget_my_artists() -> None:
    """Let there be no list."""
    st.session_state.pop(_MY_ARTISTS, None)
