"""How a table is declared: a class whose attributes are its columns, read into plain facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from pipeline.core.tables.columns import Column


class Storage(StrEnum):
    """Where a table is stored."""

    WORK = "work"  # between stages only; never in a build
    DATABASE = "database"  # in the build's atlas.duckdb: what a page asks
    PARQUET = "parquet"  # in the build as a file of its own: vectors


@dataclass(frozen=True)
class Declaration:
    """A table as declared.

    No two rows agree in the columns of `key`. `per` is the column that names what each part of a
    table belongs to where its parts are written apart, else None.

    Examples
    --------
    >>> from pipeline.core.tables.contract import table
    >>> declared = table("predictions")
    >>> declared.key, declared.storage, declared.per
    (('recipe', 'listener'), <Storage.DATABASE: 'database'>, 'recipe')
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    storage: Storage
    per: str | None


class Table:
    """Base of the declarations.

    The class docstring is the table's meaning, the attributes are its columns, after those of
    the class that it extends. The table's name is that of the class in snake case.

    Raises
    ------
    TypeError
        When the meaning or every column is missing, or `key` or `per` name no column; names all.

    Examples
    --------
    >>> from pipeline.core.tables.columns import int32, text
    >>> class TopTracks(Table, key=("listener",), storage=Storage.WORK):
    ...     '''The track that each listener plays most.'''
    ...
    ...     listener = int32("The listener.", at_least=0)
    ...     track = text("Title of the track.")
    >>> TopTracks.declaration.name
    'top_tracks'
    >>> [column.name for column in TopTracks.declaration.columns]
    ['listener', 'track']
    """

    declaration: ClassVar[Declaration]

    def __init_subclass__(
        cls, *, storage: Storage, key: tuple[str, ...] = (), per: str | None = None
    ) -> None:
        declared = Declaration(
            name=_snake_case(cls.__name__),
            meaning=(cls.__doc__ or "").strip(),
            columns=_columns(cls),
            key=key,
            storage=storage,
            per=per,
        )
        if problems := list(_problems(declared)):
            raise TypeError(f"the table {declared.name} cannot be declared: {'; '.join(problems)}")
        cls.declaration = declared


def _snake_case(name: str) -> str:
    letters = [f"_{c.lower()}" if c.isupper() else c for c in name]
    return "".join(letters).removeprefix("_")


def _columns(cls: type[Table]) -> tuple[Column, ...]:
    """Columns of a class and of those that it extends; the last declaration of a name counts."""
    found: dict[str, Column] = {}
    for base in reversed(cls.__mro__):
        found |= {n: replace(c, name=n) for n, c in vars(base).items() if isinstance(c, Column)}
    return tuple(found.values())


def _problems(table: Declaration) -> Iterator[str]:
    if not table.meaning:
        yield "it needs a docstring, its meaning"
    names = [column.name for column in table.columns]
    if not names:
        yield "it has no column"
    for role, named in (("key", table.key), ("per", (table.per,) if table.per else ())):
        if unknown := [name for name in named if name not in names]:
            yield f"{role} names {', '.join(unknown)}, not among its columns {', '.join(names)}"
