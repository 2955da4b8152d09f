from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.core.artists.keys import identity_key, identity_keys, search_key

# Other work on the machine may slow an example down; that is no failure.
unhurried = settings(deadline=None)

ACCENTED = "".join(chr(code) for code in [*range(0xC0, 0x180)] if chr(code).isalpha())
latin_text = st.text(alphabet=ACCENTED + "abcxyzABC '", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sigur Rós", "sigur rós"),
        ("  SIGUR \t RÓS ", "sigur rós"),
        ("Sigur Ro\u0301s", "sigur rós"),
        ("Sigur R√≥s", "sigur rós"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("\ufb01sh", "fish"),
        ("Ａｂｃ", "abc"),
        ("zero\u200bwidth", "zerowidth"),
        ("The Beatles", "the beatles"),
        ("AC/DC", "ac/dc"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_identity_key(name: str, key: str) -> None:
    assert identity_key(name) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sigur Rós", "sigur ros"),
        ("Beyoncé", "beyonce"),
        ("AC/DC", "ac dc"),
        ("The The", "the"),
        ("The Beatles", "beatles"),
        ("Beatles, The", "beatles"),
        ("Theatre of Tragedy", "theatre of tragedy"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("Florence + the Machine", "florence and the machine"),
        ("Guns N’ Roses", "guns n roses"),
        ("R.E.M.", "rem"),
        ("A$AP Rocky", "asap rocky"),
        ("P!nk", "pink"),
        ("Wham!", "wham"),
        ("MØ", "mo"),
        ("Motörhead", "motorhead"),
        ("!!!", "!!!"),
        ("+/-", "+/-"),
        ("†††", "†††"),
        ("がんばれ", "がんばれ"),
        ("อะตอม", "อะตอม"),
        ("Ёлка", "елка"),
        ("", ""),
    ],
)
def test_search_key(name: str, key: str) -> None:
    assert search_key(name) == key


names = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="theTHE ,&+!$'’.áßİıøÃ¶√", max_size=14),
    latin_text,
)


@unhurried
@given(names)
@example("the , the")
@example("ÿÄ")
def test_keys_of_keys_are_themselves(name: str) -> None:
    assert identity_key(identity_key(name)) == identity_key(name)
    assert search_key(search_key(name)) == search_key(name)


@unhurried
@given(names)
def test_names_of_one_identity_are_found_by_one_key(name: str) -> None:
    assert search_key(identity_key(name)) == search_key(name)
    assert identity_key(f"  {name} ") == identity_key(name)


def test_identity_keys_of_a_series_keep_index_order_and_nulls() -> None:
    series = pd.Series(["Björk", None, "BJÖRK", "Muse"], index=[7, 5, 3, 1], name="artist_name")
    keys = identity_keys(series)
    assert keys.index.tolist() == [7, 5, 3, 1]
    assert keys.name == "artist_name"
    assert keys.isna().tolist() == [False, True, False, False]
    assert keys.dropna().tolist() == ["björk", "björk", "muse"]


@pytest.mark.parametrize("chunked", [False, True])
def test_identity_keys_of_arrow_arrays(chunked: bool) -> None:
    array = pa.array(["BjÃ¶rk", None, "Muse"])
    keys = identity_keys(pa.chunked_array([array, array]) if chunked else array)
    assert keys.dropna().tolist() == ["björk", "muse"] * (2 if chunked else 1)
    assert keys.isna().sum() == (2 if chunked else 1)


def test_identity_keys_of_nothing() -> None:
    assert identity_keys(pd.Series([], dtype="str")).tolist() == []
