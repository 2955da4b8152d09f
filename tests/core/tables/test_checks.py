from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipeline.core.tables import contract
from pipeline.core.tables.checks import ContractError, check_columns, check_rows
from pipeline.core.tables.columns import Column
from pipeline.core.tables.declaration import Declaration

EVERY_TABLE = list(contract.tables().values())
PLAIN: dict[str, Any] = {
    "INTEGER": 1,
    "BIGINT": 1,
    "FLOAT": 0.5,
    "DOUBLE": 0.5,
    "BOOLEAN": True,
    "VARCHAR": "x",
    "FLOAT[]": [0.5, 0.5],
}


def valid_row(table: Declaration) -> dict[str, Any]:
    return {c.name: c.one_of[0] if c.one_of else PLAIN[c.sql_type] for c in table.columns}


def fill(connection: duckdb.DuckDBPyConnection, table: Declaration, *rows: dict[str, Any]) -> None:
    columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in table.columns)
    connection.execute(f"CREATE OR REPLACE TABLE checked_here ({columns})")
    marks = ", ".join("?" for _ in table.columns)
    for row in rows:
        connection.execute(f"INSERT INTO checked_here VALUES ({marks})", list(row.values()))


def breaches(column: Column) -> Iterator[tuple[Any, str]]:
    """A value that breaks each rule of a column, and words of the message."""
    if not column.null:
        yield None, "null, which is not allowed"
    if column.at_least is not None:
        yield column.at_least - 1, "below"
    if column.at_most is not None:
        yield column.at_most + 1, "above"
    if column.one_of is not None:
        yield "none of these", "none of"
    if column.sql_type in ("FLOAT", "DOUBLE"):
        yield float("inf"), "not a finite number"
        yield float("nan"), "not a finite number"


EVERY_BREACH = [
    pytest.param(table, column, value, words, id=f"{table.name}.{column.name}:{words}")
    for table in EVERY_TABLE
    for column in table.columns
    for value, words in breaches(column)
]


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda t: t.name)
def test_rows_as_declared_pass(table: Declaration, connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, table, valid_row(table))
    check_rows(table, connection, "checked_here")


@pytest.mark.parametrize(("table", "column", "value", "words"), EVERY_BREACH)
def test_every_broken_rule_is_named(
    table: Declaration,
    column: Column,
    value: Any,
    words: str,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    fill(connection, table, valid_row(table) | {column.name: value})
    with pytest.raises(ContractError) as caught:
        check_rows(table, connection, "checked_here")
    assert f"column {column.name}: 1 rows are {words}" in str(caught.value)


@pytest.mark.parametrize("table", [t for t in EVERY_TABLE if t.key], ids=lambda t: t.name)
def test_a_repeated_key_is_named(table: Declaration, connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, table, valid_row(table), valid_row(table))
    with pytest.raises(ContractError, match=r"1 values occur more than once"):
        check_rows(table, connection, "checked_here")


def test_vectors_of_different_lengths_are_refused(connection: duckdb.DuckDBPyConnection) -> None:
    table = contract.table("artist_vectors")
    rows = [{"artist": 0, "vector": [1.0, 2.0]}, {"artist": 1, "vector": [1.0]}]
    fill(connection, table, *rows)
    with pytest.raises(ContractError, match="column vector: 1 rows are a vector of another length"):
        check_rows(table, connection, "checked_here")


def test_all_problems_are_listed_at_once(connection: duckdb.DuckDBPyConnection) -> None:
    table = contract.table("plays")
    fill(connection, table, valid_row(table) | {"rank": 0, "artist_name": None, "playcount": -3})
    with pytest.raises(ContractError) as caught:
        check_rows(table, connection, "checked_here")
    for words in ("column rank", "column artist_name", "column playcount", "pipeline run"):
        assert words in str(caught.value)


def test_columns_are_compared_by_name_and_type() -> None:
    with pytest.raises(ContractError) as caught:
        check_columns(
            contract.table("split"), ["listener", "part", "x"], ["BIGINT", "VARCHAR", "DATE"]
        )
    message = str(caught.value)
    assert "column country is missing" in message
    assert "column x is not declared" in message
    assert "column listener: expected type INTEGER, found BIGINT" in message
