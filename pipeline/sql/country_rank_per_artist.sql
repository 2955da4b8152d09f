-- Where each artist is played, as a share of all plays of the country.
-- reads  artist_rank_in_country
WITH
shares AS (
    SELECT
        artist,
        country,
        plays,
        coalesce(plays / nullif(sum(plays) OVER (PARTITION BY country), 0), 0) AS popularity
    FROM artist_rank_in_country
)
SELECT
    artist,
    country,
    plays,
    popularity,
    CAST(rank() OVER (PARTITION BY artist ORDER BY popularity DESC) AS INTEGER) AS rank
FROM shares
ORDER BY artist, rank, country
