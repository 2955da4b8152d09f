from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipeline.core.tables.columns import (
    Column,
    boolean,
    float32,
    float32_vector,
    float64,
    int32,
    int64,
    pandas_type,
    text,
)

EVERY_TYPE = {
    int32: [1, 2],
    int64: [1, 2**40],
    float32: [0.5, 0.25],
    float64: [0.5, 0.1],
    boolean: [True, False],
    text: ["a", "b"],
    float32_vector: [np.ones(2, dtype=np.float32), np.zeros(2, dtype=np.float32)],
}


@pytest.mark.parametrize("declare", EVERY_TYPE, ids=lambda f: f.__name__)
def test_pandas_and_the_database_agree_on_every_type(
    declare: Callable[[str], Column], connection: duckdb.DuckDBPyConnection
) -> None:
    column = declare("A column.")
    frame = pd.DataFrame({"x": pd.Series(EVERY_TYPE[declare], dtype=pandas_type(column))})
    (found,) = connection.from_df(frame).types
    assert str(found) == column.sql_type


def test_nothing_is_bounded_that_is_not_said_to_be() -> None:
    assert int32("Age.") == Column("INTEGER", "Age.", False, None, None, None)
    assert float64("Share.", null=True, at_least=0, at_most=1) == Column(
        "DOUBLE", "Share.", True, 0, 1, None
    )
    assert text("Part.", one_of=["a"]).one_of == ("a",)
