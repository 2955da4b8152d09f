"""Every table that leaves a stage: columns, types, bounds, keys and meaning, declared once.

One file a subject, one class a table. From these declarations come the checks that the store makes
in SQL, the column help in the app, and the generated ``artifacts/README.md``. A table that is not
declared here cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from pipeline.core.tables.contract import (
    cleaned,
    ingested,
    measures,
    models,
    popularity,
    taste,
    vectors,
)
from pipeline.core.tables.contract.constants import PARTS, SCHEMA_VERSION, VIEWS
from pipeline.core.tables.declaration import Declaration, Table

__all__ = ["PARTS", "SCHEMA_VERSION", "SUBJECTS", "VIEWS", "table", "tables"]

SUBJECTS = (ingested, cleaned, popularity, vectors, models, measures, taste)
"""The files of declarations, in the order in which their tables come to be."""


@cache
def tables() -> Mapping[str, Declaration]:
    """Every declared table by name, in the order of declaration; ValueError when two share one.

    Examples
    --------
    >>> list(tables())[:3]
    ['listeners', 'plays', 'quarantine']
    """
    found: dict[str, Declaration] = {}
    for subject in SUBJECTS:
        for declared in _declared_in(subject):
            if declared.name in found:
                raise ValueError(f"the table {declared.name} is declared twice")
            found[declared.name] = declared
    return MappingProxyType(found)


def _declared_in(subject: ModuleType) -> Iterator[Declaration]:
    for value in vars(subject).values():
        if isinstance(value, type) and issubclass(value, Table) and value is not Table:
            yield value.declaration


def table(name: str) -> Declaration:
    """Look a declaration up; KeyError names all that there are.

    Examples
    --------
    >>> table("split").key
    ('listener',)
    >>> [column.name for column in table("split").columns]
    ['listener', 'country', 'part']
    """
    try:
        return tables()[name]
    except KeyError:
        raise KeyError(f"no table {name!r} is declared; there are: {', '.join(tables())}") from None
