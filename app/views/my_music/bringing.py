"""Bringing a list from elsewhere: exports as files, and user names of services."""

from __future__ import annotations

import os
from collections.abc import Callable

import streamlit as st

from app.look.words import count, counted, listed, plain
from app.views.my_music import entry, state
from pipeline.exports import (
    READERS,
    SERVICES,
    ExportError,
    OwnList,
    Reader,
    Service,
    fetch,
    read_all,
)

FILES = "Files"
BROUGHT = "my_music_brought"
"""Key of the session's state: what was read last, an `OwnList` or an `ExportError`."""

_TURN = "my_music_uploads"


def bring() -> None:
    """Let a list be taken from files or a service, and say what was read."""
    sources = [FILES, *(service.label for service in SERVICES.values())]
    chosen = st.segmented_control(
        "Or bring it from",
        sources,
        key="bring_from",
        bind="query-params",
        help="What is brought takes the place of the list above.",
    )
    if chosen == FILES:
        _files()
    for service in SERVICES.values():
        if service.label == chosen:
            _service(service)
    _say_what_was_read()


# --- files ----------------------------------------------------------------------------------------


def _files() -> None:
    turn = st.session_state.get(_TURN, 0)
    files = st.file_uploader(
        "Exports of your plays, one file or several",
        accept_multiple_files=True,
        key=f"upload_{turn}",
        help="What they are exports of is recognised. Only names and plays of artists are read.",
    )
    with st.expander("How to get each export", icon=":material/help:"):
        st.markdown("\n".join(f"- **{r.label}**: {r.how}" for r in _readers()))
    if files:
        st.session_state[_TURN] = turn + 1  # a new box, so that the files are let go
        with st.spinner("Reading the files"):
            brought = _tried(lambda: read_all([(file, file.name) for file in files]))
        _take(brought)


def _readers() -> list[Reader]:
    return sorted(READERS.values(), key=lambda reader: (reader.general, reader.label))


# --- services -------------------------------------------------------------------------------------


def _service(service: Service) -> None:
    key = _key_of(service)
    if service.needs_key and not key:
        others = [s.label for s in SERVICES.values() if not s.needs_key]
        st.warning(
            f"This app has no key for {service.label}, so it cannot ask for your artists there. "
            f"{service.how} Whoever runs the app puts it into the environment variable "
            f"{service.key_variable} or the app's secrets. "
            f"Meanwhile {listed([*others, 'files', 'a pasted list'])} do as well.",
            icon=":material/key_off:",
        )
        return
    with st.form(f"ask_{service.name}", border=False):
        user = st.text_input(
            f"{service.label} user name",
            key=f"user_{service.name}",
            placeholder="A name, or the address of a profile",
        )
        asked = st.form_submit_button("Fetch my artists", icon=":material/cloud_download:")
    st.caption(f"The name goes to {service.label} when you press the button, and nowhere else.")
    if asked:
        with st.spinner(f"Asking {service.label}"):
            brought = _tried(lambda: fetch(service.name, user or "", key=key))
        _take(brought)


def _key_of(service: Service) -> str | None:
    """Find the key in the environment, else in the app's secrets."""
    if service.key_variable is None:
        return None
    known = os.environ.get(service.key_variable, "").strip()
    if not known and st.secrets.load_if_toml_exists():
        known = str(st.secrets.get(service.key_variable, "")).strip()
    return known or None


# --- what came ------------------------------------------------------------------------------------


def _tried(read: Callable[[], OwnList]) -> OwnList | ExportError:
    try:
        return read()
    except ExportError as error:
        return error


def _take(brought: OwnList | ExportError) -> None:
    """Make what was read the list; an error leaves the list as it is."""
    if isinstance(brought, ExportError) or not brought.artists:
        st.session_state[BROUGHT] = brought
        st.rerun()
    state.write_and_rerun(entry.as_text(brought.counted), **{BROUGHT: _told(brought)})


def _told(brought: OwnList) -> OwnList:
    """Keep of what was read only what is said of it."""
    return OwnList(
        brought.label,
        brought.counted,
        brought.left_out,
        brought.rows_read,
        brought.files_without_plays,
    )


def _say_what_was_read() -> None:
    brought = st.session_state.get(BROUGHT)
    if isinstance(brought, ExportError):
        st.error(plain(str(brought)).replace("\n\\- ", "\n- "), icon=":material/error:")
    elif isinstance(brought, OwnList):
        st.caption(f":material/task_alt: {_summary(brought)}")


def _summary(brought: OwnList) -> str:
    """Say what was read, used and left out."""
    said = f"{plain(brought.label)}: {counted(brought.rows_read, 'entry', 'entries')} read"
    if not brought.artists:
        said += ", none of which names an artist"
    reasons = [f"{count(left.entries)} {left.reason}" for left in brought.left_out]
    said += f"; left out: {listed(reasons)}." if reasons else "; nothing was left out."
    if brought.files_without_plays:
        names = listed([plain(name) for name in brought.files_without_plays])
        said += f" Without plays: {names}."
    return said
