"""A sealed build, opened read-only.

A build is a folder: ``atlas.duckdb`` with every table that a page asks, vectors as Parquet,
``models/`` and ``manifest.json``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError

from pipeline.core.builds.lease import Lease, share
from pipeline.core.builds.manifest import Manifest
from pipeline.core.errors import UserError
from pipeline.core.tables import contract
from pipeline.core.tables.checks import ContractError, check_columns
from pipeline.core.tables.declaration import Storage
from pipeline.core.tables.store import (
    MODELS,
    vectors_of,
)

DATABASE = "atlas.duckdb"
MANIFEST = "manifest.json"
QUARANTINE = "quarantine.csv"
BUILD_AGAIN = "Run `python -m pipeline run` to make a new build."


class BuildError(UserError):
    """A build cannot be opened; the message says why and which command to run."""


class Build:
    """A sealed build, opened read-only. Safe to share between threads.

    While it is open, pruning leaves it where it is: what is read late, such as the models of a
    recipe, is still there. Close it, or open it in a ``with``.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     build.read("countries", "train_listeners < ?", [0]).empty
    ...     keys, vectors = build.vectors("artist_vectors")
    True
    >>> len(keys) == len(vectors)
    True
    """

    def __init__(self, folder: Path, manifest: Manifest, lease: Lease) -> None:
        self.folder = folder
        self.manifest = manifest
        self._lease = lease
        self._closed = False
        self._connection = duckdb.connect(str(folder / DATABASE), read_only=True)
        self._lock = threading.Lock()

    @property
    def id(self) -> str:
        """Name of the build, from its content."""
        return self.manifest.id

    @classmethod
    def open(cls, folder: Path) -> Build:
        """Open a build; BuildError when it is missing, damaged or of another schema version."""
        manifest = read_manifest(folder)
        lease = share(folder / MANIFEST)
        if lease is None:
            raise BuildError(f"the build {manifest.id} has just been removed. {BUILD_AGAIN}")
        try:
            return cls._open(folder, manifest, lease)
        except BaseException:
            lease.release()
            raise

    @classmethod
    def _open(cls, folder: Path, manifest: Manifest, lease: Lease) -> Build:
        missing = [f.path for f in manifest.files if not (folder / f.path).is_file()]
        if missing:
            raise BuildError(f"the build {manifest.id} lacks {', '.join(missing)}. {BUILD_AGAIN}")
        try:
            build = cls(folder, manifest, lease)
        except duckdb.Error as error:
            raise BuildError(
                f"the database of the build {manifest.id} cannot be opened: {error}\n{BUILD_AGAIN}"
            ) from error
        build._check_tables()
        return build

    def _check_tables(self) -> None:
        present = self.sql("SELECT table_name FROM information_schema.tables")["table_name"]
        for table in contract.tables().values():
            if table.storage is not Storage.DATABASE:
                continue
            if table.name not in set(present):
                raise BuildError(f"the build {self.id} has no table {table.name}. {BUILD_AGAIN}")
            described = self.sql(f"DESCRIBE {table.name}")
            try:
                check_columns(table, list(described.column_name), list(described.column_type))
            except ContractError as error:
                raise BuildError(f"the build {self.id} is damaged: {error}") from error

    def sql(self, query: str, params: Sequence[Any] | None = None) -> pd.DataFrame:
        """Run a query with a cursor of its own; ``?`` stands for each of `params`."""
        with self._cursor() as cursor:
            return cast(
                pd.DataFrame, cursor.sql(query, params=list(params) if params else None).df()
            )

    def read(self, name: str, where: str = "", params: Sequence[Any] | None = None) -> pd.DataFrame:
        """Read the rows of a database table for which the SQL condition `where` holds."""
        contract.table(name)
        condition = f" WHERE {where}" if where else ""
        return self.sql(f"SELECT * FROM {name}{condition}", params)

    def rows(self, name: str) -> pa.Table:
        """Read a table kept as Parquet, in the order of its key."""
        table = contract.table(name)
        path = str(self.folder / f"{name}.parquet")
        with self._cursor() as cursor:
            return cursor.read_parquet(path).order(table.key[0]).to_arrow_table()

    def vectors(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Read a table of one vector a number, kept as Parquet: keys (n,) and vectors (n, d)."""
        rows = self.rows(name)
        return rows[contract.table(name).key[0]].to_numpy(), vectors_of(rows["vector"])

    def model_path(self, recipe: str) -> Path:
        """Give the folder of a recipe; BuildError names the recipes that there are."""
        if recipe not in self.manifest.recipes:
            known = ", ".join(self.manifest.recipes)
            raise BuildError(f"the build {self.id} has no recipe {recipe!r}; it has: {known}")
        return self.folder / MODELS / recipe

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.reading():
            with self._lock:
                cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say so, as a BuildError, where reading fails since the build was closed or removed.

        Pruning never removes an open build unless it is told to, or cannot tell; a person can.
        """
        try:
            yield
        except Exception as error:
            if self._closed:
                raise BuildError(f"the build {self.id} has been closed; open it again") from error
            if not (self.folder / MANIFEST).is_file():
                raise BuildError(
                    f"the build {self.id} was removed while it was open, and what was not read "
                    f"yet is gone. Open the build that is current now. {BUILD_AGAIN}"
                ) from error
            raise

    def close(self) -> None:
        """Close the database and let the build be removed; once more does nothing."""
        with self._lock:
            self._closed = True
            self._connection.close()
            self._lease.release()

    def __enter__(self) -> Self:
        """Give the build, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest; BuildError when it is missing, damaged or of another version.

    Examples
    --------
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build:
    ...     read_manifest(build.folder).id == build.id
    True
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise BuildError(f"there is no {MANIFEST} in {folder}. {BUILD_AGAIN}")
    text = path.read_text(encoding="utf-8")
    version = _schema_version(text)
    if version != contract.SCHEMA_VERSION:
        raise BuildError(
            f"the build {folder.name} follows schema version {version}; this program reads "
            f"version {contract.SCHEMA_VERSION}. {BUILD_AGAIN}"
        )
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise BuildError(
            f"{MANIFEST} of the build {folder.name} is damaged: {error}. {BUILD_AGAIN}"
        ) from error


def _schema_version(text: str) -> int | None:
    try:
        found = json.loads(text).get("schema_version")
    except (json.JSONDecodeError, AttributeError):
        return None
    return found if isinstance(found, int) else None
