"""The log of a fit: the table training_log without its recipe."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

TYPES = {"model": "string", "iteration": "Int32", "part": "string", "log_loss": "Float64"}


def training_log(rows: Iterable[tuple[str, int, str, float]]) -> pd.DataFrame:
    """Log what was fitted in rounds: model, iteration, part and mean log loss."""
    return pd.DataFrame(list(rows), columns=list(TYPES)).astype(TYPES)


def no_log() -> pd.DataFrame:
    """Log what was not fitted in rounds."""
    return training_log([])
