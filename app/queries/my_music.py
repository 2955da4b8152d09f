"""What the page asks of a build: SQL, and table to table. Nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.core.model.features import play_weights

COVERAGE = "SELECT * FROM coverage WHERE recipe = ? AND region = ''"
"""How well the sets of a recipe held over all listeners."""

LOCALITY = """
    SELECT avg(locality) AS locality, count(*) AS artists
    FROM artist_profiles
    WHERE list_contains(CAST(? AS INTEGER[]), artist)
"""
"""Mean locality of some artists, null for none, and how many have one."""

PERCENTILES = "SELECT percent, locality FROM list_locality ORDER BY percent"
"""How local lists are: see the table."""

TYPICAL = """
    SELECT t.rank, t.artist, a.artist_name, t.listeners, t.lift
    FROM typical_artists AS t
    JOIN artists AS a USING (artist)
    WHERE t.country = ?
    ORDER BY t.rank
"""
"""A typical list of a country: the artists that are most typical of it, the most typical first."""

RANKS = """
    SELECT r.artist, a.artist_name, r.rank, r.listeners
    FROM artist_rank_in_country AS r
    JOIN artists AS a USING (artist)
    WHERE r.country = ? AND list_contains(CAST(? AS INTEGER[]), r.artist)
    ORDER BY r.rank, r.artist
"""
"""Where some artists stand in a country, by all plays there; the most played first."""


def more_local_than(percentiles: pd.DataFrame, locality: float) -> float:
    """Share of the lists that are less local than a list of this locality.

    Parameters
    ----------
    percentiles : DataFrame
        Columns ``percent`` (0 to 100, ascending) and ``locality``.
    locality : float
        Mean locality of the list's artists.
    """
    if percentiles.empty:
        return float("nan")
    below = int(np.searchsorted(percentiles["locality"].to_numpy(), locality, side="left"))
    return float(percentiles["percent"].iloc[max(below - 1, 0)]) / 100


def similarities(
    mean: NDArray[np.float32], codes: Sequence[str], vectors: NDArray[np.float32]
) -> pd.DataFrame:
    """Compare the taste of a list with that of each country, the most alike first.

    Parameters
    ----------
    mean : ndarray of shape (n_dimensions,)
        Mean vector of the list's artists.
    codes : sequence of str
        Country of each row of `vectors`; "" for the mean of all countries.
    vectors : ndarray of shape (n_countries + 1, n_dimensions)
        As in the table country_tastes.

    Returns
    -------
    DataFrame
        Columns ``country``, ``similarity`` (cosine, -1 to 1); none where the list has no place.
    """
    names = np.asarray(codes, dtype=object)
    origin = vectors[names == ""]
    if not mean.any() or not len(origin):
        return pd.DataFrame({"country": pd.Series(dtype="object"), "similarity": []})
    seen = mean - origin[0]
    length = float(np.linalg.norm(seen))
    chosen = names != ""
    cosines = vectors[chosen] @ seen / (length or 1.0)
    table = pd.DataFrame({"country": names[chosen], "similarity": cosines.astype(float)})
    return table.sort_values("similarity", ascending=False, kind="stable", ignore_index=True)


def centre(points: pd.DataFrame, playcounts: dict[int, float | None]) -> tuple[float, float] | None:
    """Give the mean place of a list's artists, by the weights that the models give them.

    Parameters
    ----------
    points : DataFrame
        Columns ``artist``, ``x``, ``y``.
    playcounts : dict of int to float
        Plays by number of artist; None where unknown.
    """
    counts = np.array([playcounts.get(artist) for artist in points["artist"]], dtype=np.float64)
    weights = play_weights(counts, np.arange(1, len(counts) + 1))
    if not weights.sum():
        return None
    x = np.average(points["x"].to_numpy(dtype=float), weights=weights)
    y = np.average(points["y"].to_numpy(dtype=float), weights=weights)
    return float(x), float(y)


def effects_of(names: Sequence[str], effects: NDArray[np.float64], *, most: int) -> pd.DataFrame:
    """Pick the artists that move one country most, those for it first, the strongest outermost.

    Returns
    -------
    DataFrame
        Columns ``artist_name``, ``effect``; from the most for it to the most against it.
    """
    table = pd.DataFrame({"artist_name": list(names), "effect": effects})
    telling = table[table["effect"] != 0]
    strongest = telling.reindex(telling["effect"].abs().sort_values(ascending=False).index)
    return strongest.head(most).sort_values(
        "effect", ascending=False, kind="stable", ignore_index=True
    )


def beside(before: pd.DataFrame, now: pd.DataFrame, *, name: str, most: int) -> pd.DataFrame:
    """Give the likeliest rows of an answer with what they were ``before``.

    Parameters
    ----------
    before, now : DataFrame
        `Prediction.country` or `.region` of two answers of one build.
    name : str
        Column that tells the rows apart.
    """
    earlier = before.set_index(name)["probability"]
    return now.head(most).assign(before=now[name].map(earlier))
