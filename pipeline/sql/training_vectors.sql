-- Vectors of the training listeners of each country; a listener without a known artist has none.
-- reads  listener_vectors, split
SELECT s.country, v.vector
FROM listener_vectors AS v
JOIN split AS s ON s.listener = v.listener
WHERE s.part = 'train' AND v.known_artists > 0
ORDER BY s.country, v.listener
