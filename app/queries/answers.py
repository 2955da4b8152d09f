"""What the pages that predict ask of an answer, and the examples that they offer."""

from __future__ import annotations

import pandas as pd

OTHER_REGIONS = "Other regions"
OTHER_COUNTRIES = "Other countries"


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
