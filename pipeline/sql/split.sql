-- The part of each kept listener, from a hash of the user id that is the same everywhere and for
-- ever: the first 32 bits of MD5 as a fraction of 1.
-- Another draw hashes the id with its number behind.
-- reads  labelled_listeners
-- gives  listener, country, draw in [0, 1), part
WITH
drawn AS (
    SELECT
        listener,
        country,
        CAST('0x' || substr(md5(user_id || ${suffix}), 1, 8) AS BIGINT) / 4294967296.0 AS draw
    FROM labelled_listeners
    WHERE kept
)
SELECT
    listener,
    country,
    draw,
    CASE
        WHEN draw < ${train} THEN 'train'
        WHEN draw < ${train} + ${valid} THEN 'valid'
        ELSE 'test'
    END AS part
FROM drawn
ORDER BY listener
