"""What the map of artists asks of a build: SQL, and table to table. Nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

MOST_POINTS = 25_000
"""Artists that a browser draws at once: about 1 MB with their names, there in about 3 s even where
no graphics card helps."""

ALWAYS = 2_000
"""Artists with the most listeners that are in every sample."""

MOST_ROWS = 300
"""Artists that a selection lists."""

TOP_COUNTRIES = 3
NEAREST = 5

_PLACED = """
    SELECT
        m.artist, m.x, m.y, a.artist_name, a.listeners, a.plays,
        c.country_name, p.region, p.locality
    FROM artist_map AS m
    JOIN artists AS a USING (artist)
    LEFT JOIN artist_profiles AS p USING (artist)
    LEFT JOIN countries AS c USING (country)
"""

POINTS = f"""
    WITH placed AS ({_PLACED}
        WHERE len(CAST($1 AS VARCHAR[])) = 0 OR list_contains(CAST($1 AS VARCHAR[]), p.region)
    ),
    counted AS (
        SELECT *, row_number() OVER (ORDER BY artist) AS position, count(*) OVER () AS placed
        FROM placed
    )
    SELECT * EXCLUDE (position)
    FROM counted
    QUALIFY row_number() OVER (
        ORDER BY position > $2, (CAST(artist AS BIGINT) * 2654435769) % 4294967296, artist
    ) <= $3
    ORDER BY artist
"""
"""Artists of some regions (of all for an empty list) and where they lie, most listeners first.

Parameters: the regions, how many of the most listened to are always in, and how many to give.
`placed` counts all that there are. Numbers of artists follow their listeners, and multiplying by
2**32 over the golden ratio (Knuth's multiplicative hash) spreads them evenly: a sample holds the
known and the obscure in the proportion in which they are there, and is the same each time.
"""

POINTS_OF = f"""
    {_PLACED}
    WHERE list_contains(CAST($1 AS INTEGER[]), m.artist)
    ORDER BY m.artist
"""
"""Artists by number, and where they lie; those without a place are left out."""

EXTENT = """
    SELECT min(x) AS left_end, max(x) AS right_end, min(y) AS bottom, max(y) AS top
    FROM artist_map
"""
"""The ends of the whole map; null on an empty one."""

DETAILS = """
    WITH chosen AS (SELECT unnest(CAST($1 AS INTEGER[])) AS artist),
    ranked AS (
        SELECT c.artist, k.country_name, row_number() OVER (
            PARTITION BY c.artist ORDER BY c.rank, c.country
        ) AS position
        FROM country_rank_per_artist AS c
        JOIN countries AS k USING (country)
        WHERE k.kept AND c.artist IN (SELECT artist FROM chosen)
    ),
    countries_of AS (
        SELECT artist, string_agg(country_name, ', ' ORDER BY position) AS top_countries
        FROM ranked WHERE position <= $2 GROUP BY artist
    ),
    near AS (
        SELECT n.artist, string_agg(a.artist_name, ', ' ORDER BY n.rank) AS nearest
        FROM artist_neighbours AS n
        JOIN artists AS a ON a.artist = n.neighbour
        WHERE n.rank <= $3 AND n.artist IN (SELECT artist FROM chosen)
        GROUP BY n.artist
    )
    SELECT
        artist, a.artist_name, a.listeners, p.region, p.locality,
        countries_of.top_countries, near.nearest
    FROM chosen
    JOIN artists AS a USING (artist)
    LEFT JOIN artist_profiles AS p USING (artist)
    LEFT JOIN countries_of USING (artist)
    LEFT JOIN near USING (artist)
"""
"""Artists by number, where they are played and what lies near, in no order.

Parameters: numbers of artists, how many countries, how many neighbours. Countries with too few
listeners to learn from are left out: one listener would make them the first of any artist.
"""

NEIGHBOURS = """
    SELECT neighbour FROM artist_neighbours WHERE artist = $1 ORDER BY rank LIMIT $2
"""
"""Numbers of the artists nearest to one, nearest first."""

COUNTRIES = """
    WITH near AS (
        SELECT n.country, string_agg(c.country_name, ', ' ORDER BY n.rank) AS nearest
        FROM country_neighbours AS n
        JOIN countries AS c ON c.country = n.neighbour
        WHERE n.rank <= $1
        GROUP BY n.country
    )
    SELECT country, c.country_name, c.region, c.listeners, m.x, m.y, near.nearest
    FROM country_map AS m
    JOIN countries AS c USING (country)
    LEFT JOIN near USING (country)
    WHERE len(CAST($2 AS VARCHAR[])) = 0 OR list_contains(CAST($2 AS VARCHAR[]), c.region)
    ORDER BY c.listeners DESC, country
"""
"""Countries of some regions (of all for an empty list), most listeners first, and what is near."""


def artists_by(points: pd.DataFrame, column: str) -> pd.Series:
    """Count artists by region or country, the most first; equal counts by name."""
    counts = points.groupby(column, sort=True)["artist"].size()
    return counts.sort_values(ascending=False, kind="stable")


def in_given_order(details: pd.DataFrame, artists: Sequence[int]) -> pd.DataFrame:
    """Bring rows of DETAILS into the order of `artists`; numbers without a row are left out."""
    order = {artist: position for position, artist in enumerate(artists)}
    return (
        details.assign(_position=details["artist"].map(order))
        .sort_values("_position", ignore_index=True)
        .drop(columns="_position")
    )
