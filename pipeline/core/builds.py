"""Sealed builds: what the pipeline publishes and every reader opens.

Layout of the artifacts folder::

    work/SOURCE/      what lies between stages (see store.py)
    builds/ID/        a sealed build: atlas.duckdb, vectors as Parquet, models/, manifest.json
    current           the id of the build that readers open
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError

from pipeline.core import contract
from pipeline.core.checks import ContractError, check_columns, check_rows
from pipeline.core.declaration import Place
from pipeline.core.errors import UserError
from pipeline.core.manifest import FileRecord, Manifest
from pipeline.core.store import (
    MODELS,
    replacing,
    select_declared,
    vectors_of,
    write_table,
    write_text,
)

ARTIFACTS_VARIABLE = "ATLAS_ARTIFACTS"
DATABASE = "atlas.duckdb"
MANIFEST = "manifest.json"
QUARANTINE = "quarantine.csv"
BUILD_AGAIN = "Run `python -m pipeline run` to make a new build."


class BuildError(UserError):
    """A build cannot be opened; the message says why and which command to run."""


def artifacts_folder(folder: Path | None = None) -> Path:
    """Give the artifacts folder: `folder`, else $ATLAS_ARTIFACTS, else ./artifacts."""
    return folder or Path(os.environ.get(ARTIFACTS_VARIABLE) or "artifacts")


class Build:
    """A sealed build, opened read-only. Safe to share between threads."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
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
        missing = [f.path for f in manifest.files if not (folder / f.path).is_file()]
        if missing:
            raise BuildError(f"the build {manifest.id} lacks {', '.join(missing)}. {BUILD_AGAIN}")
        try:
            build = cls(folder, manifest)
        except duckdb.Error as error:
            raise BuildError(
                f"the database of the build {manifest.id} cannot be opened: {error}\n{BUILD_AGAIN}"
            ) from error
        build._check_tables()
        return build

    def _check_tables(self) -> None:
        present = self.sql("SELECT table_name FROM information_schema.tables")["table_name"]
        for table in contract.tables().values():
            if table.place is not Place.DATABASE:
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
        with self._lock:
            cursor = self._connection.cursor()
        try:
            return cast(
                pd.DataFrame, cursor.sql(query, params=list(params) if params else None).df()
            )
        finally:
            cursor.close()

    def read(self, name: str, where: str = "", params: Sequence[Any] | None = None) -> pd.DataFrame:
        """Read the rows of a database table for which the SQL condition `where` holds."""
        contract.table(name)
        condition = f" WHERE {where}" if where else ""
        return self.sql(f"SELECT * FROM {name}{condition}", params)

    def rows(self, name: str) -> pa.Table:
        """Read a table kept as Parquet, in the order of its key."""
        table = contract.table(name)
        path = str(self.folder / f"{name}.parquet")
        with self._lock:
            cursor = self._connection.cursor()
        try:
            return cursor.read_parquet(path).order(table.key[0]).to_arrow_table()
        finally:
            cursor.close()

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

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest; BuildError when it is missing, damaged or of another version."""
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


def builds_folder(artifacts: Path) -> Path:
    """Give the folder that holds the builds."""
    return artifacts / "builds"


def list_builds(artifacts: Path) -> list[Path]:
    """Give the folders of all sealed builds, the newest last."""
    folders = [p for p in builds_folder(artifacts).glob("*") if not p.name.startswith(".")]
    return sorted((p for p in folders if p.is_dir()), key=lambda p: (p.stat().st_mtime, p.name))


def current_id(artifacts: Path) -> str | None:
    """Give the id of the current build, or None when there is none."""
    pointer = artifacts / "current"
    return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None


def current_build(artifacts: Path | None = None) -> Build | None:
    """Open the current build, or give None when there is none; BuildError as Build.open."""
    folder = artifacts_folder(artifacts)
    name = current_id(folder)
    return Build.open(builds_folder(folder) / name) if name else None


def make_current(artifacts: Path, build_id: str) -> None:
    """Let readers open `build_id` from now on."""
    write_text(artifacts / "current", build_id + "\n")


def choose(artifacts: Path, build_id: str) -> None:
    """Make a build current once it is known to open; BuildError otherwise."""
    folder = builds_folder(artifacts) / build_id
    if not folder.is_dir():
        known = ", ".join(p.name for p in list_builds(artifacts)) or "none"
        raise BuildError(f"there is no build {build_id!r} in {artifacts}; there are: {known}")
    Build.open(folder).close()
    make_current(artifacts, build_id)


def prune(artifacts: Path, *, keep: int) -> list[str]:
    """Remove all builds but the current one and the newest, `keep` in all; give their ids."""
    current = current_id(artifacts)
    others = [p for p in list_builds(artifacts) if p.name != current]
    kept = keep - (current is not None)
    doomed = others[: max(len(others) - kept, 0)]
    for folder in doomed:
        shutil.rmtree(folder)
    return [folder.name for folder in doomed]


def sha256_of(path: Path) -> str:
    """Digest a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_records(folder: Path) -> list[FileRecord]:
    """List the files of a build with size and digest, by path, the manifest left out."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return [
        FileRecord(
            path=p.relative_to(folder).as_posix(), bytes=p.stat().st_size, sha256=sha256_of(p)
        )
        for p in paths
    ]


def damage(folder: Path) -> list[str]:
    """Compare a build's files with its manifest; one sentence for each that differs."""
    recorded = {f.path: f for f in read_manifest(folder).files}
    found = {f.path: f for f in file_records(folder)}
    problems = [f"{p} is missing" for p in recorded if p not in found]
    problems += [f"{p} is not in the manifest" for p in found if p not in recorded]
    problems += [
        f"{p} has changed since it was sealed"
        for p in recorded
        if p in found and found[p].sha256 != recorded[p].sha256
    ]
    return problems


def seal(
    artifacts: Path,
    manifest: Manifest,
    tables: Mapping[str, duckdb.DuckDBPyRelation],
    models: Mapping[str, Path],
) -> Path:
    """Write a build aside, check it, and make it current.

    Parameters
    ----------
    artifacts : Path
        The artifacts folder.
    manifest : Manifest
        All but `files`, which is filled here.
    tables : mapping of str to relation
        Every table whose place is not ``work``.
    models : mapping of str to Path
        Folder of each fitted recipe.

    Returns
    -------
    Path
        Folder of the build. A build of the same id that is whole is kept as it is.
    """
    folder = builds_folder(artifacts) / manifest.id
    if not (folder.is_dir() and _is_whole(folder)):
        with replacing(folder) as partial:
            partial.mkdir()
            _write_database(partial, tables)
            for recipe, source in models.items():
                shutil.copytree(source, partial / MODELS / recipe)
            tables["quarantine"].write_csv(str(partial / QUARANTINE))
            complete = manifest.model_copy(update={"files": file_records(partial)})
            (partial / MANIFEST).write_text(complete.model_dump_json(indent=1), encoding="utf-8")
            Build.open(partial).close()
    make_current(artifacts, manifest.id)
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        return not damage(folder)
    except BuildError:
        return False


def _write_database(folder: Path, tables: Mapping[str, duckdb.DuckDBPyRelation]) -> None:
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for declared in contract.tables().values():
            if declared.place is Place.WORK:
                continue
            rows = tables[declared.name].to_arrow_table()
            if declared.place is Place.PARQUET:
                write_table(connection, declared, rows, folder / f"{declared.name}.parquet")
            else:
                connection.register("rows", rows)
                connection.execute(
                    f"CREATE TABLE {declared.name} AS "
                    f"SELECT {select_declared(declared, rows.column_names)} FROM rows"
                )
                connection.unregister("rows")
                check_rows(declared, connection, declared.name)
