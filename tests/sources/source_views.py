"""Short views of what a reader gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

USERS_HEADER = "user_id,country,total_scrobbles"
PLAYS_HEADER = "user_id,rank,artist_name,playcount,mbid"


def rows_of(table: Any) -> list[tuple[Any, ...]]:
    """Give the rows of a relation or an Arrow table."""
    if isinstance(table, pa.Table):
        return list(zip(*table.to_pydict().values(), strict=True))
    assert isinstance(table, duckdb.DuckDBPyRelation)
    return table.fetchall()


def counts_of(tables: Mapping[str, Any]) -> dict[tuple[str, str, str], int]:
    """Give rows by (kind, outcome, reason)."""
    counted = rows_of(tables["ingest_counts"])
    assert {row[0] for row in counted} == {"ingest"}
    return {tuple(row[1:4]): row[4] for row in counted}


def faults_of(tables: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Give (file, row number, reason) of every quarantined row."""
    return [row[:3] for row in rows_of(tables["quarantine"])]
