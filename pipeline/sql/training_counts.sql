-- How many training listeners of each country have each artist that enough of them all have.
-- reads  cleaned_plays, split
-- gives  country, artist, listeners
WITH
counted AS (
    SELECT s.country, p.artist, count(*) AS listeners
    FROM cleaned_plays AS p
    JOIN split AS s ON s.listener = p.listener
    WHERE s.part = 'train'
    GROUP BY s.country, p.artist
),
spread AS (
    SELECT
        country,
        artist,
        listeners,
        sum(listeners) OVER (PARTITION BY artist) AS artist_listeners
    FROM counted
)
SELECT country, artist, CAST(listeners AS INTEGER) AS listeners
FROM spread
WHERE artist_listeners >= ${min_listeners}
ORDER BY artist, country
