"""What the tests of the readers share: small sources on disk and short views of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from source_views import PLAYS_HEADER, USERS_HEADER, counts_of, rows_of

from pipeline.core.tables import contract
from pipeline.core.tables.store import write_table


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write users.csv and user_top_artists.csv, headers included, and give their folder."""

    def write(
        *plays: str | bytes, users: tuple[str | bytes, ...] = ("1,France,10",), end: str = "\n"
    ) -> Path:
        root = tmp_path / "source"
        root.mkdir(exist_ok=True)
        for name, lines in (
            ("users.csv", (USERS_HEADER, *users)),
            ("user_top_artists.csv", (PLAYS_HEADER, *plays)),
        ):
            encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
            (root / name).write_bytes(b"".join(line + end.encode() for line in encoded))
        return root

    return write


@pytest.fixture
def declared(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Check tables against their declarations, by writing them, and the sum of their counts."""

    def check(tables: Mapping[str, Any]) -> Mapping[str, Any]:
        assert sorted(tables) == ["ingest_counts", "listeners", "plays", "quarantine"]
        for name, rows in tables.items():
            declaration = contract.table(name)
            write_table(connection, declaration, rows, tmp_path / "checked" / f"{name}.parquet")
            names = [c.name for c in declaration.columns]
            if isinstance(rows, pa.Table):
                assert rows.column_names == names
            else:
                assert rows.columns == names
                assert list(map(str, rows.types)) == [c.sql_type for c in declaration.columns]
        counts = counts_of(tables)
        for kind in ("listeners", "plays"):
            aside = sum(
                n for (of, outcome, _), n in counts.items() if (of, outcome) == (kind, "set aside")
            )
            assert counts[kind, "read", ""] == counts[kind, "kept", ""] + aside
            assert counts[kind, "kept", ""] == len(rows_of(tables[kind]))
        return tables

    return check
