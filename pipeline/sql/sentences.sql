-- One line a training listener: artist numbers in order of rank, each repeated
-- round(1 + log10(plays)) times where ${repeat} is 1.
-- reads  cleaned_plays, split
SELECT
    p.listener,
    string_agg(
        CASE
            WHEN ${repeat} = 1
                THEN rtrim(repeat(
                    CAST(p.artist AS VARCHAR) || ' ',
                    CAST(round(1 + log10(greatest(coalesce(p.playcount, 1), 1))) AS INTEGER)
                ))
            ELSE CAST(p.artist AS VARCHAR)
        END,
        ' ' ORDER BY p.rank
    ) AS sentence
FROM cleaned_plays AS p
JOIN split AS s ON s.listener = p.listener
WHERE s.part = 'train'
GROUP BY p.listener
ORDER BY p.listener
