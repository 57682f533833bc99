-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"measure":"sum","property":"n"}]}
-- Numbers up to 2^53 and text that spells one.
WITH numbers AS (
    SELECT try_cast(trim(properties ->> 'n') AS DOUBLE) AS n
    FROM events
    WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
      AND (json_type(properties, '$.n') IN ('VARCHAR', 'DOUBLE')
           OR try_cast(properties ->> 'n' AS HUGEINT)
               BETWEEN -9007199254740992 AND 9007199254740992))
SELECT [{'total': sum(n)}] AS series FROM numbers;
