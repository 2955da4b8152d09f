"""What the page of countries asks: SQL by country, and table to table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import pandas as pd

METRICS = ("recall", "top_5_recall", "precision", "f1")
"""What is said of how well one country is predicted, in the order of the columns."""
COUNTS = ("listeners_true", "listeners_predicted")
"""What these rest on: recall on the first, precision on the second."""

TOP_ARTISTS = """
    SELECT r.rank, r.artist, a.artist_name, r.plays, r.listeners
    FROM artist_rank_in_country AS r
    JOIN artists AS a USING (artist)
    WHERE r.country = ? AND r.rank <= ?
    ORDER BY r.rank, r.artist
    LIMIT ?
"""
"""Artists of a country up to a rank, and no more rows than that."""

TYPICAL_ARTISTS = """
    SELECT t.rank, t.artist, a.artist_name, t.lift, t.listeners
    FROM typical_artists AS t
    JOIN artists AS a USING (artist)
    WHERE t.country = ?
    ORDER BY t.rank
"""
"""Artists that are most typical of a country."""

NEIGHBOURS = """
    SELECT n.rank, n.neighbour AS country, c.country_name, c.region, n.similarity
    FROM country_neighbours AS n
    JOIN countries AS c ON c.country = n.neighbour
    WHERE n.country = ?
    ORDER BY n.rank
"""
"""All other kept countries, the nearest by taste first."""

CONFUSED = """
    SELECT truth, predicted, n
    FROM confusion
    WHERE recipe = ? AND part = ? AND view = 'countries' AND (truth = ? OR predicted = ?)
    ORDER BY n DESC, truth, predicted
"""
"""What a country is taken for, and what is taken for it; the country stands twice."""


def codes(given: Iterable[str], known: Collection[str], *, most: int) -> list[str]:
    """Read codes in any case: the distinct ones that are known, the first `most`."""
    upper = dict.fromkeys(code.upper() for code in given)
    return [code for code in upper if code in known][:most]


def unknown(given: Iterable[str], known: Collection[str]) -> list[str]:
    """Give the codes that are not known, as they were written."""
    return [code for code in dict.fromkeys(given) if code.upper() not in known]


def quality(metrics: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """How well countries are predicted, in the order of `chosen`.

    Parameters
    ----------
    metrics : DataFrame
        Rows of the table metrics of one recipe and part, view ``country``.
    chosen : sequence of str
        Codes; those without a row are left out.

    Returns
    -------
    DataFrame
        Columns ``country``, `METRICS` and `COUNTS`; null where undefined.
    """
    columns = [*METRICS, *COUNTS]
    rows = metrics[metrics["metric"].isin(columns)]
    wide = rows.pivot(index="subject", columns="metric", values="value").reindex(columns=columns)
    wide = wide.loc[[code for code in chosen if code in wide.index]]
    wide.columns.name = None
    counts = {name: wide[name].astype("Int64") for name in COUNTS}
    return wide.assign(**counts).rename_axis("country").reset_index()


def taken_for(confused: pd.DataFrame, countries: pd.DataFrame, country: str) -> pd.DataFrame:
    """What listeners of a country are predicted to be, the most common first.

    Parameters
    ----------
    confused : DataFrame
        Rows of `CONFUSED`.
    countries : DataFrame
        The table of that name.
    country : str
        The stated country.

    Returns
    -------
    DataFrame
        Columns ``country``, ``country_name``, ``region``, ``n``, ``probability`` (share of the
        country's listeners).
    """
    return _shares(confused[confused["truth"] == country], "predicted", countries)


def takes(confused: pd.DataFrame, countries: pd.DataFrame, country: str) -> pd.DataFrame:
    """Where those live who are predicted to live in a country; as `taken_for`."""
    return _shares(confused[confused["predicted"] == country], "truth", countries)


def _shares(rows: pd.DataFrame, other: str, countries: pd.DataFrame) -> pd.DataFrame:
    shares = rows[[other, "n"]].rename(columns={other: "country"})
    named = shares.merge(
        countries[["country", "country_name", "region"]], on="country", validate="one_to_one"
    )
    named = named.sort_values(["n", "country"], ascending=[False, True], ignore_index=True)
    columns = ["country", "country_name", "region", "n"]
    return named[columns].assign(probability=named["n"] / max(int(named["n"].sum()), 1))
