"""What the page remembers in the session, and how all of it is forgotten.

The text box is the list: whatever brings artists writes them there, so that there is one truth,
and it stands in the page's address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from app.shell import session
from pipeline.exports._shared.tally import name_key

TEXT = "artists"
"""Key of the text box of the list."""

OTHER_TEXT = "other_artists"
"""Key of the text box of the second list."""

_PENDING = "my_music_pending"
_AS_WRITTEN = "my_music_as_written"
_OWN = "my_music_"
_EXAMPLE = "my_music_example_of"


def text() -> str:
    """Give the list as it stands in the text box."""
    return st.session_state.get(TEXT) or ""


def write(new: str) -> None:
    """Put a list into the text box; for callbacks, which run before it is drawn."""
    st.session_state[TEXT] = new
    forget_example()


def write_and_rerun(new: str, **others: object) -> None:
    """Put a list, and values of other keys, in place at the next run, which begins at once."""
    st.session_state[_PENDING] = {TEXT: new, **others}
    forget_example()
    st.rerun()


def take_pending() -> None:
    """Put in place what `write_and_rerun` left; before any widget is drawn."""
    for key, value in st.session_state.pop(_PENDING, {}).items():
        st.session_state[key] = value


# --- names to be left as they are written ---------------------------------------------------------


def as_written() -> frozenset[str]:
    """Give the keys of names that are not to be corrected."""
    return frozenset(st.session_state.get(_AS_WRITTEN, ()))


def keep_as_written(names: Collection[str]) -> None:
    """Let names stand as they are written from now on."""
    st.session_state[_AS_WRITTEN] = as_written() | {name_key(name) for name in names}


# --- examples -------------------------------------------------------------------------------------


def example_of() -> str | None:
    """Name the country whose favourites fill the text box, if an example does."""
    found: str | None = st.session_state.get(_EXAMPLE)
    return found


def write_example(names: str, country_name: str) -> None:
    """Put an example into the text box; for callbacks."""
    st.session_state[TEXT] = names
    st.session_state[_EXAMPLE] = country_name


def forget_example() -> None:
    """Let the list count as the reader's own."""
    st.session_state.pop(_EXAMPLE, None)


# --- the rest -------------------------------------------------------------------------------------


def once(name: str, question: object, make: Callable[[], object]) -> object:
    """Give `make()`, kept in this session alone until another `question` is asked of `name`."""
    key = f"{_OWN}once_{name}"
    kept = st.session_state.get(key)
    if kept is None or kept[0] != question:
        kept = st.session_state[key] = (question, make())
    return kept[1]


def clear() -> None:
    """Forget the lists and all that was said of them; for callbacks."""
    for key in list(st.session_state):
        if str(key).startswith(_OWN):
            del st.session_state[key]
    session.forget_my_artists()
    st.session_state[TEXT] = ""
    if OTHER_TEXT in st.session_state:
        st.session_state[OTHER_TEXT] = ""
    st.session_state["artist_search"] = ""
    st.session_state["scrobbles"] = None
