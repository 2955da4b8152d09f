from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.exports import ListedArtist, paste, read
from pipeline.exports.pasted import pieces, read_piece


@pytest.mark.parametrize(
    ("line", "name", "plays"),
    [
        ("1. Radiohead", "Radiohead", None),
        ("- Radiohead", "Radiohead", None),
        ("• Radiohead (123)", "Radiohead", 123),
        ("Radiohead — 1,123 plays", "Radiohead", 1123),
        ("Radiohead\t57", "Radiohead", 57),
        ("blink-182", "blink-182", None),
        ("Maroon 5", "Maroon 5", None),
        (f"Radiohead ({'9' * 13})", f"Radiohead ({'9' * 13})", None),
    ],
)
def test_a_piece(line: str, name: str, plays: int | None) -> None:
    assert read_piece(line) == ListedArtist(name, plays)


def test_commas_part_only_a_single_line() -> None:
    assert pieces("Björk, Sigur Rós (1,200), múm") == ["Björk", "Sigur Rós (1,200)", "múm"]
    assert pieces("Tyler, The Creator\n\n Björk ") == ["Tyler, The Creator", "Björk"]


def test_a_pasted_list_is_ordered_by_plays_when_all_have_them() -> None:
    found = paste("Björk (3)\nmúm (9)\nBJÖRK (4)")
    assert found.artists == (ListedArtist("múm", 9), ListedArtist("Björk", 7))
    assert (found.label, found.rows_read, found.left_out) == ("Pasted list", 3, ())


def test_a_pasted_list_keeps_its_order_when_some_have_none() -> None:
    found = paste("Björk\nmúm (9)")
    assert found.artists == (ListedArtist("Björk"), ListedArtist("múm", 9))


def test_nothing_pasted_is_an_empty_list() -> None:
    assert paste(" \n").artists == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_file_is_read_like_a_pasted_list(encoding: str) -> None:
    text = "1. Björk\n2. múm (9)\n"
    assert read(text.encode(encoding), "x.txt").artists == paste(text).artists


@given(st.text())
def test_any_text_is_a_list(text: str) -> None:
    found = paste(text)
    assert found.rows_read == len(pieces(text))
    assert len(found.artists) <= found.rows_used <= found.rows_read
