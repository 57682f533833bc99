-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"measure":"sum","property":"n"}],"breakdown":[{"property":"k"}]}
WITH lines AS (
    SELECT properties ->> 'k' AS value, sum((properties ->> 'n')::DECIMAL(38, 6)) AS total
    FROM events
    WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
    GROUP BY value)
SELECT list({'breakdown': [{'value': value}], 'total': total} ORDER BY total DESC, value) AS series
FROM lines;
