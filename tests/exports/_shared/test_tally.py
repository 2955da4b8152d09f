from __future__ import annotations

import pytest

from pipeline.exports import LeftOut, ListedArtist
from pipeline.exports._shared.tally import LONGEST_NAME, Tally, name_key, tidy_name

MBID = "87c5dedd-371d-4a53-9f7f-80522fb7f3cb"


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("  Sigur \t Rós\n", "Sigur Rós"),
        ("Ro\u0301s", "Rós"),
        ("a\0b", "a b"),
        ("a\ud800b", "a b"),
        ("\ud83d", ""),
        ("!!!", "!!!"),
        ("椎名林檎", "椎名林檎"),
    ],
)
def test_a_name_is_tidied(written: str, tidy: str) -> None:
    assert tidy_name(written) == tidy
    assert name_key(written.upper()) == name_key(tidy)


def test_plays_are_added_up_and_entries_counted() -> None:
    tally = Tally()
    tally.add("múm", 2.5, entries=3)
    tally.add("Björk", 4, "no id")
    tally.add("MÚM ", 1, MBID)
    tally.add(" ")
    tally.add("x" * (LONGEST_NAME + 1), entries=2)
    tally.leave("no artist", 2)
    tally.leave("anything", 0)
    found = tally.own_list("x")
    assert found.artists == (ListedArtist("Björk", 4), ListedArtist("múm", 3.5, MBID))
    assert found.left_out == (
        LeftOut("no artist", 3),
        LeftOut("too long for an artist's name", 2),
    )
    assert (found.rows_read, found.rows_used) == (10, 5)


def test_unknown_plays_are_not_nought() -> None:
    tally = Tally()
    tally.add("a", None)
    tally.add("b", None)
    tally.add("b", 3)
    tally.add("b", None)
    assert tally.in_order() == [ListedArtist("a"), ListedArtist("b", 3)]
    assert tally.own_list("x").artists == (ListedArtist("a"), ListedArtist("b", 3))


def test_equal_plays_stay_in_the_order_of_the_list() -> None:
    tally = Tally()
    for name, plays in (("b", 1), ("c", 2), ("a", 1)):
        tally.add(name, plays)
    assert [a.artist_name for a in tally.own_list("x").artists] == ["c", "b", "a"]
