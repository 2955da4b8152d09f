"""Divide kept listeners into train, valid and test, and list what there is to predict."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.config import SplitConfig
from pipeline.core import geography
from pipeline.core.contract import PARTS
from pipeline.engines.duckdb import DuckDBEngine
from pipeline.stages import Outputs, Tables, stage


@stage(
    "Splitting listeners",
    reads=("labelled_listeners",),
    writes=("split", "countries", "regions"),
    statements=("split",),
    share=0.5,
)
def split_listeners(
    tables: Tables, *, engine: DuckDBEngine, split: SplitConfig, regions: str
) -> Outputs:
    """Draw each kept listener's part from a hash of the user id.

    The draw depends on the user id alone, so a listener keeps the part when others come or go;
    only in a country that would miss a part does the listener nearest to it change over.
    """
    drawn = engine.run("split", tables, train=split.train, valid=split.valid).df()
    drawn["part"] = fill_missing_parts(drawn, starts=(0.0, split.train, split.train + split.valid))
    countries = _countries(tables["labelled_listeners"].df(), drawn, regions)
    return {
        "split": drawn[["listener", "country", "part"]],
        "countries": countries,
        "regions": _regions(countries, regions),
    }


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


def _countries(listeners: pd.DataFrame, drawn: pd.DataFrame, grouping: str) -> pd.DataFrame:
    """One row a stated country, with its counts by part; kept ones are numbered by code."""
    known, region_of = geography.countries(), geography.region_of(grouping)
    sizes = listeners.groupby("country")["listener"].count().sort_index()
    by_part = pd.crosstab(drawn["country"], drawn["part"])
    by_part = by_part.reindex(index=sizes.index, columns=list(PARTS), fill_value=0)
    kept = by_part["train"].to_numpy() > 0
    position = pd.Series(np.where(kept, np.cumsum(kept) - 1, -1), index=sizes.index)
    return pd.DataFrame(
        {
            "country": sizes.index,
            "country_name": [known[c].country_name for c in sizes.index],
            "iso3": [known[c].iso3 for c in sizes.index],
            "region": [region_of[c] for c in sizes.index],
            "joke": [known[c].joke for c in sizes.index],
            "listeners": sizes.to_numpy(),
            "kept": kept,
            "position": position.astype("Int32").where(kept).to_numpy(),
            **{f"{name}_listeners": by_part[name].to_numpy() for name in PARTS},
        }
    )


def _regions(countries: pd.DataFrame, grouping: str) -> pd.DataFrame:
    """One row a region with a kept country, in the grouping's own order."""
    kept = countries[countries["kept"]]
    members = kept.assign(
        listeners=kept[[f"{name}_listeners" for name in PARTS]].sum(axis=1)
    ).groupby("region")
    sizes = members.agg(countries=("country", "count"), listeners=("listeners", "sum"))
    order = [r for r in geography.region_order(grouping) if r in sizes.index]
    return sizes.loc[order].reset_index().assign(position=range(len(order)))
