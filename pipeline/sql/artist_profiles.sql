-- The country of which each artist is most typical, and how local the artist is.
-- A country without a listener of the artist has a lift below 1 and some other has one above, so
-- artist_lift holds every candidate. Locality is the total variation distance between the artist's
-- listeners over countries, p, with m more who are spread like all listeners, q, and q itself:
-- half the sum of |p - q|. As both add up to 1 this is the sum of p - q where it is positive, which
-- it never is in a country without a listener; and p - q = (listeners - expected) / (n_a + m).
-- reads  artist_lift, countries, labelled_listeners
WITH
everyone AS (
    SELECT count(*) AS all_listeners FROM labelled_listeners WHERE kept
),
ranked AS (
    SELECT
        artist,
        country,
        lift,
        row_number() OVER (PARTITION BY artist ORDER BY lift DESC, listeners DESC, country)
            AS place
    FROM artist_lift
),
spread AS (
    SELECT
        artist,
        CAST(sum(greatest(excess, 0)) AS DOUBLE) AS excess,
        max(artist_listeners) AS artist_listeners
    FROM artist_lift
    GROUP BY artist
)
SELECT
    ranked.artist,
    ranked.country,
    countries.region,
    ranked.lift,
    spread.excess / everyone.all_listeners / (spread.artist_listeners + ${prior}) AS locality
FROM ranked
JOIN spread ON spread.artist = ranked.artist
JOIN countries ON countries.country = ranked.country
CROSS JOIN everyone
WHERE ranked.place = 1
ORDER BY ranked.artist
