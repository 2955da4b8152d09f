"""Frames as the contract declares them, save for `recipe`, which the caller knows."""

from __future__ import annotations

import pandas as pd

from pipeline.core.tables.columns import pandas_type
from pipeline.core.tables.contract import table


def as_declared(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Columns in the order and of the types of the table `name`; `recipe` is left to the caller."""
    types = {c.name: pandas_type(c) for c in table(name).columns if c.name != "recipe"}
    return frame[list(types)].astype(types)
