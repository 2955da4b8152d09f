"""Frames as the contract declares them, save for `recipe`, which the caller knows."""

from __future__ import annotations

import pandas as pd

from pipeline.core.tables.declaration import Table


def as_declared(frame: pd.DataFrame, model: type[Table]) -> pd.DataFrame:
    """Columns in the order and of the types of `model`; `recipe` is left to the caller."""
    types = {name: field.dtype.type for name, field in model.to_schema().columns.items()}
    types.pop("recipe", None)
    return frame[list(types)].astype(types)
