"""Judging frames by the contract, as the store does when it writes them."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd
import pytest

from pipeline.core.tables.checks import check_rows
from pipeline.core.tables.columns import pandas_type
from pipeline.core.tables.contract import table
from pipeline.core.tables.store import select_declared


@pytest.fixture
def check_as_declared(
    connection: duckdb.DuckDBPyConnection,
) -> Callable[[pd.DataFrame, str], None]:
    """Check columns, types and every rule of a table."""

    def check(frame: pd.DataFrame, name: str) -> None:
        declared = table(name)
        types = {c.name: pandas_type(c) for c in declared.columns}
        assert frame.dtypes[list(types)].astype(str).to_dict() == types
        rows = connection.from_df(frame).project(select_declared(declared, list(frame.columns)))
        rows.create_view("judged", replace=True)
        check_rows(declared, connection, "judged")

    return check
