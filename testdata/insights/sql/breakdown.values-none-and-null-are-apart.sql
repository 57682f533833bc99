-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"breakdown":[{"property":"plan"}]}
-- Missing is SQL's NULL: no bytes, after the empty text; JSON's null is a value of its own.
WITH lines AS (
    SELECT properties -> 'plan' AS value, count(*) AS total
    FROM events
    WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
    GROUP BY (properties -> 'plan')::VARCHAR, value)
SELECT list({'breakdown': [if(value IS NULL, json_object('kind', 'none'),
                              json_object('value', value))], 'total': total}
            ORDER BY total DESC, coalesce(value ->> '$', if(value IS NULL, '', 'null')),
                     value IS NULL) AS series
FROM lines;
