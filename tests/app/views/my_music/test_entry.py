from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.my_music.entry import MOST, Entry, append, as_text, drop, parse, replace
from pipeline.exports._shared.tally import name_key, tidy_name


def pairs(text: str) -> list[tuple[str, int | None]]:
    return [(e.artist_name, e.playcount) for e in parse(text)]


@pytest.mark.parametrize(
    ("line", "name", "plays"),
    [
        ("Radiohead", "Radiohead", None),
        ("1. Radiohead", "Radiohead", None),
        ("12) Radiohead", "Radiohead", None),
        ("- Radiohead", "Radiohead", None),
        ("• Radiohead", "Radiohead", None),
        ("Radiohead (312)", "Radiohead", 312),
        ("Radiohead (1,312 plays)", "Radiohead", 1312),
        ("Radiohead — 123 plays", "Radiohead", 123),
        ("Radiohead - 1 play", "Radiohead", 1),
        ("3. Radiohead: 99 scrobbles", "Radiohead", 99),
        ("Radiohead\t57", "Radiohead", 57),
        # Names that look like counts or bullets stay as they are.
        ("blink-182", "blink-182", None),
        ("Maroon 5", "Maroon 5", None),
        ("2.13.61", "2.13.61", None),
        ("!!!", "!!!", None),
        ("(Sandy) Alex G", "(Sandy) Alex G", None),
        ("Sunn O)))", "Sunn O)))", None),
        ("(1975)", "(1975)", None),
        ("50 Cent", "50 Cent", None),
    ],
)
def test_a_line(line: str, name: str, plays: int | None) -> None:
    assert pairs(f"{line}\nsecond line") == [(name, plays), ("second line", None)]


def test_commas_split_only_a_single_line() -> None:
    assert pairs("Björk, Sigur Rós (1,200), múm") == [
        ("Björk", None),
        ("Sigur Rós", 1200),
        ("múm", None),
    ]
    assert pairs("Tyler, The Creator\nBjörk") == [("Tyler, The Creator", None), ("Björk", None)]


def test_equal_names_are_added_up_in_their_first_place() -> None:
    assert parse("Björk (3)\nmúm\nBJÖRK (4)\nbjörk") == [Entry("Björk", 7), Entry("múm", None)]


def test_blank_lines_and_a_blank_list_are_nothing() -> None:
    assert parse(" \n\n") == []
    assert pairs("\n  Björk  \n\n") == [("Björk", None)]
    assert pairs(",,Björk,") == [("Björk", None)]


def test_a_long_list_is_given_whole() -> None:
    assert len(parse("\n".join(f"artist {i}x" for i in range(MOST + 5)))) == MOST + 5


def test_append_gives_the_name_a_line_of_its_own() -> None:
    assert append("", "múm") == "múm"
    assert append("Björk, Sigur Rós", "múm") == "Björk\nSigur Rós\nmúm"
    assert append("Björk\nTyler, The Creator\n", "múm") == "Björk\nTyler, The Creator\nmúm"


def test_replace_touches_whole_names_only() -> None:
    assert (
        replace("Fairport\nair (3)\nAir", "AIR", "AIR (FR)") == "Fairport\nAIR (FR) (3)\nAIR (FR)"
    )
    assert replace("Air, Fairport", "Air", "Aïr") == "Aïr\nFairport"


def test_replace_finds_a_name_however_its_accents_and_blanks_are_written() -> None:
    assert replace("Sigur  Ro\u0301s (9)\nmúm", "Sigur Rós", "SR") == "SR (9)\nmúm"


def test_the_order_is_the_lists_even_where_plays_say_another() -> None:
    assert pairs("múm (3)\nBjörk (4)") == [("múm", 3), ("Björk", 4)]


def test_a_number_beyond_any_count_stays_in_the_name() -> None:
    assert pairs(f"Björk ({'9' * 30})\nmúm") == [(f"Björk ({'9' * 30})", None), ("múm", None)]


def test_replace_keeps_counts_and_takes_names_literally() -> None:
    assert replace("1. sigur ros (9)\nmúm", "Sigur Ros", "Sigur Rós") == "1. Sigur Rós (9)\nmúm"
    assert replace("a+b", "A+B", r"\1") == r"\1"


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for entry in parse(text):
        assert entry.artist_name.strip()
        assert entry.playcount is None or entry.playcount >= 0


def key(entry: Entry) -> str:
    return name_key(entry.artist_name)


NAMES = st.text(min_size=1).map(tidy_name).filter(lambda name: 0 < len(name_key(name)) <= 500)


@given(st.lists(st.builds(Entry, NAMES, st.none() | st.integers(0, 10**9)), unique_by=key))
def test_a_list_that_is_written_is_read_again(entries: list[Entry]) -> None:
    written = as_text(entries)
    assert [e.artist_name for e in parse(written)] == [e.artist_name for e in entries]
    for read, entry in zip(parse(written), entries, strict=True):
        assert read.playcount == entry.playcount or (
            entry.playcount is None and read.playcount == 9
        )


def test_a_list_is_written_as_people_write_it() -> None:
    assert as_text([Entry("Björk", 3.4), Entry("múm")]) == "Björk (3)\nmúm"
    assert as_text([]) == ""


@pytest.mark.parametrize("plays", [None, 7])
@pytest.mark.parametrize("name", ["Tyler, The Creator", ","])
def test_commas_of_a_lone_artist_do_not_split_it(name: str, plays: int | None) -> None:
    assert parse(as_text([Entry(name, plays)])) == [Entry(name, plays)]
    assert pairs(append("", "Tyler, The Creator")) == [("Tyler, The Creator", None)]


def test_names_that_look_like_bullets_or_counts_are_kept_whole() -> None:
    entries = [Entry("1. FC Punk", None), Entry("- dash", 4), Entry("Blink (182)", 5)]
    assert parse(as_text(entries)) == entries
    # Plays of equal weight stand in where a name alone would read as name and plays.
    assert parse(as_text([Entry("Blink (182)"), Entry("x")])) == [
        Entry("Blink (182)", 9),
        Entry("x"),
    ]


def test_drop_takes_every_line_of_a_name() -> None:
    assert drop("1. Air (3)\nmúm\nAIR", "air") == "múm"
    assert drop("Air, múm", "múm") == "Air"
