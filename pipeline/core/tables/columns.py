"""Columns as declared: a type of DuckDB's, one sentence of meaning, and what values may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack


@dataclass(frozen=True)
class Column:
    """A column as declared. `sql_type` is DuckDB's; bounds are inclusive.

    `name` is empty until the column belongs to a table. Made by the functions below, one a type.

    Examples
    --------
    >>> from pipeline.core.tables.contract import table
    >>> column = table("plays").columns[1]
    >>> column.name, column.sql_type, column.null, column.at_least
    ('rank', 'INTEGER', False, 1)
    """

    sql_type: str
    meaning: str
    null: bool = False
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] | None = None
    name: str = ""


_PANDAS_TYPES = {
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "FLOAT": "Float32",
    "DOUBLE": "Float64",
    "BOOLEAN": "boolean",
    "VARCHAR": "str",
    "FLOAT[]": "object",
}


def pandas_type(column: Column) -> str:
    """Name of the pandas type that holds a column, nulls included.

    Examples
    --------
    >>> pandas_type(int32("Listeners."))
    'Int32'
    """
    return _PANDAS_TYPES[column.sql_type]


class _Rules(TypedDict, total=False):
    """What numbers of a column may be: whether null is allowed, and inclusive bounds."""

    null: bool
    at_least: float
    at_most: float


def int32(meaning: str, **rules: Unpack[_Rules]) -> Column:
    """Declare a column of whole numbers of 32 bits.

    Examples
    --------
    >>> int32("Rank of the artist; 1 is the most played.", at_least=1).sql_type
    'INTEGER'
    """
    return Column("INTEGER", meaning, **rules)


def int64(meaning: str, **rules: Unpack[_Rules]) -> Column:
    """Declare a column of whole numbers of 64 bits.

    Examples
    --------
    >>> int64("Plays; null where unknown.", null=True, at_least=0).null
    True
    """
    return Column("BIGINT", meaning, **rules)


def float32(meaning: str, **rules: Unpack[_Rules]) -> Column:
    """Declare a column of finite numbers of 32 bits.

    Examples
    --------
    >>> float32("Probability of the country.", at_least=0, at_most=1).at_most
    1
    """
    return Column("FLOAT", meaning, **rules)


def float64(meaning: str, **rules: Unpack[_Rules]) -> Column:
    """Declare a column of finite numbers of 64 bits.

    Examples
    --------
    >>> float64("Mean log loss, in nats.", at_least=0).sql_type
    'DOUBLE'
    """
    return Column("DOUBLE", meaning, **rules)


def boolean(meaning: str, *, null: bool = False) -> Column:
    """Declare a column of true and false.

    Examples
    --------
    >>> boolean("Whether the listener takes part in training.").sql_type
    'BOOLEAN'
    """
    return Column("BOOLEAN", meaning, null=null)


def text(meaning: str, *, null: bool = False, one_of: Sequence[str] | None = None) -> Column:
    """Declare a column of text: any, or one of a few words.

    Examples
    --------
    >>> text("Part measured on.", one_of=["valid", "test"]).one_of
    ('valid', 'test')
    """
    return Column("VARCHAR", meaning, null=null, one_of=None if one_of is None else tuple(one_of))


def float32_vector(meaning: str) -> Column:
    """Declare a column of equally long lists of 32-bit numbers.

    Examples
    --------
    >>> float32_vector("Coordinates in taste space.").sql_type
    'FLOAT[]'
    """
    return Column("FLOAT[]", meaning)
