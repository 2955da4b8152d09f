"""Divide kept listeners into train, valid and test."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.config import SplitConfig
from pipeline.core.tables import Tables
from pipeline.core.tables.contract import PARTS
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, stage


@stage(
    "Splitting listeners",
    reads=("labelled_listeners",),
    writes=("split",),
    statements=("split",),
    share=0.5,
)
def split_listeners(tables: Tables, *, engine: DuckDBEngine, split: SplitConfig) -> Outputs:
    """Draw each kept listener's part from a hash of the user id.

    The draw depends on the user id alone, so a listener keeps the part when others come or go;
    only in a country that would miss a part does the listener nearest to it change over.
    """
    drawn = engine.run(
        "split",
        tables,
        train=split.train,
        valid=split.valid,
        suffix=f":{split.draw}" if split.draw else "",
    ).df()
    drawn["part"] = fill_missing_parts(drawn, starts=(0.0, split.train, split.train + split.valid))
    return {"split": drawn[["listener", "country", "part"]]}


def fill_missing_parts(drawn: pd.DataFrame, *, starts: tuple[float, ...]) -> pd.Series:
    """Give every country a listener in every part.

    Parameters
    ----------
    drawn : DataFrame
        Columns country, draw (in [0, 1)) and part.
    starts : tuple of float
        Where each of PARTS begins, ascending.

    Returns
    -------
    Series of str
        The parts. Where a country lacks one, the listener whose draw is nearest to its interval
        moves there from a part that keeps at least one.
    """
    part = drawn["part"].copy()
    ends = (*starts[1:], 1.0)
    counts = pd.crosstab(drawn["country"], part).reindex(columns=list(PARTS), fill_value=0)
    for country in counts.index[(counts == 0).any(axis=1)]:
        rows = drawn.index[drawn["country"] == country]
        for name, start, end in zip(PARTS, starts, ends, strict=True):
            if (part[rows] == name).any():
                continue
            movable = rows[part[rows].map(part[rows].value_counts()) > 1]
            draw = drawn.loc[movable, "draw"]
            distance = np.maximum(start - draw, draw - end)
            part[distance.idxmin()] = name
    return part
