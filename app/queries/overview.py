"""What the first page asks: listeners by country and region, and the leaderboard of recipes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.core.builds.manifest import BASELINE


def rows_of(row_counts: pd.DataFrame, *, step: str, kind: str, outcome: str) -> int:
    """Rows of a kind ("listeners", "plays") with an outcome in a step, over all reasons."""
    chosen = (
        (row_counts["step"] == step)
        & (row_counts["rows_of"] == kind)
        & (row_counts["outcome"] == outcome)
    )
    return int(row_counts.loc[chosen, "rows"].sum())


def countries_by_listeners(countries: pd.DataFrame) -> pd.DataFrame:
    """Countries with the most listeners first.

    Returns
    -------
    DataFrame
        Columns ``country_name``, ``iso3``, ``region``, ``listeners``, ``kept``, ``joke``.
    """
    columns = ["country_name", "iso3", "region", "listeners", "kept", "joke"]
    ordered = countries.sort_values(["listeners", "country"], ascending=[False, True])
    return ordered[columns].reset_index(drop=True)


def regions_by_listeners(countries: pd.DataFrame) -> pd.DataFrame:
    """Share of the listeners in each region, largest first, over all stated countries.

    Returns
    -------
    DataFrame
        Columns ``region``, ``probability`` (the share).
    """
    listeners = countries.groupby("region")["listeners"].sum()
    shares = (listeners / listeners.sum()).rename("probability").reset_index()
    return shares.sort_values("probability", ascending=False, kind="stable", ignore_index=True)


def leaderboard(
    metrics: pd.DataFrame, recipes: pd.DataFrame, chosen: Sequence[str], *, parts: Sequence[str]
) -> pd.DataFrame:
    """What each recipe is worth, best first by the first column, the baseline last.

    Parameters
    ----------
    metrics, recipes : DataFrame
        The tables of those names.
    chosen : sequence of str
        Metrics, in the order of the columns.
    parts : sequence of {"train", "valid", "test"}
        Listeners that are measured on, in the order of the columns of one metric.

    Returns
    -------
    DataFrame
        Columns ``recipe``, ``label``, then `column_of` each metric and part (null where
        undefined), then ``n_PART``: listeners that the first metric rests on.
    """
    rows = metrics[
        (metrics["view"] == "countries")
        & (metrics["subject"] == "")
        & metrics["metric"].isin(chosen)
        & metrics["part"].isin(parts)
    ]
    wide = rows.pivot(index="recipe", columns=["metric", "part"], values="value")
    wide = wide.reindex(columns=pd.MultiIndex.from_product([chosen, parts]))
    wide.columns = pd.Index([column_of(metric, part) for metric, part in wide.columns])
    of_first = rows[rows["metric"] == chosen[0]]
    n = of_first.pivot(index="recipe", columns="part", values="n").reindex(columns=parts)
    wide = wide.join(n.astype("Int64").add_prefix("n_"))
    named = recipes[["recipe", "label"]].merge(wide.reset_index(), on="recipe", how="inner")
    ordered = named.sort_values(column_of(chosen[0], parts[0]), ascending=False, kind="stable")
    last = ordered["recipe"] == BASELINE
    return pd.concat([ordered[~last], ordered[last]], ignore_index=True)


def column_of(metric: str, part: str) -> str:
    """Name of the leaderboard's column of a metric on a part."""
    return f"{metric}_{part}"


def best_rows(
    board: pd.DataFrame, catalogue: pd.DataFrame, *, parts: Sequence[str]
) -> dict[str, list[int]]:
    """Rows of the leaderboard that hold the best value of each metric and part; ties all count.

    Metrics of which neither direction is better, or that no recipe has, are left out.
    """
    best: dict[str, list[int]] = {}
    for metric, better in zip(catalogue["metric"], catalogue["better"], strict=True):
        for name in (column_of(metric, part) for part in parts):
            if name not in board or better == "neither" or board[name].isna().all():
                continue
            peak = board[name].max() if better == "higher" else board[name].min()
            best[name] = board.index[board[name] == peak].tolist()
    return best
