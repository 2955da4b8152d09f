"""What single readers make of single entries, beyond the samples."""

from __future__ import annotations

import pytest
from export_samples import (
    DAILY_HEADER,
    DAILY_NAME,
    TRACKS_NAME,
    account,
    as_json,
    as_lines,
    daily,
    extended,
    listen,
    packed,
    watched,
)

from pipeline.exports import ExportError, OwnList, read


def one(content: bytes, name: str) -> str:
    """The artist of a single entry, or why it was left out."""
    found = read(content, name)
    assert found.rows_read == 1
    return found.artists[0].artist_name if found.artists else found.left_out[0].reason


@pytest.mark.parametrize(
    ("artist", "ms", "expected"),
    [
        ("múm", 30_000, "múm"),
        ("múm", 29_999, "under 30 s"),
        ("múm", 0, "under 30 s"),
        ("múm", "40000", "múm"),
        ("múm", None, "not readable"),
        ("múm", True, "not readable"),
        (5, 40_000, "not readable"),
        (" ", 40_000, "no artist"),
        ("  Sigur   Ro\u0301s\0 ", 40_000, "Sigur Rós"),
        ("x" * 501, 40_000, "too long for an artist's name"),
    ],
)
def test_a_play_of_either_kind_of_spotifys(artist: str, ms: object, expected: str) -> None:
    assert one(as_json([extended(artist, ms)]), "endsong_0.json") == expected
    assert one(as_json([account(artist, ms)]), "StreamingHistory0.json") == expected


def test_a_short_podcast_is_a_podcast() -> None:
    assert one(as_json([extended(None, 10)]), "endsong_0.json") == "podcasts"
    assert one(as_json([account(None, 40_000)]), "StreamingHistory0.json") == "no artist"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (watched("Björk - Topic"), "Björk"),
        (watched("Björk"), "Björk"),
        (watched("Hot Topic"), "Hot Topic"),
        (watched("A - Topic - Topic"), "A - Topic"),
        (watched("Björk - Topic", "YouTube"), "not YouTube Music"),
        (watched(None, "YouTube"), "not YouTube Music"),
        (watched(None), "no artist"),
        (watched(" - Topic"), "no artist"),
        (watched("Music Library Uploads"), "no artist"),
        (watched("Release - Topic"), "no artist"),
        ({"header": "YouTube Music", "subtitles": []}, "no artist"),
        ({"header": "YouTube Music", "subtitles": [{"name": 5}]}, "not readable"),
        ("text", "not readable"),
    ],
)
def test_something_watched(entry: object, expected: str) -> None:
    assert one(as_json([entry]), "watch-history.json") == expected


@pytest.mark.parametrize("name", ["watch-history.html", "takeout.zip"])
def test_a_history_as_a_web_page_is_told_how_to_become_json(name: str) -> None:
    page = b"<html>"
    path = "Takeout/YouTube and YouTube Music/history/watch-history.html"
    with pytest.raises(ExportError, match="choose JSON as the history's format"):
        read(packed({path: page}) if name.endswith("zip") else page, name)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (listen("múm"), "múm"),
        (listen(""), "no artist"),
        (listen(None), "no artist"),
        (listen(["múm"]), "not readable"),
        ({"listened_at": 1, "track_metadata": None}, "not readable"),
    ],
)
def test_a_listen(entry: object, expected: str) -> None:
    assert one(as_lines(entry), "listens/2023/1.jsonl") == expected
    assert one(as_json([entry]), "listens/2023/1.jsonl") == expected


def test_a_damaged_line_of_listens_costs_itself_alone() -> None:
    found = read(as_lines(listen("múm")) + b'{"listened_at"', "listens/2023/1.jsonl")
    assert (found.rows_used, found.rows_read) == (1, 2)


def apple(*rows: tuple[str, object]) -> OwnList:
    written = DAILY_HEADER + "".join(daily(track, plays) for track, plays in rows)
    return read(written.encode(), DAILY_NAME)


@pytest.mark.parametrize(
    ("track", "plays", "expected"),
    [
        ("Björk - Jóga", 1, "Björk"),
        ("A-ha - Take On Me - Live", 1, "A-ha"),
        ("Björk-Jóga", 1, "no artist"),
        ('David Bowie - "Heroes", live', 1, "David Bowie"),
        (" - Jóga", 1, "no artist"),
        ("Björk - Jóga", "", "not readable"),
        ("Björk - Jóga", "-1", "not readable"),
        ("Björk - Jóga", "0", "never played"),
    ],
)
def test_a_row_of_apples_daily_tracks(track: str, plays: object, expected: str) -> None:
    found = apple((track, plays))
    assert [a.artist_name for a in found.artists] + [o.reason for o in found.left_out] == [expected]


def test_apples_play_counts_are_added_up() -> None:
    found = apple(("Björk - Jóga", 3), ("BJÖRK - Hunter", 4))
    assert [(a.artist_name, a.playcount) for a in found.artists] == [("Björk", 7)]


@pytest.mark.parametrize("name", [DAILY_NAME, TRACKS_NAME])
def test_an_apple_file_with_other_columns_says_which(name: str) -> None:
    with pytest.raises(ExportError, match=r"expected the columns .* got country, x\."):
        read(b"Country,x\nIS,1\n", name)
