"""How a table is declared: a pandera model, read into plain facts about its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandera.pandas as pa


class Place(StrEnum):
    """Where a table is kept."""

    WORK = "work"  # between stages only; never in a build
    DATABASE = "database"  # in the build's atlas.duckdb: what a page asks
    PARQUET = "parquet"  # in the build as a file of its own: vectors


def column(
    meaning: str,
    *,
    null: bool = False,
    at_least: float | None = None,
    at_most: float | None = None,
    one_of: Sequence[str] | None = None,
    vector: bool = False,
) -> Any:
    """Declare a column: one sentence of meaning, whether null is allowed, and its bounds.

    `vector` marks a column of equally long lists of 32-bit floats.
    """
    return pa.Field(
        nullable=null,
        ge=at_least,
        le=at_most,
        isin=list(one_of) if one_of else None,
        description=meaning,
        metadata={"vector": True} if vector else None,
    )


class Table(pa.DataFrameModel):
    """Base of the declarations. The class docstring is the table's meaning."""

    class Config:
        """Columns are exactly those declared."""

        strict = True


@dataclass(frozen=True)
class Column:
    """A column as declared. `sql_type` is DuckDB's; bounds are inclusive."""

    name: str
    sql_type: str
    meaning: str
    null: bool
    at_least: float | None
    at_most: float | None
    one_of: tuple[str, ...] | None


@dataclass(frozen=True)
class Declaration:
    """A table as declared. `per` names what each part of a partitioned table belongs to."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    place: Place
    per: str | None


_SQL_TYPES = {
    "Int32": "INTEGER",
    "Int64": "BIGINT",
    "Float32": "FLOAT",
    "Float64": "DOUBLE",
    "boolean": "BOOLEAN",
}
_VECTOR_TYPE = "FLOAT[]"


def _table_name(model: type[Table]) -> str:
    letters = [f"_{c.lower()}" if c.isupper() else c for c in model.__name__]
    return "".join(letters).removeprefix("_")


def _bound(field: pa.Column, check: str, key: str) -> Any:
    for declared in field.checks:
        if declared.name == check:
            return declared.statistics[key]
    return None


def _declared_column(name: str, field: pa.Column) -> Column:
    vector = bool((field.metadata or {}).get("vector"))
    allowed = _bound(field, "isin", "allowed_values")
    return Column(
        name=name,
        sql_type=_VECTOR_TYPE if vector else _SQL_TYPES.get(str(field.dtype), "VARCHAR"),
        meaning=field.description or "",
        null=field.nullable,
        at_least=_bound(field, "greater_than_or_equal_to", "min_value"),
        at_most=_bound(field, "less_than_or_equal_to", "max_value"),
        one_of=tuple(allowed) if allowed else None,
    )


def declared_tables() -> dict[str, Declaration]:
    """Every subclass of Table by name, in the order of declaration."""
    declared: dict[str, Declaration] = {}
    pending = list(Table.__subclasses__())
    while pending:
        model = pending.pop(0)
        pending.extend(model.__subclasses__())
        schema = model.to_schema()
        metadata = model.__config__.metadata or {}
        name = _table_name(model)
        declared[name] = Declaration(
            name=name,
            meaning=(model.__doc__ or "").strip(),
            columns=tuple(_declared_column(n, f) for n, f in schema.columns.items()),
            key=tuple(schema.unique or ()),
            place=metadata["place"],
            per=metadata.get("per"),
        )
    return declared
