-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"event":"A"}],"breakdown":[{"cohort":{"did":{"event":"B"},"within":{"from":"2026-01-01","to":"2026-01-02"}}}]}
WITH lines AS (
    SELECT person IN (SELECT person FROM events
                      WHERE event_type = 'B' AND ts >= '2026-01-01' AND ts < '2026-01-02') AS value,
           count(*) AS total
    FROM events
    WHERE event_type = 'A' AND ts >= '2026-01-01' AND ts < '2026-01-02'
    GROUP BY value)
SELECT list({'breakdown': [{'value': value}], 'total': total} ORDER BY total DESC) AS series
FROM lines;
