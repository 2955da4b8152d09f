-- How local the lists of kept listeners are: percentiles of the mean locality of their artists.
-- reads  cleaned_plays, labelled_listeners, artist_profiles
-- gives  percent (of the lists that are less local), locality
WITH
lists AS (
    SELECT p.listener, avg(a.locality) AS locality
    FROM cleaned_plays AS p
    JOIN labelled_listeners AS l ON l.listener = p.listener
    JOIN artist_profiles AS a ON a.artist = p.artist
    WHERE l.kept
    GROUP BY p.listener
),
ranked AS (
    SELECT
        locality,
        row_number() OVER (ORDER BY locality, listener) - 1 AS place,
        count(*) OVER () AS lists
    FROM lists
)
SELECT
    CAST(percents.percent AS INTEGER) AS percent,
    ranked.locality
FROM range(0, 101) AS percents (percent)
JOIN ranked ON ranked.place = CAST(floor(percents.percent / 100.0 * (ranked.lists - 1)) AS BIGINT)
ORDER BY percent
