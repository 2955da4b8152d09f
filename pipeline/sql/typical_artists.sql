-- The artists of each country that are most typical of it.
-- reads  artist_lift
WITH
ranked AS (
    SELECT
        country,
        CAST(
            row_number() OVER (PARTITION BY country ORDER BY lift DESC, listeners DESC, artist)
            AS INTEGER
        ) AS rank,
        artist,
        listeners,
        lift
    FROM artist_lift
    WHERE lift > 1 AND listeners >= ${min_listeners}
)
SELECT country, rank, artist, listeners, lift
FROM ranked
WHERE rank <= ${shown}
ORDER BY country, rank
