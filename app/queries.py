"""Table to table: one function for each question that a screen asks. Nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.core.manifest import BASELINE

OTHER_REGIONS = "Other regions"
OTHER_COUNTRIES = "Other countries"


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


def flows(country: pd.DataFrame, *, least: float) -> pd.DataFrame:
    """Probability that goes from regions to countries, with those below `least` put together.

    Parameters
    ----------
    country : DataFrame
        As in a Prediction.
    least : float
        Countries and regions below it become "other countries" and "other regions".

    Returns
    -------
    DataFrame
        Columns ``region``, ``country_name``, ``probability``; regions by falling probability,
        within them countries, those put together last.
    """
    whole = country.groupby("region")["probability"].transform("sum")
    small = country["probability"] < least
    named = country.assign(
        region=country["region"].where(whole >= least, OTHER_REGIONS),
        country_name=country["country_name"].where(~small, OTHER_COUNTRIES),
    )
    summed = named.groupby(["region", "country_name"], as_index=False)["probability"].sum()
    of_region = summed.groupby("region")["probability"].transform("sum")
    ordered = summed.assign(
        _rest=summed["region"] == OTHER_REGIONS,
        _of_region=of_region,
        _small=summed["country_name"] == OTHER_COUNTRIES,
    ).sort_values(
        ["_rest", "_of_region", "region", "_small", "probability"],
        ascending=[True, False, True, True, False],
    )
    shown = ordered[ordered["probability"] > 0]
    return shown[["region", "country_name", "probability"]].reset_index(drop=True)


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
