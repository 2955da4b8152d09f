"""Table to table: one function for each question that a screen asks. Nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

BASELINE = "majority"
"""The recipe that looks at nothing of a listener; the others are read against it."""


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


def listeners_of(metrics: pd.DataFrame, part: str) -> int:
    """Listeners that the figures over all countries rest on; 0 where there are none."""
    chosen = metrics[(metrics["part"] == part) & (metrics["view"] == "countries")]
    return int(chosen["n"].max()) if len(chosen) else 0


def leaderboard(
    metrics: pd.DataFrame, recipes: pd.DataFrame, chosen: Sequence[str], *, part: str
) -> pd.DataFrame:
    """What each recipe is worth over all countries, best accuracy first, the baseline last.

    Parameters
    ----------
    metrics, recipes : DataFrame
        The tables of those names.
    chosen : sequence of str
        Metrics, in the order of the columns.
    part : {"train", "valid", "test"}
        Listeners that are measured on.

    Returns
    -------
    DataFrame
        Columns ``recipe``, ``label``, then each metric (null where undefined).
    """
    rows = metrics[
        (metrics["part"] == part)
        & (metrics["view"] == "countries")
        & (metrics["subject"] == "")
        & metrics["metric"].isin(chosen)
    ]
    wide = rows.pivot(index="recipe", columns="metric", values="value").reindex(columns=chosen)
    named = recipes[["recipe", "label"]].merge(wide.reset_index(), on="recipe", how="inner")
    if "accuracy" in named:
        named = named.sort_values("accuracy", ascending=False, kind="stable")
    last = named["recipe"] == BASELINE
    return pd.concat([named[~last], named[last]], ignore_index=True)


def best_rows(board: pd.DataFrame, catalogue: pd.DataFrame) -> dict[str, list[int]]:
    """Rows of the leaderboard that hold the best value of each metric; ties all count.

    Metrics of which neither direction is better, or that no recipe has, are left out.
    """
    best: dict[str, list[int]] = {}
    for metric, better in zip(catalogue["metric"], catalogue["better"], strict=True):
        if metric not in board or better == "neither" or board[metric].isna().all():
            continue
        values = board[metric]
        peak = values.max() if better == "higher" else values.min()
        best[metric] = board.index[values == peak].tolist()
    return best


def shares_as_percentages(board: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Write the metrics that are shares as hundredths, so that all show equally many digits."""
    shares = set(catalogue.loc[catalogue["unit"] == "share", "metric"]) & set(board.columns)
    return board.assign(**{metric: board[metric] * 100 for metric in shares})


def within(country: pd.DataFrame, region: str, *, most: int) -> pd.DataFrame:
    """Countries of one region by P(country | region), the `most` likeliest, from a prediction.

    ``share`` becomes the country's share of its region's listeners.
    """
    members = country[country["region"] == region].sort_values("within", ascending=False)
    whole = members["share"].sum()
    shares = members["share"] / whole if whole > 0 else members["share"]
    return members.assign(share=shares).head(most).reset_index(drop=True)


def examples(countries: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """The country with the most listeners of each region, the largest regions' first.

    Countries with fewer than `least` listeners, and those chosen in jest, are no examples.

    Returns
    -------
    DataFrame
        Columns ``country``, ``country_name``, ``region``, ``listeners``.
    """
    fit = countries[countries["kept"] & ~countries["joke"] & (countries["listeners"] >= least)]
    order = fit.sort_values(["listeners", "country"], ascending=[False, True])
    columns = ["country", "country_name", "region", "listeners"]
    return order.drop_duplicates("region")[columns].reset_index(drop=True)


FAVOURITES = """
    SELECT a.artist_name, c.plays
    FROM country_rank_per_artist AS c
    JOIN artists AS a USING (artist)
    WHERE c.country = ? AND c.rank = 1
    ORDER BY c.plays DESC, a.artist
    LIMIT ?
"""
"""Artists that are more popular in a country than in any other, the most played first."""
