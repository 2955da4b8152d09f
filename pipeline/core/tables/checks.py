"""Checks of a table against its declaration, in SQL, so that no row leaves the database."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.core.errors import UserError
from pipeline.core.tables.columns import Column
from pipeline.core.tables.declaration import Declaration
from pipeline.core.tables.sql import quoted


class ContractError(UserError):
    """A table is not as declared; the message lists every problem and what repairs it."""


REPAIR = "Run `python -m pipeline run` again; if it persists, the stage that writes it is at fault."


def _refuse(table: Declaration, problems: Sequence[str]) -> None:
    if problems:
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise ContractError(f"the table {table.name} is not as declared:{listed}\n{REPAIR}")


def check_columns(table: Declaration, columns: Sequence[str], types: Sequence[str]) -> None:
    """Compare names, order and DuckDB types with the declaration; ContractError lists all.

    Examples
    --------
    >>> from pipeline.core.tables.contract import table
    >>> check_columns(table("split"), ["listener", "country"], ["BIGINT", "VARCHAR"])
    Traceback (most recent call last):
        ...
    pipeline.core.tables.checks.ContractError: the table split is not as declared:
      - column part is missing
      - column listener: expected type INTEGER, found BIGINT
    Run `python -m pipeline run` again; if it persists, the stage that writes it is at fault.
    """
    found = dict(zip(columns, types, strict=True))
    expected = {c.name: c.sql_type for c in table.columns}
    problems = [f"column {n} is missing" for n in expected if n not in found]
    problems += [f"column {n} is not declared" for n in found if n not in expected]
    problems += [
        f"column {n}: expected type {expected[n]}, found {found[n]}"
        for n in expected
        if n in found and found[n] != expected[n]
    ]
    _refuse(table, problems)


def _conditions(column: Column) -> list[tuple[str, str]]:
    """Give (what is wrong, SQL that is true of an offending row) for each rule of a column."""
    name = f'"{column.name}"'
    rules = []
    if not column.null:
        rules.append(("null, which is not allowed", f"{name} IS NULL"))
    if column.at_least is not None:
        rules.append((f"below {column.at_least:g}", f"{name} < {column.at_least}"))
    if column.at_most is not None:
        rules.append((f"above {column.at_most:g}", f"{name} > {column.at_most}"))
    if column.one_of is not None:
        allowed = ", ".join(quoted(v) for v in column.one_of)
        rules.append((f"none of {allowed}", f"{name} NOT IN ({allowed})"))
    if column.sql_type in ("FLOAT", "DOUBLE"):
        rules.append(("not a finite number", f"NOT isfinite({name})"))
    if column.sql_type == "FLOAT[]":
        rules.append(
            ("a vector of another length", f"len({name}) <> (SELECT max(len({name})) FROM checked)")
        )
    return [(f"column {column.name}: {{}} rows are {what}", sql) for what, sql in rules]


def check_rows(table: Declaration, connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Check every rule of `table` over the rows of `source`, an SQL table expression.

    Raises
    ------
    ContractError
        With the number of offending rows for every rule that is broken.

    Examples
    --------
    >>> from pipeline.core.tables.contract import table
    >>> with duckdb.connect() as connection:
    ...     rows = "(VALUES (0, 'PL', 'train'), (0, 'MX', 'holdout'))"
    ...     check_rows(table("split"), connection, f"{rows} AS split(listener, country, part)")
    Traceback (most recent call last):
        ...
    pipeline.core.tables.checks.ContractError: the table split is not as declared:
      - column part: 1 rows are none of 'train', 'valid', 'test'
      - key (listener): 1 values occur more than once
    Run `python -m pipeline run` again; if it persists, the stage that writes it is at fault.
    """
    rules = [rule for column in table.columns for rule in _conditions(column)]
    problems = []
    if rules:
        counts = ", ".join(f"count(*) FILTER (WHERE {sql})" for _, sql in rules)
        query = f"WITH checked AS (SELECT * FROM {source}) SELECT {counts} FROM checked"
        found = connection.sql(query).fetchall()[0]
        problems += [what.format(n) for (what, _), n in zip(rules, found, strict=True) if n]
    if table.key:
        key = ", ".join(f'"{k}"' for k in table.key)
        query = f"SELECT count(*) FROM (SELECT 1 FROM {source} GROUP BY {key} HAVING count(*) > 1)"
        repeated = connection.sql(query).fetchall()[0][0]
        if repeated:
            problems.append(f"key ({', '.join(table.key)}): {repeated} values occur more than once")
    _refuse(table, problems)
