from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.core.tables import contract
from pipeline.core.tables.checks import ContractError
from pipeline.core.tables.store import (
    WorkStore,
    spread_vectors,
    vector_column,
    vectors_of,
)

SPLIT = pd.DataFrame({"listener": [0, 1], "country": ["PL", "MX"], "part": ["train", "test"]})


def test_tables_come_back_as_declared(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    store = WorkStore(tmp_path, connection)
    store.write("split", SPLIT)
    read = store.read("split")
    assert [str(t) for t in read.types] == ["INTEGER", "VARCHAR", "VARCHAR"]
    pd.testing.assert_frame_equal(read.df(), SPLIT, check_dtype=False)


def test_parts_are_read_together_or_alone(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    store = WorkStore(tmp_path, connection)
    for recipe in ("flat", "logistic"):
        row = {"recipe": [recipe], "label": ["L"], "meaning": ["M."], "layers": [1]}
        store.write("recipes", pd.DataFrame(row), part=recipe)
    assert store.read("recipes", ["flat", "logistic"]).df()["recipe"].tolist() == [
        "flat",
        "logistic",
    ]
    assert store.read("recipes", ["logistic"]).df()["recipe"].tolist() == ["logistic"]


def test_a_table_that_breaks_its_rules_is_not_written(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    store = WorkStore(tmp_path, connection)
    store.write("split", SPLIT)
    with pytest.raises(ContractError, match="column part: 1 rows are none of"):
        store.write("split", SPLIT.assign(part=["train", "holdout"]))
    assert store.read("split").df()["part"].tolist() == ["train", "test"]


def test_undeclared_columns_are_refused(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(
        ContractError, match=r"missing columns \['part'\], undeclared columns \['fold'\]"
    ):
        WorkStore(tmp_path, connection).write("split", SPLIT.rename(columns={"part": "fold"}))


def test_a_file_of_another_layout_is_refused_when_it_is_read(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    store = WorkStore(tmp_path, connection)
    path = store.path("split")
    path.parent.mkdir()
    connection.sql("SELECT 1 AS listener").write_parquet(str(path))
    with pytest.raises(ContractError, match="column country is missing"):
        store.read("split")


def test_vectors_survive_the_way_through_a_column() -> None:
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
    column = pa.chunked_array([vector_column(vectors[:1]), vector_column(vectors[1:])])
    np.testing.assert_array_equal(vectors_of(column), vectors)


def test_vectors_are_laid_out_by_key() -> None:
    keys = np.array([2, 0], dtype=np.int32)
    spread, known = spread_vectors(keys, np.array([[1, 2], [3, 4]], dtype=np.float32), 4)
    assert spread.tolist() == [[3, 4], [0, 0], [1, 2], [0, 0]]
    assert known.tolist() == [True, False, True, False]
    assert contract.table("artist_vectors").key == ("artist",)
