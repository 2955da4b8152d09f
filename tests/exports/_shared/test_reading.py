from __future__ import annotations

import pytest
from export_samples import (
    DAILY_HEADER,
    DAILY_NAME,
    TRACKS_NAME,
    account,
    as_json,
    daily,
    extended,
    in_apple_zips,
    packed,
)

from pipeline.exports import ExportError, LeftOut, ListedArtist, read, read_all

FIRST = as_json([extended("Björk", 40_000), extended("múm", 40_000)])
SECOND = as_json([extended("múm", 50_000), extended(None, 50_000)])


def test_files_given_one_by_one_are_added_up() -> None:
    found = read_all(
        [(FIRST, "Streaming_History_Audio_0.json"), (SECOND, "Streaming_History_Audio_1.json")]
    )
    assert found.label == "Spotify extended streaming history"
    assert found.artists == (ListedArtist("múm", 2), ListedArtist("Björk", 1))
    assert found.left_out == (LeftOut("podcasts", 1),)
    assert (found.rows_read, found.rows_used) == (4, 3)


def test_a_file_given_twice_counts_once() -> None:
    found = read_all([(FIRST, "endsong_0.json"), (FIRST, "endsong_0 (1).json")])
    assert [a.playcount for a in found.artists] == [1, 1]
    assert found.left_out == (LeftOut("in a file that was given twice", 2),)
    assert found.rows_read == 4


def test_the_last_year_does_not_count_beside_the_whole_history() -> None:
    year = as_json([account("múm", 50_000)] * 3)
    found = read_all([(year, "StreamingHistory0.json"), (FIRST, "endsong_0.json")])
    assert found.artists == (ListedArtist("Björk", 1), ListedArtist("múm", 1))
    assert found.left_out == (LeftOut("also in another file", 3),)


def test_apples_two_files_are_one_history() -> None:
    files = {
        DAILY_NAME: (DAILY_HEADER + daily("Björk - Jóga", 7)).encode(),
        TRACKS_NAME: b"Track Name,Last Played Date\nBj\xc3\xb6rk - J\xc3\xb3ga,1\n",
    }
    found = read(in_apple_zips(files), "apple.zip")
    assert found.artists == (ListedArtist("Björk", 7),)
    assert found.left_out == (LeftOut("also in another file", 1),)


def test_different_histories_are_added_up() -> None:
    found = read_all([(FIRST, "endsong_0.json"), ("artist,plays\nmúm,5\n".encode(), "x.csv")])
    assert found.artists == (ListedArtist("múm", 6), ListedArtist("Björk", 1))
    assert found.label == "Spotify extended streaming history and Table of artists (CSV)"


def test_a_table_beside_an_export_in_its_zip_is_no_list() -> None:
    content = packed({"endsong_0.json": FIRST, "friends.csv": b"name,plays\nSomebody,5\n"})
    assert [a.artist_name for a in read(content, "data.zip").artists] == ["Björk", "múm"]
    alone = packed({"artists.csv": b"name,plays\nSomebody,5\n"})
    assert read(alone, "data.zip").artists == (ListedArtist("Somebody", 5),)


def test_files_without_plays_are_named_beside_those_with() -> None:
    found = read_all([(FIRST, "endsong_0.json"), (b'{"a": 1}', "Userdata.json")])
    assert found.rows_used == 2
    assert found.files_without_plays == ("Userdata.json",)


def test_all_damaged_files_are_told_at_once() -> None:
    with pytest.raises(ExportError) as caught:
        read_all([(FIRST[:-5], "endsong_0.json"), (b"", "x.json"), (SECOND[:-5], "endsong_1.json")])
    assert caught.value.problems == ("x.json is empty. Download it again.",)
    with pytest.raises(ExportError) as caught:
        read_all([(FIRST[:-5], "endsong_0.json"), (SECOND[:-5], "endsong_1.json")])
    assert [p.split(":")[0] for p in caught.value.problems] == ["endsong_0.json", "endsong_1.json"]
    assert str(caught.value).startswith("These cannot be read:\n- endsong_0.json")


def test_no_file_at_all() -> None:
    with pytest.raises(ExportError, match="Expected at least one file"):
        read_all([])


def test_content_decides_before_the_name() -> None:
    assert read(FIRST, "StreamingHistory0.json").label == "Spotify extended streaming history"


def test_a_name_decides_where_the_content_is_silent() -> None:
    found = read(b"[]", "Streaming_History_Audio_2020.json")
    assert found.label == "Spotify extended streaming history"
    assert (found.artists, found.rows_read) == ((), 0)
