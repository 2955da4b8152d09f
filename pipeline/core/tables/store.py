"""Work tables and models between stages, and tables written whole once they are checked.

Layout of one source's work folder::

    tables/NAME.parquet        a table between stages
    tables/NAME/PART.parquet   a table that each recipe writes its own part of
    models/RECIPE/             a fitted recipe

Everything is written aside, checked, and put in place at once: a reader sees all of it or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.atomic import replacing
from pipeline.core.tables import contract
from pipeline.core.tables.checks import ContractError, check_columns, check_rows
from pipeline.core.tables.declaration import Declaration
from pipeline.core.tables.sql import quoted

MODELS = "models"

Rows: TypeAlias = duckdb.DuckDBPyRelation | pa.Table | pd.DataFrame
"""What a stage may give for a table."""


def select_declared(table: Declaration, found: Sequence[str]) -> str:
    """Give the columns as declared, cast to their types; ContractError when names differ.

    Examples
    --------
    >>> select_declared(contract.table("country_map"), ["y", "x", "country"])
    'CAST("country" AS VARCHAR) AS "country", CAST("x" AS FLOAT) AS "x", CAST("y" AS FLOAT) AS "y"'
    """
    extra = [n for n in found if n not in {c.name for c in table.columns}]
    missing = [c.name for c in table.columns if c.name not in found]
    if extra or missing:
        raise ContractError(
            f"the table {table.name} is not as declared: missing columns {missing}, "
            f"undeclared columns {extra}"
        )
    return ", ".join(f'CAST("{c.name}" AS {c.sql_type}) AS "{c.name}"' for c in table.columns)


def write_table(
    connection: duckdb.DuckDBPyConnection, table: Declaration, rows: Rows, path: Path
) -> None:
    """Write `rows` as Parquet at `path` once they are checked against the declaration.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = pd.DataFrame({"listener": [0], "country": ["PL"], "part": ["train"]})
    >>> with duckdb.connect() as connection, TemporaryDirectory() as folder:
    ...     write_table(connection, contract.table("split"), rows, Path(folder) / "split.parquet")
    ...     connection.read_parquet(f"{folder}/split.parquet").fetchall()
    [(0, 'PL', 'train')]
    """
    relation = (
        rows
        if isinstance(rows, duckdb.DuckDBPyRelation)
        else connection.from_arrow(
            rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
        )
    )
    columns = select_declared(table, relation.columns)
    with replacing(path) as partial:
        relation.project(columns).write_parquet(str(partial), compression="zstd")
        check_rows(table, connection, f"read_parquet({quoted(str(partial))})")


class WorkStore:
    """Tables and models between the stages of one source.

    Parameters
    ----------
    folder : Path
        Folder of this source's work.
    connection : duckdb.DuckDBPyConnection
        Where tables are read and checked.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = pd.DataFrame({"listener": [0], "country": ["PL"], "part": ["train"]})
    >>> with duckdb.connect() as connection, TemporaryDirectory() as folder:
    ...     store = WorkStore(Path(folder), connection)
    ...     store.write("split", rows)
    ...     store.read("split").fetchall()
    ...     store.path("metrics", part="flat").relative_to(folder).as_posix()
    ...     store.model_path("flat").relative_to(folder).as_posix()
    [(0, 'PL', 'train')]
    'tables/metrics/flat.parquet'
    'models/flat'
    """

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self._connection = connection

    def path(self, name: str, part: str | None = None) -> Path:
        """Give the file of a table, or of one part of a table that recipes share."""
        tables = self.folder / "tables"
        return tables / f"{name}.parquet" if part is None else tables / name / f"{part}.parquet"

    def model_path(self, recipe: str) -> Path:
        """Give the folder of a fitted recipe."""
        return self.folder / MODELS / recipe

    def write(self, name: str, rows: Rows, part: str | None = None) -> None:
        """Check and write a table, or one part of it."""
        write_table(self._connection, contract.table(name), rows, self.path(name, part))

    def read(self, name: str, parts: Sequence[str] | None = None) -> duckdb.DuckDBPyRelation:
        """Open a table, or the union of some of its parts, lazily; its columns are checked."""
        paths = [self.path(name)] if parts is None else [self.path(name, p) for p in parts]
        relation = self._connection.read_parquet([str(p) for p in paths])
        check_columns(contract.table(name), relation.columns, [str(t) for t in relation.types])
        return relation


def vectors_of(column: pa.ChunkedArray) -> NDArray[np.float32]:
    """Turn a column of n lists of d floats into an array of shape (n, d).

    Examples
    --------
    >>> vectors_of(pa.chunked_array([[[1.0, 2.0], [3.0, 4.0]]])).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    values = column.combine_chunks()
    flat = values.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    rows: NDArray[np.float32] = flat.reshape(len(values), -1) if len(values) else flat.reshape(0, 0)
    return rows


def vector_column(vectors: NDArray[np.float32]) -> pa.Array:
    """Turn an array of shape (n, d) into a column of n lists of d floats.

    Examples
    --------
    >>> vector_column(np.array([[1, 2], [3, 4]], dtype=np.float32)).to_pylist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    n, d = vectors.shape
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
    return pa.ListArray.from_arrays(pa.array(np.arange(n + 1, dtype=np.int32) * d), flat)


def spread_vectors(
    keys: NDArray[np.int32], vectors: NDArray[np.float32], size: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Lay vectors out by key.

    Parameters
    ----------
    keys : ndarray of shape (n,)
        Row of each vector, below `size`.
    vectors : ndarray of shape (n, d)
        The vectors.
    size : int
        Rows to lay out.

    Returns
    -------
    spread : ndarray of shape (size, d)
        The vectors; 0 where there is none.
    known : ndarray of shape (size,)
        Whether there is one.

    Examples
    --------
    >>> keys, vectors = np.array([2, 0], dtype=np.int32), np.array([[1], [3]], dtype=np.float32)
    >>> spread, known = spread_vectors(keys, vectors, 3)
    >>> spread.ravel().tolist(), known.tolist()
    ([3.0, 0.0, 1.0], [True, False, True])
    """
    spread = np.zeros((size, vectors.shape[1]), dtype=np.float32)
    known = np.zeros(size, dtype=np.bool_)
    spread[keys], known[keys] = vectors, True
    return spread, known
