from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from source_views import counts_of, faults_of, rows_of

from pipeline.config import SourceConfig
from pipeline.core.progress import no_progress
from pipeline.sources import SOURCES, SourceError

Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def read(connection: duckdb.DuckDBPyConnection, path: Path, **options: Any) -> dict[str, Any]:
    config = SourceConfig(name="table", path=path, **options)
    return dict(SOURCES["table"].read(connection, config, seed=0, progress=no_progress))


NAMES = {"user_column": "who", "artist_column": "band", "country_column": "land"}


def test_the_country_may_stand_in_every_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, declared: Check
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "who,land,band,extra\nann,Peru,Low,1\nbob,,Air,2\nann,,Can,3\n"
        "cy,Peru,Low,4\ncy,Chad,Air,5\ncy,Mali,Can,6\nann,Peru,,7\nbob,Oman,ABC,8\n"
    )
    tables = declared(read(connection, path, **NAMES))
    assert rows_of(tables["listeners"]) == [(0, "ann", "Peru", None), (1, "bob", "Oman", None)]
    assert rows_of(tables["plays"]) == [
        (0, 1, "Low", None, None),
        (0, 2, "Can", None, None),
        (1, 1, "Air", None, None),
        (1, 2, "ABC", None, None),
    ]
    assert faults_of(tables) == [
        ("mine.csv", 6, "listener in two countries"),
        ("mine.csv", 8, "band is empty"),
    ]
    assert counts_of(tables) == {
        ("listeners", "read", ""): 3,
        ("listeners", "kept", ""): 2,
        ("listeners", "set aside", "listener in two countries"): 1,
        ("plays", "read", ""): 8,
        ("plays", "kept", ""): 4,
        ("plays", "set aside", "band is empty"): 1,
        ("plays", "set aside", "listener set aside"): 3,
    }


@pytest.mark.parametrize("suffix", [".tsv", ".parquet"])
def test_listeners_may_stand_apart_and_plays_rank(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, declared: Check, suffix: str
) -> None:
    plays = pd.DataFrame(
        {"who": ["2", "2", "2", "10"], "band": ["b", "a", "c", "z"], "n": [4, 4, 9, 1]}
    )
    users = pd.DataFrame({"who": [10, 2, 3], "land": ["Peru", "Chad", None]})
    users["total_scrobbles"] = [1, 2, 3]
    for name, frame in (("plays", plays), ("users", users)):
        if suffix == ".tsv":
            frame.to_csv(tmp_path / f"{name}.tsv", sep="\t", index=False)
        else:
            frame.to_parquet(tmp_path / f"{name}.parquet")
    tables = declared(
        read(
            connection,
            tmp_path / f"plays{suffix}",
            users_path=tmp_path / f"users{suffix}",
            playcount_column="n",
            **NAMES,
        )
    )
    assert rows_of(tables["listeners"]) == [
        (0, "2", "Chad", 2),
        (1, "3", None, 3),
        (2, "10", "Peru", 1),
    ]
    assert [row[:4] for row in rows_of(tables["plays"])] == [
        (0, 1, "c", 9),
        (0, 2, "a", 4),
        (0, 3, "b", 4),
        (2, 1, "z", 1),
    ]


def test_a_given_rank_counts(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, declared: Check
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "user_id,country,artist_name,place,playcount\na,Peru,Low,2,9\na,Peru,Air,1,3\na,Peru,Can,1,3\n"
    )
    tables = declared(read(connection, path, rank_column="place"))
    assert [row[1:4] for row in rows_of(tables["plays"])] == [(1, "Air", 3), (2, "Low", 9)]
    assert faults_of(tables) == [("mine.csv", 4, "rank twice")]


def test_problems_of_columns_and_names_are_listed(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("who\tland\tband\nann\tPeru\tLow\n")
    with pytest.raises(SourceError, match=r"separated by a tab; expected ',': name it \.tsv"):
        read(connection, path, **NAMES)
    path.write_text("Who,band,Country\nann,Low,Peru\n")
    with pytest.raises(SourceError) as caught:
        read(connection, path, rank_column="pos", **NAMES)
    (found,) = caught.value.problems
    assert "missing who (is it 'Who'?), land, pos; found Who, band, Country" in found
    with pytest.raises(SourceError) as caught:
        read(connection, tmp_path / "a.csv", users_path=tmp_path / "b.csv")
    assert len(caught.value.problems) == 2
    (tmp_path / "mine.xlsx").touch()
    with pytest.raises(SourceError, match=r"expected a name that ends in one of \.csv"):
        read(connection, tmp_path / "mine.xlsx")


def test_fingerprint_lists_the_files(tmp_path: Path) -> None:
    for name in ("plays/1.csv", "plays/2.parquet", "users.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    config = SourceConfig(name="table", path=tmp_path / "plays", users_path=tmp_path / "users.csv")
    assert SOURCES["table"].fingerprint(config) == [
        tmp_path / "users.csv",
        tmp_path / "plays/1.csv",
        tmp_path / "plays/2.parquet",
    ]
