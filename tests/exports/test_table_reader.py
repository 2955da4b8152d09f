from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.exports import ExportError, ListedArtist, read, table

MBID = "87c5dedd-371d-4a53-9f7f-80522fb7f3cb"


def artists(text: str | bytes, name: str = "x.csv") -> list[tuple[str, float | None]]:
    found = read(text if isinstance(text, bytes) else text.encode(), name)
    return [(a.artist_name, a.playcount) for a in found.artists]


def refused(text: str | bytes, name: str = "x.csv") -> str:
    with pytest.raises(ExportError) as caught:
        artists(text, name)
    return str(caught.value)


@pytest.mark.parametrize("column", ["artist", "artist_name", "name", "Artist", " ARTIST NAME "])
@pytest.mark.parametrize("plays", ["playcount", "plays", "count", "Scrobbles"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_and_delimiters(column: str, plays: str, delimiter: str) -> None:
    rows = [("id", plays, column), ("1", "2", "múm"), ("2", "30", "Björk")]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert artists(text, "anything") == [("Björk", 30), ("múm", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings(encoding: str, ending: str) -> None:
    text = ending.join(["", "artist,plays", "", '"múm",2', "Björk,3", ""])
    assert artists(text.encode(encoding)) == [("Björk", 3), ("múm", 2)]


def test_another_encoding_is_told_with_its_line() -> None:
    said = refused("artist\nBjork\nmúm".encode("latin-1"))
    assert said.startswith("x.csv: expected text in UTF-8, got the byte 0xfa in line 3.")
    assert "Save it again as UTF-8" in said


def test_the_artist_column_is_the_artists_where_names_are_something_else() -> None:
    assert artists("name,artist,plays\nJóga,Björk,3\n") == [("Björk", 3)]


def test_a_single_column_may_hold_commas() -> None:
    assert artists('artist\nTyler, The Creator\n"Emerson, Lake & Palmer"\n') == [
        ("Tyler, The Creator", None),
        ("Emerson, Lake & Palmer", None),
    ]


def test_the_order_is_by_plays_else_by_rank_else_as_listed() -> None:
    assert artists("artist,rank,plays\na,1,5\nb,2,7\n") == [("b", 7), ("a", 5)]
    assert artists("artist,rank\nc,\na,10\nb,2\n") == [("b", None), ("a", None), ("c", None)]
    assert artists("artist,rank,plays\na,2,9\nb,1,\n") == [("b", None), ("a", 9)]
    assert artists("artist\nb\na\n") == [("b", None), ("a", None)]


def test_equal_names_are_added_up_whatever_their_case() -> None:
    text = f"artist,plays,mbid\nMúm,2,\nBjörk,3,no id\nMÚM,4,{MBID.upper()}\nmúm,,\n"
    assert read(text.encode(), "x.csv").artists == (
        ListedArtist("Múm", 6, MBID),
        ListedArtist("Björk", 3),
    )


@pytest.mark.parametrize(
    ("cell", "plays"),
    [
        ("0", 0),
        ("12", 12),
        ("12.0", 12),
        ("2.5", 2.5),
        ("0.125", 0.125),
        (" 7 ", 7),
        ("", None),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1'234", 1234),
        ("1 234 567", 1234567),
    ],
)
def test_a_play_count(cell: str, plays: float | None) -> None:
    assert artists(f"artist;plays\nmúm;{cell}\n") == [("múm", plays)]


@pytest.mark.parametrize("cell", ["x", "12abc", "-1", "nan", "inf", "1e3", "1,23", "9" * 15])
def test_what_is_no_play_count(cell: str) -> None:
    said = refused(f"artist;plays\nBjörk;1\n\nmúm;{cell}\n")
    assert f"x.csv: row 4: expected a number from 0 in the column plays, got “{cell}”." in said


def test_all_wrong_rows_are_told_the_first_ten_in_full() -> None:
    said = refused("artist,plays,rank\n" + "".join(f"a{i},x,y\n" for i in range(7)))
    assert "row 2: " in said and "row 6: " in said and "row 7: " not in said
    assert "; and 4 more. Correct these rows" in said


def test_a_row_with_too_many_cells_is_told() -> None:
    said = refused("artist,plays\nTyler, The Creator,312\n")
    assert "row 2: expected 2 cells, got 3" in said
    assert artists("artist,plays\nmúm,1,,\nBjörk\n") == [("múm", 1), ("Björk", None)]


def test_no_column_of_artists() -> None:
    assert refused("song,plays\nJóga,3\n") == (
        "x.csv: expected a first row with one of the columns artist, artist_name, name; got song, "
        "plays. Name the column of artists so."
    )


@pytest.mark.parametrize("text", ['artist,plays\n"múm,2\nBjörk,3\n', 'artist,plays\n"a" b,3\n'])
def test_quotes_that_would_swallow_rows_are_told(text: str) -> None:
    assert refused(text).startswith("x.csv, row 2: ")


def test_quotes_are_literal_where_a_tab_separated_file_uses_them_so() -> None:
    assert artists('artist\tplays\n"Weird Al" Yankovic\t3\n') == [('"Weird Al" Yankovic', 3)]
    assert artists('artist\tplays\n"a\tb"\t3\n') == [("a b", 3)]


def test_quoted_headers_may_hold_other_delimiters() -> None:
    assert artists('"artist";"plays, or so";"plays"\nmúm;x;3\n') == [("múm", 3)]


def test_a_header_alone_is_an_empty_list() -> None:
    assert artists("artist,plays\n") == []


def test_rows_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    assert len(artists("artist\na\nb\n")) == 2
    assert "more than 2 rows" in refused("artist\na\nb\nc\n")


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@given(st.dictionaries(names, st.integers(0, 10**6), max_size=20), st.sampled_from(",;\t"))
def test_what_a_csv_writer_writes_is_read(plays: dict[str, int], delimiter: str) -> None:
    import csv
    import io

    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerows([("artist", "plays"), *plays.items()])
    found = read(written.getvalue().encode(), "x.csv")
    assert found.rows_read == found.rows_used == len(plays)
    assert sum(a.playcount or 0 for a in found.artists) == sum(plays.values())
