-- Artists by listeners, then by key, so that number 0 is the most widespread.
-- reads  keyed_plays (listener, playcount, mbid, identity_key, spelling)
-- gives  artist, artist_name, identity_key, mbid, listeners, plays
WITH
spellings AS (
    SELECT
        identity_key,
        spelling,
        row_number() OVER (PARTITION BY identity_key ORDER BY count(*) DESC, spelling) AS place
    FROM keyed_plays
    GROUP BY identity_key, spelling
),
ids AS (
    SELECT
        identity_key,
        mbid,
        row_number() OVER (PARTITION BY identity_key ORDER BY count(*) DESC, mbid) AS place
    FROM keyed_plays
    WHERE mbid IS NOT NULL
    GROUP BY identity_key, mbid
),
totals AS (
    SELECT
        identity_key,
        CAST(count(DISTINCT listener) AS INTEGER) AS listeners,
        CAST(sum(coalesce(playcount, 1)) AS BIGINT) AS plays
    FROM keyed_plays
    GROUP BY identity_key
)
SELECT
    CAST(row_number() OVER (ORDER BY totals.listeners DESC, totals.identity_key) - 1 AS INTEGER)
        AS artist,
    spellings.spelling AS artist_name,
    totals.identity_key,
    ids.mbid,
    totals.listeners,
    totals.plays
FROM totals
JOIN spellings ON spellings.identity_key = totals.identity_key AND spellings.place = 1
LEFT JOIN ids ON ids.identity_key = totals.identity_key AND ids.place = 1
ORDER BY artist
