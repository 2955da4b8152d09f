-- The most played artists with a vector of listeners that no recipe was fitted on, in order. Where
-- a part is large, the listeners are a sample by the hash of the user id.
-- reads  split, labelled_listeners, listener_vectors, cleaned_plays, artist_vectors
-- gives  listener, part, country, log_scrobbles, artist, rank, playcount, known_rank (from 1, among
--        the artists with a vector)
WITH
drawn AS (
    SELECT
        s.listener,
        s.part,
        s.country,
        row_number() OVER (PARTITION BY s.part ORDER BY md5(l.user_id)) AS turn
    FROM split AS s
    JOIN labelled_listeners AS l ON l.listener = s.listener
    WHERE s.part <> 'train'
),
ranked AS (
    SELECT
        d.listener,
        d.part,
        d.country,
        p.artist,
        p.rank,
        p.playcount,
        CAST(row_number() OVER (PARTITION BY p.listener ORDER BY p.rank) AS INTEGER) AS known_rank
    FROM drawn AS d
    JOIN cleaned_plays AS p ON p.listener = d.listener
    JOIN artist_vectors AS v ON v.artist = p.artist
    WHERE d.turn <= ${listeners}
)
SELECT
    p.listener,
    p.part,
    p.country,
    v.log_scrobbles,
    p.artist,
    p.rank,
    p.playcount,
    p.known_rank
FROM ranked AS p
JOIN listener_vectors AS v ON v.listener = p.listener
WHERE p.known_rank <= ${artists}
ORDER BY p.listener, p.known_rank
