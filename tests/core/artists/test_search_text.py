from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.artists.search_text import SearchText

KEYS = ["muse", "museum", "the amuse", "air", "", "muse muse"]


@pytest.mark.parametrize(
    ("part", "rows"),
    [
        ("muse", [0, 1, 2, 5]),
        ("\nmuse", [0, 1, 5]),
        (" muse", [5]),
        ("\nmuse\n", [0]),
        ("\n\n", [4]),  # an empty key
        ("um", [1]),
        ("ir\n", [3]),
        ("zz", []),
    ],
)
def test_each_line_that_holds_the_part_is_named_once(part: str, rows: list[int]) -> None:
    assert SearchText(KEYS).rows_with(part, limit=9) == rows


def test_no_more_than_the_limit_are_looked_for() -> None:
    assert SearchText(KEYS).rows_with("muse", limit=2) == [0, 1]
    assert SearchText(KEYS).rows_with("muse", limit=0) == []


def test_no_keys_hold_nothing() -> None:
    assert SearchText([]).rows_with("a", limit=5) == []


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet="abä ", max_size=6), max_size=8),
    st.text(alphabet="abä ", min_size=1, max_size=3),
)
def test_rows_are_those_that_a_look_at_each_key_finds(keys: list[str], part: str) -> None:
    text = SearchText(keys)
    assert text.rows_with(part, limit=9) == [i for i, key in enumerate(keys) if part in key]
    starting = [i for i, key in enumerate(keys) if key.startswith(part)]
    assert text.rows_with("\n" + part, limit=9) == starting
