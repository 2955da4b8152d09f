"""What a page's address says is shown, remembered while other pages are looked at.

For choices that no widget can keep in the address by itself, such as one artist among hundreds of
thousands, or countries by their codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from app.shell.page import PAGES

ARTIST = "artist"
COUNTRY = "country"
ARTIST_PAGE = "/artists?artist={artist}"
COUNTRY_PAGE = "/countries?country={country}"
"""Addresses of an artist's and a country's page, for tables whose rows hold the number of the
artist or the code of the country."""


def asked(name: str) -> list[str]:
    """Values of a parameter, repeated or with commas; without it those of the last visit."""
    remembered = f"{name}_in_address"
    if name in st.query_params:
        values = ",".join(st.query_params.get_all(name)).split(",")
        given = [value.strip() for value in values if value.strip()]
        # A link to the page that it stands on reaches the server, but not the browser's address.
        if st.session_state.get(remembered, given) != given:
            st.query_params[name] = given
        st.session_state[remembered] = given
    elif st.session_state.get(remembered):
        st.query_params[name] = st.session_state[remembered]
    return list(st.session_state.get(remembered, []))


def ask_for(name: str, values: Iterable[str]) -> None:
    """Put values into the address."""
    st.query_params[name] = list(values)


def of_page(name: str) -> str:
    """Give the whole address of a page, as this reader's browser reaches it."""
    known = {path for found in PAGES.values() for path in (found.name, *found.formerly)}
    here = urlsplit(st.context.url or "")
    path = here.path.rstrip("/")
    base, _, last = path.rpartition("/")
    return urlunsplit((*here[:2], f"{base if last in known else path}/{name}", "", ""))


def artist_link(artist: int, label: str) -> None:
    """Link to the page of an artist; the label is Markdown."""
    _link("artists", label, ARTIST, str(artist))


def country_link(country: str, label: str) -> None:
    """Link to the page of a country; the label is Markdown."""
    _link("countries", label, COUNTRY, country)


def _link(page: str, label: str, name: str, value: str) -> None:
    # What else the address says stays: on the same page it is what the reader has chosen there.
    others = {other: st.query_params.get_all(other) for other in st.query_params}
    st.page_link(
        PAGES[page].entry(),
        label=label,
        icon="",
        help="",
        query_params=others | {name: [value]},
    )
