-- Total plays of each artist in each country, and the artist's rank there.
-- reads  cleaned_plays, labelled_listeners
WITH
totals AS (
    SELECT
        l.country,
        p.artist,
        sum(coalesce(p.playcount, 1)) AS plays,
        CAST(count(*) AS INTEGER) AS listeners
    FROM cleaned_plays AS p
    JOIN labelled_listeners AS l ON l.listener = p.listener
    GROUP BY l.country, p.artist
)
SELECT
    country,
    artist,
    plays,
    listeners,
    CAST(rank() OVER (PARTITION BY country ORDER BY plays DESC) AS INTEGER) AS rank
FROM totals
ORDER BY country, rank, artist
