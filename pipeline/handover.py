"""What is handed to a stage, and what becomes of what it gives: tables, and fitted recipes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from pipeline.core.atomic import replacing
from pipeline.core.tables import contract
from pipeline.core.tables.store import WorkStore
from pipeline.stages import MODEL

Reader: TypeAlias = Callable[[WorkStore, str, Sequence[str]], Any]
"""Reads a table or model, as a job of these recipes sees it."""

Writer: TypeAlias = Callable[[WorkStore, str, Any, str | None], None]
"""Writes a table or model of a recipe; None for what belongs to none."""


def read_table(store: WorkStore, name: str, recipes: Sequence[str]) -> Any:
    """Open a table; of one in parts, the parts of `recipes`."""
    return store.read(name, None if contract.table(name).per is None else recipes)


def read_model(store: WorkStore, name: str, recipes: Sequence[str]) -> Any:
    """Open the fitted recipe of the only one of `recipes`."""
    from pipeline.core.model.blend import open_recipe

    (recipe,) = recipes
    return open_recipe(store.model_path(recipe))


def write_table(store: WorkStore, name: str, rows: Any, recipe: str | None) -> None:
    """Check and write a table, or the part of one that belongs to `recipe`."""
    store.write(name, rows, None if contract.table(name).per is None else recipe)


def write_model(store: WorkStore, name: str, fitted: Any, recipe: str | None) -> None:
    """Write a fitted recipe whole."""
    with replacing(store.model_path(recipe or "")) as partial:
        fitted.save(partial)


def reader(name: str) -> Reader:
    """Give what reads `name`: a table of the contract, or MODEL."""
    return read_model if name == MODEL else read_table


def writer(name: str) -> Writer:
    """Give what writes `name`: a table of the contract, or MODEL."""
    return write_model if name == MODEL else write_table
