from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from source_views import PLAYS_HEADER, USERS_HEADER, counts_of, faults_of, rows_of

from pipeline.config import SourceConfig
from pipeline.core.progress import no_progress
from pipeline.sources import SOURCES, SourceError, read_plays

Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]
PLAYS = "user_top_artists.csv"
GOOD = "1,1,Air,7,"


def read(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    config = SourceConfig(name="lastfm_500k", path=path)
    return dict(SOURCES["lastfm_500k"].read(connection, config, seed=0, progress=no_progress))


def problems(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, ...]:
    with pytest.raises(SourceError) as caught:
        read(connection, path)
    return caught.value.problems


def test_good_rows_are_kept_as_they_are(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path], declared: Check
) -> None:
    path = folder(
        "10,1,Björk,7,87c5dedd-371d-4a53-9f7f-80522fb7f3cb",
        '9,2,"Tyler, The ""Creator""",12.0,',
        "9,1, spaced ,,nan",
        "9,3,NULL,null,",
        users=("10,Iceland,", '9,"Korea, Republic of",20', "2,,5"),
    )
    tables = declared(read(connection, path))
    assert rows_of(tables["listeners"]) == [
        (0, "2", None, 5),
        (1, "9", "Korea, Republic of", 20),
        (2, "10", "Iceland", None),
    ]
    assert rows_of(tables["plays"]) == [
        (1, 1, " spaced ", None, None),
        (1, 2, 'Tyler, The "Creator"', 12, None),
        (1, 3, "NULL", None, None),
        (2, 1, "Björk", 7, "87c5dedd-371d-4a53-9f7f-80522fb7f3cb"),
    ]
    assert rows_of(tables["quarantine"]) == []


def test_user_ids_that_are_not_all_numbers_sort_as_text(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path], declared: Check
) -> None:
    path = folder("10,1,Air,,", users=("10,,", "9,,", "b,,"))
    listeners = rows_of(declared(read(connection, path))["listeners"])
    assert [row[:2] for row in listeners] == [(0, "10"), (1, "9"), (2, "b")]


BAD_PLAYS = {
    "playcount is not a number": ["1,2,X,12abc,", "1,2,X,1e3,", "1,2,X,0x10,", "1,2,X,+5,"],
    "playcount is negative": ["1,2,X,-3,", "1,2,X,-3.5,", "1,2,X,-0,"],
    "playcount is a fraction": ["1,2,X,2.5,", "1,2,X,.5,"],
    "playcount is beyond 64 bits": ["1,2,X,9223372036854775808,", "1,2,X,99999999999999999999.0,"],
    "rank is not a positive whole number": [
        "1,0,X,3,",
        "1,-1,X,3,",
        "1,,X,3,",
        "1,two,X,3,",
        "1,1.5,X,3,",
        "1,2147483648,X,3,",
    ],
    "rank twice": ["1,1,X,3,"],
    "user_id is empty": [",2,X,3,", " ,2,X,3,", ",,,,"],
    "artist_name is empty": ["1,2,,3,", "1,2,  ,3,", '1,2,"",3,'],
    "too few fields": ["1,2,X,3", "1", '1,2,"X, Y",3'],
    "too many fields": ["1,2,X,3,,", "1,2,X, Y,3,", '1,2,"X ""a""",Y,3,'],
    "a quote is not closed": ['1,2,"X,3,', '1,2,X",3,', '1,2,12" Mix,3,', '1,2,"X"",3,'],
    "a quote out of place": ['1,2,"X" Y,3,', '1,2,X "Y",3,'],
    "not UTF-8": [b"1,2,Bj\xf6rk,3,", b'1,2,"\xff",3,', b"\xc3"],
    "a NUL byte": [b"1,2,a\0b,3,"],
    "a carriage return inside the line": [b"1,2,a\rb,3,"],
    "the line is too long": ["1,2," + "x" * (1 << 20) + ",3,"],
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    ("reason", "line"),
    [pytest.param(r, x, id=f"{r}: {x[:20]!r}") for r, lines in BAD_PLAYS.items() for x in lines],
)
def test_a_bad_play_is_set_aside_alone_with_its_row_number(
    connection: duckdb.DuckDBPyConnection,
    folder: Callable[..., Path],
    declared: Check,
    reason: str,
    line: str | bytes,
    end: str,
) -> None:
    path = folder(GOOD, "", line, '1,3,"Low, later",9,', end=end)
    tables = declared(read(connection, path))
    quarantined = rows_of(tables["quarantine"])
    assert [row[:3] for row in quarantined] == [(PLAYS, 4, reason)]
    text = line if isinstance(line, str) else line.decode(errors="replace").replace("\0", "\ufffd")
    expected, content = quarantined[0][3:]
    assert expected
    assert content.rstrip("…") == text[:1000]
    assert [row[1:4] for row in rows_of(tables["plays"])] == [(1, "Air", 7), (3, "Low, later", 9)]
    assert counts_of(tables)["plays", "set aside", reason] == 1


BAD_USERS = {
    "user_id is empty": ",France,3",
    "total_scrobbles is not a number": "2,France,many",
    "total_scrobbles is negative": "2,France,-1",
    "total_scrobbles is a fraction": "2,France,1.5",
    "total_scrobbles is beyond 64 bits": "2,France,9223372036854775808",
    "listener twice": "1,France,11",
    "too few fields": "2,France",
    "too many fields": "2,Korea, Republic of,3",
    "a quote is not closed": '2,"France,3',
    "not UTF-8": b"2,Cura\xe7ao,3",
}


@pytest.mark.parametrize(("reason", "line"), BAD_USERS.items(), ids=list(BAD_USERS))
def test_a_bad_listener_is_set_aside_alone_with_its_row_number(
    connection: duckdb.DuckDBPyConnection,
    folder: Callable[..., Path],
    declared: Check,
    reason: str,
    line: str | bytes,
) -> None:
    path = folder(GOOD, users=("1,France,10", line, '3,"Korea, Republic of",'))
    tables = declared(read(connection, path))
    assert faults_of(tables) == [("users.csv", 3, reason)]
    assert rows_of(tables["listeners"]) == [
        (0, "1", "France", 10),
        (1, "3", "Korea, Republic of", None),
    ]


def test_a_listener_in_two_countries_is_set_aside_with_all_rows_and_plays(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path], declared: Check
) -> None:
    users = ("1,France,", "2,Spain,", "1,Italy,", "3,,", "3,Malta,5", "4,x,bad")
    path = folder("1,1,Air,,", "2,1,Air,,", "3,1,Air,,", "4,1,Air,,", "5,1,Air,,", users=users)
    tables = declared(read(connection, path))
    assert faults_of(tables) == [
        ("users.csv", 2, "listener in two countries"),
        ("users.csv", 4, "listener in two countries"),
        ("users.csv", 5, "listener twice"),
        ("users.csv", 7, "total_scrobbles is not a number"),
    ]
    assert rows_of(tables["listeners"]) == [(0, "2", "Spain", None), (1, "3", "Malta", 5)]
    counts = counts_of(tables)
    assert counts["plays", "set aside", "listener set aside"] == 2
    assert counts["plays", "set aside", "listener not in the users file"] == 1


def test_an_unclosed_quote_swallows_nothing(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path], declared: Check
) -> None:
    lines = [f"1,{rank},Artist {rank},5," for rank in range(1, 2001)]
    lines[9] = '1,10,"Artist 10,5,'
    tables = declared(read(connection, folder(*lines)))
    assert faults_of(tables) == [(PLAYS, 11, "a quote is not closed")]
    assert counts_of(tables)["plays", "kept", ""] == 1999


def test_a_byte_order_mark_is_no_part_of_the_header(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path], declared: Check
) -> None:
    path = folder(GOOD)
    for name in ("users.csv", PLAYS):
        (path / name).write_bytes(b"\xef\xbb\xbf" + (path / name).read_bytes())
    assert len(rows_of(declared(read(connection, path))["plays"])) == 1


def test_parts_compression_and_parquet_give_the_same_tables(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, folder: Callable[..., Path]
) -> None:
    plays = ("1,1,Air,7,", '1,2,"Low, ""b""",,', "x,1,Aïr,3,m", "1,3,Zola,bad,", "1,0,,5,")
    users = ("1,France,10", "x,,", "y,Spain,")
    path = folder(*plays, users=users)
    expected = read(connection, path)
    wanted = {name: rows_of(expected[name]) for name in ("listeners", "plays", "ingest_counts")}

    compressed = tmp_path / "compressed"
    (compressed / "user_top_artists").mkdir(parents=True)
    for i, half in enumerate((plays[:2], plays[2:])):
        text = "\n".join([PLAYS_HEADER, *half]).encode()
        (compressed / "user_top_artists" / f"part-{i}.csv.gz").write_bytes(gzip.compress(text))
    (compressed / "user_top_artists" / "_SUCCESS").touch()
    with pa.CompressedOutputStream(str(compressed / "users.csv.zst"), "zstd") as file:
        file.write((path / "users.csv").read_bytes())

    columnar = tmp_path / "columnar"
    columnar.mkdir()
    for stem in ("users", "user_top_artists"):
        frame = pd.read_csv(path / f"{stem}.csv", dtype=str)
        frame.to_parquet(columnar / f"{stem}.parquet")

    for other in (compressed, columnar):
        tables = read(connection, other)
        assert {name: rows_of(tables[name]) for name in wanted} == wanted
    assert faults_of(read(connection, compressed)) == [
        ("user_top_artists/part-1.csv.gz", 3, "playcount is not a number"),
        ("user_top_artists/part-1.csv.gz", 4, "rank is not a positive whole number"),
    ]
    assert rows_of(read(connection, columnar)["quarantine"])[0][:3] == (
        "user_top_artists.parquet",
        4,
        "playcount is not a number",
    )
    assert rows_of(read(connection, columnar)["quarantine"])[0][4] == "1,3,Zola,bad,"


def test_parquet_of_numbers_floats_and_bytes(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, declared: Check
) -> None:
    parquet.write_table(
        pa.table({"user_id": [7, 8], "country": ["France", None], "total_scrobbles": [1.0, None]}),
        tmp_path / "users.parquet",
    )
    plays = {
        "user_id": pa.array([7.0, 8.0, 8.0, None]),
        "rank": pa.array([1, 1, 2, 3]),
        "artist_name": pa.array([b"A\xc3\xafr", b"\xff", b"Low", b"Low"], pa.binary()),
        "playcount": pa.array([2e6, float("nan"), 2.5, 1.0]),
        "mbid": pa.array([None] * 4, pa.string()),
    }
    parquet.write_table(pa.table(plays), tmp_path / "user_top_artists.parquet")
    tables = declared(read(connection, tmp_path))
    assert rows_of(tables["listeners"]) == [(0, "7", "France", 1), (1, "8", None, None)]
    assert rows_of(tables["plays"]) == [(0, 1, "Aïr", 2000000, None)]
    assert [fault[1:] for fault in faults_of(tables)] == [
        (2, "not text"),
        (3, "playcount is a fraction"),
        (4, "user_id is empty"),
    ]


def test_every_problem_of_both_files_is_listed(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path]
) -> None:
    path = folder()
    (path / "users.csv").write_text("user_id;country;total_scrobbles\n1;France;3\n")
    (path / PLAYS).write_text("UserID,rank,artist,playcount\n1,1,Air,3\n")
    found = problems(connection, path)
    assert len(found) == 2
    assert found[0].startswith("users.csv is separated by ';'; expected ','")
    for words in (
        "user_top_artists.csv: expected the columns user_id, rank, artist_name, playcount, mbid",
        "missing user_id (is it 'UserID'?), artist_name (is it 'artist'?), mbid;",
        "found UserID, rank, artist, playcount",
    ):
        assert words in found[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "user_top_artists.csv: expected rows; the file is empty"),
        (f"{PLAYS_HEADER}\n".encode(), "expected rows; it has a header alone"),
        (b"\n\n", "the file is empty"),
        (b"PAR1\0\0\0\0", "it holds Parquet: name it .parquet"),
        (gzip.compress(b"a,b", mtime=0), "it holds gzip-compressed data: let its name end in .gz"),
        ("user_id,rank".encode("utf-16"), "it holds text in UTF-16: save it in UTF-8"),
        (b"user_id,\xff\n1,2\n", "row 1: expected text in UTF-8; byte 9 is not"),
        (b"user_id,rank\r1,2\r", "expected lines of text that end in LF or CR LF"),
        (f"{PLAYS_HEADER},rank\n1".encode(), "expected each column once; twice there: rank"),
        (PLAYS_HEADER.replace(",", "\t").encode(), "is separated by a tab; expected ','"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    connection: duckdb.DuckDBPyConnection,
    folder: Callable[..., Path],
    content: bytes,
    words: str,
) -> None:
    path = folder()
    (path / PLAYS).write_bytes(content)
    (found,) = problems(connection, path)
    assert words in found


def test_a_file_that_breaks_off_is_refused(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path]
) -> None:
    path = folder(*(f"1,{i},Artist {i * i * i},{i * 37 % 101}," for i in range(1, 3000)))
    whole = gzip.compress((path / PLAYS).read_bytes())
    (path / PLAYS).unlink()
    (path / f"{PLAYS}.gz").write_bytes(whole[: len(whole) // 2])
    assert "it breaks off near row" in problems(connection, path)[0]
    (path / f"{PLAYS}.gz").unlink()
    (path / "user_top_artists.parquet").write_bytes(b"PAR1 is not enough")
    assert "expected Parquet; it cannot be opened" in problems(connection, path)[0]
    (path / "user_top_artists.parquet").write_bytes(b"user_id,rank")
    assert "expected Parquet; it starts with b'user'" in problems(connection, path)[0]


def test_folders_that_are_no_source_are_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, folder: Callable[..., Path]
) -> None:
    assert "found nothing" in problems(connection, tmp_path / "absent")[0]
    path = folder(GOOD)
    assert "found a file" in problems(connection, path / "users.csv")[0]
    shutil.copy(path / "users.csv", path / "users.csv.gz")
    assert "expected one of users.csv and users.csv.gz" in problems(connection, path)[0]
    with pytest.raises(SourceError, match="needs a path"):
        SOURCES["lastfm_500k"].read(
            connection, SourceConfig(name="lastfm_500k"), seed=0, progress=no_progress
        )


def test_nothing_kept_is_an_error_that_says_why(
    connection: duckdb.DuckDBPyConnection, folder: Callable[..., Path]
) -> None:
    (found,) = problems(connection, folder("2,1,Air,3,", "1,1,Air,many,"))
    assert "none of 2 rows could be kept" in found
    assert "1 listener not in the users file" in found
    assert f"first {PLAYS}, row 3: playcount is not a number" in found


def test_fingerprint_lists_the_files(folder: Callable[..., Path]) -> None:
    path = folder(GOOD)
    fingerprint = SOURCES["lastfm_500k"].fingerprint
    config = SourceConfig(name="lastfm_500k", path=path)
    assert fingerprint(config) == [path / "users.csv", path / PLAYS]
    (path / "users.csv").unlink()
    with pytest.raises(SourceError, match=r"expected users\.csv"):
        fingerprint(config)


_GOOD_ROWS = [f'{u},{r},"Band {r}, of {u}",{r * u},' for u in range(1, 6) for r in range(1, 9)]
_damage = st.tuples(
    st.integers(0, len(_GOOD_ROWS) - 1),
    st.integers(0, 30),
    st.sampled_from([b'"', b",", b"\xff", b"\0", b"\r", b"x", b"-", b"", b'""', b"9" * 20]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(damages=st.lists(_damage, max_size=25))
def test_every_row_of_a_damaged_file_is_accounted_for(
    damages: list[tuple[int, int, bytes, bool]],
) -> None:
    lines = [row.encode() for row in _GOOD_ROWS]
    for row, at, piece, replace in damages:
        lines[row] = lines[row][:at] + piece + lines[row][at + replace :]
    users = [f"{u},France," for u in range(1, 5)]
    with TemporaryDirectory() as name, duckdb.connect() as connection:
        path = Path(name)
        (path / "users.csv").write_text("\n".join([USERS_HEADER, *users]))
        whole = b"\n".join([PLAYS_HEADER.encode(), *lines, b"1,99,Untouched,1,"])
        (path / PLAYS).write_bytes(whole)
        tables = read(connection, path)
        counts = counts_of(tables)
        faults = faults_of(tables)
        kept = {row[2] for row in rows_of(tables["plays"])}
    aside = {
        r: n for (of, outcome, r), n in counts.items() if (of, outcome) == ("plays", "set aside")
    }
    assert counts["plays", "read", ""] == counts["plays", "kept", ""] + sum(aside.values())
    # Damaged lines may be one row by the rules of quoting; nothing else may change the number.
    damaged = {row for row, *_ in damages}
    joined = sum("\n" in artist for artist in kept)
    assert 41 - len(damaged) <= counts["plays", "read", ""] <= 41 - joined
    untouched = set(range(40)) - damaged
    assert untouched.isdisjoint({row - 2 for _, row, _ in faults} - _repeated(faults))
    assert len({row for _, row, _ in faults}) == len(faults)


def _repeated(faults: list[tuple[str, int, str]]) -> set[int]:
    """Rows whose rank came before, in a row whose damage made it another's."""
    return {row - 2 for _, row, reason in faults if reason == "rank twice"}


def test_lastfm15k(
    connection: duckdb.DuckDBPyConnection, shared_data: Callable[[str], Path], declared: Check
) -> None:
    folder = shared_data("lastfm15k")
    tables = declared(read(connection, folder))
    assert counts_of(tables) == {
        ("listeners", "read", ""): 12000,
        ("listeners", "kept", ""): 12000,
        ("plays", "read", ""): 230992,
        ("plays", "kept", ""): 230992,
    }
    users = pd.read_csv(folder / "users.csv", keep_default_na=False)
    listeners = rows_of(tables["listeners"])
    assert [int(row[1]) for row in listeners] == sorted(users["user_id"])
    assert {int(row[1]): row[2] for row in listeners} == dict(
        zip(users["user_id"], users["country"], strict=True)
    )


def test_the_sample_has_no_users_but_its_plays_can_be_read(
    connection: duckdb.DuckDBPyConnection, shared_data: Callable[[str], Path], declared: Check
) -> None:
    folder = shared_data("lastfm500k_sample")
    (found,) = problems(connection, folder)
    assert "expected users.csv" in found
    assert "it holds user_top_artists.csv" in found
    assert "score" in found
    tables = declared(read_plays(connection, folder / PLAYS))
    frame = pd.read_csv(folder / PLAYS, keep_default_na=False, dtype=str)
    assert counts_of(tables)["plays", "kept", ""] == len(frame)
    assert counts_of(tables)["listeners", "kept", ""] == frame["user_id"].nunique()
    plays = tables["plays"].df()
    assert sorted(plays["artist_name"]) == sorted(frame["artist_name"])
    assert plays["playcount"].sum() == pd.to_numeric(frame["playcount"]).sum()
    assert all(row[2:] == (None, None) for row in rows_of(tables["listeners"]))
