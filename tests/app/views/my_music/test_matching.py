from __future__ import annotations

import pandas as pd
from music_page import NONSENSE

from app.views.my_music.matching import (
    AS_WRITTEN,
    FOUND,
    GIVEN,
    PLAYS,
    TAKEN_FOR,
    Matched,
    as_table,
    from_table,
    known,
    match_list,
)
from pipeline.core.model.predictor import Play, Predictor
from pipeline.exports import ListedArtist


def test_each_name_is_taken_for_what_it_means(predictor: Predictor, artists: list[str]) -> None:
    long = max(artists, key=len)
    entries = [
        ListedArtist(artists[0].upper(), 3),
        ListedArtist(f"{long}."),
        ListedArtist(NONSENSE),
    ]
    exact, corrected, unknown = match_list(predictor, entries)
    assert (exact.kind, exact.artist_name, exact.play) == ("exact", artists[0], Play(artists[0], 3))
    assert (corrected.kind, corrected.artist_name) == ("corrected", long)
    assert (unknown.kind, unknown.artist, unknown.play) == ("unknown", None, Play(NONSENSE))
    assert known([exact, corrected, unknown]) == 2


def test_a_name_may_stay_as_it_is_written(predictor: Predictor, artists: list[str]) -> None:
    typed = f"{max(artists, key=len)}."
    matched = match_list(predictor, [ListedArtist(typed)], as_written=[typed.casefold()])[0]
    assert (matched.kind, matched.artist, matched.play.artist_name) == (AS_WRITTEN, None, typed)
    # What is spelt right cannot be refused.
    exact = match_list(predictor, [ListedArtist(artists[0])], as_written=[artists[0].casefold()])[0]
    assert exact.kind == "exact"


def test_the_table_says_what_was_taken_for_what() -> None:
    table = as_table(
        [
            Matched("Sigur Ros", 4, "corrected", 7, "Sigur Rós"),
            Matched("zzz", None, "unknown", None, "zzz"),
        ]
    )
    assert table[GIVEN].tolist() == ["Sigur Ros", "zzz"]
    assert table[TAKEN_FOR].iloc[0] == "Sigur Rós"
    assert pd.isna(table[TAKEN_FOR].iloc[1])
    assert table[FOUND].tolist() == ["Corrected", "Unknown"]
    assert table[PLAYS].iloc[0] == 4
    assert from_table(table) == [ListedArtist("Sigur Ros", 4), ListedArtist("zzz")]


def test_rows_without_a_name_are_no_artists() -> None:
    table = pd.DataFrame({GIVEN: [" múm ", None, "  "], PLAYS: [-3.0, 5.0, None]})
    assert from_table(table) == [ListedArtist("múm", 0.0)]
