-- Training listeners who have each artist, by their country and their fold.
-- reads  cleaned_plays, split, countries
-- gives  artist, position (of the country), fold, listeners
SELECT
    p.artist,
    c.position,
    p.listener % ${folds} AS fold,
    count(*) AS listeners
FROM cleaned_plays AS p
JOIN split AS s ON s.listener = p.listener
JOIN countries AS c ON c.country = s.country
WHERE s.part = 'train'
GROUP BY p.artist, c.position, p.listener % ${folds}
ORDER BY fold, p.artist, c.position
