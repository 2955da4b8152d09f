"""DuckDB as the engine: statements over named tables, in this process, larger than memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipeline.core.tables.sql import statement
from pipeline.core.tables.store import Rows

MEMORY_LIMIT = "4GB"
"""What DuckDB may hold before it spills; models need the rest of the 8 GB of a large build."""


class DuckDBEngine:
    """One connection for one run.

    Parameters
    ----------
    threads : int
        Threads to use at most.
    spill : Path
        Folder for what does not fit in memory.
    """

    def __init__(self, *, threads: int, spill: Path) -> None:
        self._options: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spill),
            "preserve_insertion_order": True,
        }
        self.connection = duckdb.connect(config=self._options)

    def apart(self) -> duckdb.DuckDBPyConnection:
        """Give a database of its own, whose memory is free once its relations are gone."""
        return duckdb.connect(config=self._options)

    def name(self, tables: Mapping[str, Rows]) -> None:
        """Let statements know each of `tables` by its name."""
        for name, rows in tables.items():
            if isinstance(rows, duckdb.DuckDBPyRelation):
                rows.create_view(name, replace=True)
            else:
                self.connection.register(name, rows)

    def run(
        self, name: str, tables: Mapping[str, Rows], **values: float | str
    ) -> duckdb.DuckDBPyRelation:
        """Run ``sql/NAME.sql`` over `tables`; the answer is computed when it is read.

        `values` stand for the statement's ``${...}``.
        """
        self.name(tables)
        return self.connection.sql(statement(name, **values))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
