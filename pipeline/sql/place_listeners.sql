-- The country of every listener and why the listener is not trained on (null: is).
-- reads  listeners, plays, label_countries (label, country: null where unknown or none, problem)
-- gives  listener, user_id, country, total_scrobbles, problem
WITH
playing AS (
    SELECT DISTINCT listener FROM plays
),
scrobbled AS (
    SELECT count(total_scrobbles) > 0 AS any_known FROM listeners
),
placed AS (
    SELECT
        l.listener,
        l.user_id,
        c.country,
        l.total_scrobbles,
        CASE
            WHEN c.country IS NULL THEN coalesce(c.problem, 'no country')
            WHEN p.listener IS NULL THEN 'no artists'
            WHEN l.total_scrobbles IS NULL AND s.any_known THEN 'no scrobble total'
        END AS problem
    FROM listeners AS l
    CROSS JOIN scrobbled AS s
    LEFT JOIN label_countries AS c ON c.label = l.country_label
    LEFT JOIN playing AS p ON p.listener = l.listener
),
sizes AS (
    SELECT country, count(*) AS usable FROM placed WHERE problem IS NULL GROUP BY country
)
SELECT
    placed.listener,
    placed.user_id,
    placed.country,
    placed.total_scrobbles,
    CASE
        WHEN placed.problem IS NULL AND sizes.usable < ${min_listeners}
            THEN 'country with fewer than ${min_listeners} listeners'
        ELSE placed.problem
    END AS problem
FROM placed
LEFT JOIN sizes ON sizes.country = placed.country
ORDER BY placed.listener
