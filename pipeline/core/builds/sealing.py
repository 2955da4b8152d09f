"""Writing a build aside, checking it, and making it current."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipeline.core.atomic import replacing
from pipeline.core.builds.artifacts import builds_folder, choose
from pipeline.core.builds.build import DATABASE, MANIFEST, QUARANTINE, Build, BuildError
from pipeline.core.builds.integrity import damage, file_records
from pipeline.core.builds.manifest import Manifest
from pipeline.core.tables import contract
from pipeline.core.tables.checks import check_rows
from pipeline.core.tables.declaration import Storage
from pipeline.core.tables.store import MODELS, select_declared, write_table


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
        Every table that is not stored in ``work`` alone.
    models : mapping of str to Path
        Folder of each fitted recipe.

    Returns
    -------
    Path
        Folder of the build. A build of the same id that is whole is kept as it is.

    Examples
    --------
    Another folder gets a build of what the current one holds.

    >>> from tempfile import TemporaryDirectory
    >>> from pipeline.core.builds.artifacts import current_build
    >>> with current_build() as build, TemporaryDirectory() as folder, duckdb.connect() as rows:
    ...     tables = {f.stem: rows.read_parquet(str(f)) for f in build.folder.glob("*.parquet")}
    ...     for name in build.sql("SHOW TABLES")["name"]:
    ...         tables[name] = rows.from_df(build.read(name))
    ...     models = {recipe: build.model_path(recipe) for recipe in build.manifest.recipes}
    ...     damage(seal(Path(folder), build.manifest, tables, models))
    []
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
    choose(artifacts, manifest.id)
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        return not damage(folder)
    except BuildError:
        return False


def _write_database(folder: Path, tables: Mapping[str, duckdb.DuckDBPyRelation]) -> None:
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for declared in contract.tables().values():
            if declared.storage is Storage.WORK:
                continue
            rows = tables[declared.name].to_arrow_table()
            if declared.storage is Storage.PARQUET:
                write_table(connection, declared, rows, folder / f"{declared.name}.parquet")
            else:
                connection.register("rows", rows)
                connection.execute(
                    f"CREATE TABLE {declared.name} AS "
                    f"SELECT {select_declared(declared, rows.column_names)} FROM rows"
                )
                connection.unregister("rows")
                check_rows(declared, connection, declared.name)
