from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from source_views import counts_of, faults_of, rows_of

from pipeline.config import SourceConfig
from pipeline.core.progress import no_progress
from pipeline.sources import SOURCES, SourceError

USERS = "usersha1-profile.tsv"
PLAYS = "usersha1-artmbid-artname-plays.tsv"


@pytest.fixture
def source_files(tmp_path: Path) -> Callable[[list[str], list[str]], Path]:
    def write(users: list[str], plays: list[str]) -> Path:
        (tmp_path / USERS).write_text("".join(f"{line}\n" for line in users))
        (tmp_path / PLAYS).write_text("".join(f"{line}\n" for line in plays))
        return tmp_path

    return write


def read(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    config = SourceConfig(name="lastfm_360k", path=path)
    return dict(SOURCES["lastfm_360k"].read(connection, config, seed=0, progress=no_progress))


def test_ranks_follow_plays_then_names(
    connection: duckdb.DuckDBPyConnection,
    source_files: Callable[[list[str], list[str]], Path],
    declared: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    path = source_files(
        ["0a\tf\t22\tGermany\tFeb 1, 2007", "0b\t\t\t\tFeb 1, 2007"],
        [
            "0b\t\tzz top\t5",
            "0b\t\tabba\t5",
            '0b\t\t"weird al" yankovic\t5',
            '0b\t\t12" people\t80',
            "0b\t\tno count\t",
            "0a\t3bd73256-3905-4f3a-97e2-8b341527f805\tbetty blowtorch\t2137",
        ],
    )
    tables = declared(read(connection, path))
    assert rows_of(tables["listeners"]) == [(0, "0a", "Germany", None), (1, "0b", None, None)]
    assert rows_of(tables["plays"]) == [
        (0, 1, "betty blowtorch", 2137, "3bd73256-3905-4f3a-97e2-8b341527f805"),
        (1, 1, '12" people', 80, None),
        (1, 2, '"weird al" yankovic', 5, None),
        (1, 3, "abba", 5, None),
        (1, 4, "zz top", 5, None),
        (1, 5, "no count", None, None),
    ]


def test_bad_rows_are_numbered_from_the_first_line(
    connection: duckdb.DuckDBPyConnection,
    source_files: Callable[[list[str], list[str]], Path],
    declared: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    path = source_files(
        ["0a\tf\t22\tGermany", "0b\tm\t\tSpain\tFeb 1, 2007"],
        [
            "0b\t\tair\tmany",
            "0b\t\tair",
            "0b\t\t\t3",
            "0b\tx\ty\tair\t3",
            "0c\t\tair\t3",
            "0b\t\tlow\t3",
        ],
    )
    tables = declared(read(connection, path))
    assert faults_of(tables) == [
        (PLAYS, 1, "plays is not a number"),
        (PLAYS, 2, "too few fields"),
        (PLAYS, 3, "artist is empty"),
        (PLAYS, 4, "too many fields"),
        (USERS, 1, "too few fields"),
    ]
    assert counts_of(tables)["plays", "set aside", "listener not in the users file"] == 1


def test_the_folder_of_the_archive_may_lie_within(
    connection: duckdb.DuckDBPyConnection,
    source_files: Callable[[list[str], list[str]], Path],
    tmp_path: Path,
) -> None:
    path = source_files(["0a\tf\t22\tGermany\tx"], ["0a\t\tair\t3"])
    within = tmp_path / "lastfm-dataset-360K"
    within.mkdir()
    for name in (USERS, PLAYS):
        (path / name).rename(within / name)
    assert len(rows_of(read(connection, path)["plays"])) == 1
    config = SourceConfig(name="lastfm_360k", path=path)
    fingerprint = SOURCES["lastfm_360k"].fingerprint
    assert fingerprint(config) == [within / USERS, within / PLAYS]


def test_all_problems_are_listed(
    connection: duckdb.DuckDBPyConnection,
    source_files: Callable[[list[str], list[str]], Path],
) -> None:
    path = source_files(["0a,f,22,Germany,x"], [])
    with pytest.raises(SourceError) as caught:
        read(connection, path)
    assert len(caught.value.problems) == 2
    assert caught.value.problems[0].startswith(f"{USERS} is separated by ','; expected a tab")
    assert caught.value.problems[1] == f"{PLAYS}: expected rows; the file is empty"
    (path / USERS).unlink()
    (path / PLAYS).unlink()
    (path / "readme.txt").touch()
    with pytest.raises(SourceError) as caught:
        read(connection, path)
    assert [
        f"expected {n}; it holds readme.txt" in p
        for n, p in zip((USERS, PLAYS), caught.value.problems, strict=True)
    ] == [True, True]
