"""Table to table: what the page of regions asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

LAYER_1 = (
    *("listeners_true", "listeners_predicted", "one_vs_rest_accuracy"),
    *("precision", "recall", "f1", "top_3_recall"),
)
"""Metrics of one region against the rest, in the order of the table."""

LAYER_2 = (
    *("entropy_bits", "effective_classes", "accuracy"),
    *("macro_precision", "macro_recall", "macro_f1"),
    *("top_3_accuracy", "top_3_recall", "mean_probability_of_truth"),
)
"""Metrics of the countries within a region, in the order of the table."""

DIFFERENCE = "difference"


@dataclass(frozen=True)
class Compared:
    """A column of a comparison; `side` is empty where all sides agree, or "difference"."""

    name: str
    metric: str
    side: str


def compare(
    metrics: pd.DataFrame,
    *,
    by: Literal["part", "recipe"],
    sides: Sequence[str],
    first: Sequence[str],
    regions: Sequence[str],
    difference: bool = False,
) -> tuple[pd.DataFrame, list[Compared]]:
    """Put parts or recipes side by side, one row a region.

    A metric that is the same on every side, such as the entropy of a region, stands once.

    Parameters
    ----------
    metrics : DataFrame
        Rows of the table metrics, of one view whose subjects are regions, and of one recipe or
        part: one row a subject, metric and side.
    by : {"part", "recipe"}
        Compared that tells the sides apart.
    sides : sequence of str
        Parts or recipes, in order.
    first : sequence of str
        Metrics that come first; others follow by name.
    regions : sequence of str
        Rows, in order; a region without figures is left out.
    difference : bool
        Add the second of two sides less the first.

    Returns
    -------
    DataFrame
        Columns ``region``, then ``METRIC_SIDE`` (null where undefined).
    list of Compared
        What the columns after the first are, in their order.
    """
    found = metrics[metrics[by].isin(sides) & metrics["subject"].isin(regions)]
    wide = found.pivot(index="subject", columns=["metric", by], values="value").astype(float)
    rows = [region for region in regions if region in wide.index]
    wide = wide.reindex(rows)
    known = set(found["metric"])
    ordered = [m for m in first if m in known] + sorted(known - set(first))
    table, columns = {"region": rows}, []
    for metric in ordered:
        of_metric = wide[metric].reindex(columns=list(sides))
        if difference and len(sides) == 2:
            of_metric[DIFFERENCE] = of_metric[sides[1]] - of_metric[sides[0]]
        if len(sides) > 1 and _alike(of_metric[list(sides)]):
            of_metric = of_metric[[sides[0]]].rename(columns={sides[0]: ""})
        for side in of_metric.columns:
            column = Compared(f"{metric}_{side}" if side else metric, metric, side)
            table[column.name] = of_metric[side].tolist()
            columns.append(column)
    return pd.DataFrame(table), columns


def _alike(sides: pd.DataFrame) -> bool:
    first = sides.iloc[:, 0]
    return all(first.equals(sides[side]) for side in sides.columns)


def scales(
    table: pd.DataFrame, compared: Sequence[Compared], shares: set[str]
) -> dict[str, tuple[float, float]]:
    """Ends of the tint of each column.

    Shares run from 0 to 1, other metrics from 0 to the column's highest value, and differences
    as far to one side of 0 as to the other.
    """
    found = {}
    for column in compared:
        values = table[column.name].abs()
        most = float(values.max()) if values.notna().any() else 0.0
        if column.side == DIFFERENCE:
            found[column.name] = (-most, most)
        else:
            found[column.name] = (0.0, 1.0 if column.metric in shares else most)
    return {name: scale for name, scale in found.items() if scale[1] > 0}


def undefined(table: pd.DataFrame, compared: Sequence[Compared]) -> dict[str, list[str]]:
    """Regions where a metric is undefined on some side, by metric; differences do not count."""
    found: dict[str, list[str]] = {}
    for column in compared:
        if column.side != DIFFERENCE:
            missing = table.loc[table[column.name].isna(), "region"]
            regions = found.setdefault(column.metric, [])
            regions.extend(region for region in missing if region not in regions)
    return {metric: regions for metric, regions in found.items() if regions}


def composition(countries: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    """Share of each kept country among its region's listeners.

    Returns
    -------
    DataFrame
        Columns ``region``, ``country_name``, ``country``, ``listeners``, ``share``; regions in
        the order given, the largest country of each first.
    """
    kept = countries[countries["kept"] & countries["region"].isin(regions)]
    order = {region: position for position, region in enumerate(regions)}
    ordered = kept.assign(position=kept["region"].map(order)).sort_values(
        ["position", "listeners", "country"], ascending=[True, False, True], ignore_index=True
    )
    whole = ordered.groupby("region")["listeners"].transform("sum")
    shares = ordered["listeners"].astype(float) / whole.astype(float)
    columns = ["region", "country_name", "country", "listeners"]
    return ordered[columns].assign(share=shares)
