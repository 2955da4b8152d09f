-- How much more common each artist is among the kept listeners of a country than among all of them.
-- An artist whom n_a of N listeners have is expected at n_a * n_c / N of a country's n_c. The lift
-- is (listeners + m) / (expected + m): listeners / expected, shrunk towards 1 as if m more had been
-- expected and found, so that one listener in a small country proves little. It is the mean of the
-- lift after the data, where they are Poisson and the lift is gamma around 1 with shape m before.
-- reads  cleaned_plays, labelled_listeners
-- gives  country, artist, listeners (who have the artist in the country), artist_listeners (n_a),
--        excess (N * (listeners - expected), a whole number, so that sums of it are exact), lift
WITH
kept AS (
    SELECT listener, country FROM labelled_listeners WHERE kept
),
sizes AS (
    SELECT
        country,
        count(*) AS country_listeners,
        CAST(sum(count(*)) OVER () AS BIGINT) AS all_listeners
    FROM kept
    GROUP BY country
),
having_artist AS (
    SELECT k.country, p.artist, count(*) AS listeners
    FROM cleaned_plays AS p
    JOIN kept AS k ON k.listener = p.listener
    GROUP BY k.country, p.artist
),
spread AS (
    SELECT
        h.country,
        h.artist,
        h.listeners,
        CAST(sum(h.listeners) OVER (PARTITION BY h.artist) AS BIGINT) AS artist_listeners,
        s.country_listeners,
        s.all_listeners
    FROM having_artist AS h
    JOIN sizes AS s ON s.country = h.country
)
SELECT
    country,
    artist,
    CAST(listeners AS INTEGER) AS listeners,
    artist_listeners,
    listeners * all_listeners - artist_listeners * country_listeners AS excess,
    (listeners + ${prior})
    / (CAST(artist_listeners * country_listeners AS DOUBLE) / all_listeners + ${prior}) AS lift
FROM spread
