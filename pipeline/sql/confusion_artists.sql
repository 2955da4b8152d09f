-- The artists that set the listeners of each cell of the confusion apart from those of all cells.
-- Lift is (listeners of the cell who have the artist + m) / (those to expect + m).
-- reads  cells (listener, part, view, truth, predicted), cleaned_plays
-- gives  part, view, truth, predicted, rank, artist, listeners, lift
WITH
everyone AS (
    SELECT DISTINCT listener FROM cells
),
listened AS (
    SELECT p.listener, p.artist
    FROM cleaned_plays AS p
    JOIN everyone ON everyone.listener = p.listener
),
shares AS (
    SELECT
        artist,
        CAST(count(*) AS DOUBLE) / (SELECT count(*) FROM everyone) AS share
    FROM listened
    GROUP BY artist
),
sizes AS (
    SELECT part, view, truth, predicted, count(*) AS size
    FROM cells
    GROUP BY part, view, truth, predicted
    HAVING count(*) >= ${cell_listeners}
),
counted AS (
    SELECT
        s.part,
        s.view,
        s.truth,
        s.predicted,
        s.size,
        l.artist,
        CAST(count(*) AS INTEGER) AS listeners
    FROM sizes AS s
    JOIN cells AS c
        ON c.part = s.part
        AND c.view = s.view
        AND c.truth = s.truth
        AND c.predicted = s.predicted
    JOIN listened AS l ON l.listener = c.listener
    GROUP BY s.part, s.view, s.truth, s.predicted, s.size, l.artist
    HAVING count(*) >= ${shared_by}
),
lifted AS (
    SELECT
        c.part,
        c.view,
        c.truth,
        c.predicted,
        c.artist,
        c.listeners,
        (c.listeners + ${pseudo_listeners}) / (s.share * c.size + ${pseudo_listeners}) AS lift
    FROM counted AS c
    JOIN shares AS s ON s.artist = c.artist
),
ranked AS (
    SELECT
        part,
        view,
        truth,
        predicted,
        CAST(row_number() OVER (
            PARTITION BY part, view, truth, predicted ORDER BY lift DESC, listeners DESC, artist
        ) AS INTEGER) AS rank,
        artist,
        listeners,
        lift
    FROM lifted
    WHERE lift > 1
)
SELECT part, view, truth, predicted, rank, artist, listeners, lift
FROM ranked
WHERE rank <= ${artists}
ORDER BY part DESC, view, truth, predicted, rank
