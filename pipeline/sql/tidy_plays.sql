-- One row a listener and artist, from rows that may name an artist twice or lack a play count.
-- A missing play count becomes the mean of the nearest known ones above and below by rank, or the
-- one that exists. Rows of the same artist are added up and take the better rank.
-- reads  named_plays (listener, rank, artist, playcount)
-- gives  listener, artist, rank, playcount
WITH
neighboured AS (
    SELECT
        listener,
        artist,
        rank,
        CAST(playcount AS DOUBLE) AS playcount,
        last_value(playcount IGNORE NULLS) OVER (
            PARTITION BY listener ORDER BY rank
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS above,
        first_value(playcount IGNORE NULLS) OVER (
            PARTITION BY listener ORDER BY rank
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS below
    FROM named_plays
),
repaired AS (
    SELECT
        listener,
        artist,
        rank,
        coalesce(
            playcount,
            (CAST(above AS DOUBLE) + CAST(below AS DOUBLE)) / 2,
            CAST(above AS DOUBLE),
            CAST(below AS DOUBLE)
        ) AS playcount
    FROM neighboured
),
merged AS (
    SELECT listener, artist, min(rank) AS best_rank, sum(playcount) AS playcount
    FROM repaired
    GROUP BY listener, artist
),
ranked AS (
    SELECT
        listener,
        artist,
        CAST(row_number() OVER (PARTITION BY listener ORDER BY best_rank) AS INTEGER) AS rank,
        playcount
    FROM merged
)
SELECT listener, artist, rank, playcount
FROM ranked
WHERE rank <= ${top_artists}
ORDER BY listener, rank
